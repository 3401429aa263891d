package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.enclave.vsock.Bridge;
import io.attestedmesh.enclave.vsock.BridgeCounts;
import io.attestedmesh.enclave.vsock.TcpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The bridges of one command, by their names for people. */
final class Bridges implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** Opens one; what it refuses goes to {@code events}. */
    interface Opening {
        Bridge open(RefusalLog events) throws IOException;
    }

    private final Terminal terminal;
    private final Map<String, Bridge> open = new LinkedHashMap<>();

    Bridges(Terminal terminal) {
        this.terminal = terminal;
    }

    Bridge open(String name, Opening opening) throws CommandException {
        try {
            Bridge bridge = opening.open(new RefusalLog(terminal, name));
            open.put(name, bridge);
            terminal.say("amesh: " + name + ": listening at " + bridge.address());
            return bridge;
        } catch (IOException e) {
            throw CommandException.failed(name + ": " + e.getMessage(), "is it running already?", e);
        }
    }

    /** Looks up a name of this machine. */
    static TcpAddress tcp(Address address) throws CommandException {
        try {
            return new TcpAddress(InetAddress.getByName(address.host()), address.port());
        } catch (UnknownHostException e) {
            throw CommandException.failed("nothing is known of the address " + address, "write an IP address", e);
        }
    }

    /** Lets connections end for some seconds, and says what there was. */
    @Override
    public void close() throws InterruptedException {
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (Map.Entry<String, Bridge> entry : open.entrySet()) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            entry.getValue().drain(left);
            BridgeCounts counts = entry.getValue().counts();
            terminal.say("amesh: " + entry.getKey() + ": " + counts.accepted() + " connections, " + counts.bytesOut()
                    + " bytes out, " + counts.bytesBack() + " back, refused " + counts.refused());
        }
        open.clear();
    }
}
