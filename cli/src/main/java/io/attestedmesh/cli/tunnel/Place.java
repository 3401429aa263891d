package io.attestedmesh.cli.tunnel;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.transport.tunnel.Endpoint;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where a tunnel listens or leads to, as it is typed.
 *
 * @param exposed whether other machines are, or may be, at the other end of it
 */
record Place(Endpoint endpoint, boolean exposed) {
    private static final String UNIX = "unix:";
    // what the kernel's address has room for
    private static final int LONGEST_PATH = 107;

    /** HOST:PORT or unix:PATH. */
    static Place parse(String option, String typed) throws CommandException {
        if (typed.startsWith(UNIX)) {
            return new Place(new Endpoint.Unix(path(option, typed.substring(UNIX.length()))), false);
        }
        Address address = Address.parse(typed)
                .orElseThrow(() -> CommandException.usage(
                        option + " " + typed + " is neither HOST:PORT nor unix:PATH", "say 127.0.0.1:5432"));
        return new Place(new Endpoint.Tcp(address.host(), address.port()), !address.isLoopback());
    }

    /** One to connect to. */
    static Place target(String option, String typed) throws CommandException {
        Place place = parse(option, typed);
        if (place.endpoint() instanceof Endpoint.Tcp tcp && tcp.port() == 0) {
            throw CommandException.usage(option + " " + typed + " has port 0", "name the port that is listened on");
        }
        return place;
    }

    private static Path path(String option, String typed) throws CommandException {
        try {
            Path path = Path.of(typed).toAbsolutePath();
            if (!typed.isEmpty() && path.toString().length() <= LONGEST_PATH) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw CommandException.usage(option + " unix:" + typed + " is no path", "say unix:/run/app.sock", e);
        }
        throw CommandException.usage(
                option + " unix:" + typed + " is no path of a socket", "it has 1 to " + LONGEST_PATH + " characters");
    }
}
