package io.attestedmesh.enclave.vsock;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an enclave wants to reach, as {@code host:port}. Equal ones name the same thing: names are lower case.
 *
 * @param host a DNS name or an IP address, an IPv6 one without brackets
 * @param port 1 to 65535
 */
public record Target(String host, int port) {
    /** Characters of {@link #toString} at most. */
    static final int LONGEST = 261;

    /** What stands in brackets has a colon: nothing else needs them, so nothing has two forms. */
    private static final Pattern FORM = Pattern.compile(
            "(?:\\[(?=[^\\]]*:)([0-9A-Fa-f:.]{2,45})\\]|([0-9A-Za-z](?:[0-9A-Za-z._-]{0,251}[0-9A-Za-z])?)):([1-9][0-9]{0,4})");

    private static final int LARGEST_PORT = 65_535;

    public Target {
        host = host.toLowerCase(Locale.ROOT);
        if (!fits(host, port)) {
            throw new IllegalArgumentException("no host and port");
        }
    }

    private static boolean fits(String host, int port) {
        return port >= 1
                && port <= LARGEST_PORT
                && FORM.matcher(text(host, port)).matches();
    }

    /** Empty if {@code text} is not of that form. */
    public static Optional<Target> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(3)) > LARGEST_PORT) {
            return Optional.empty();
        }
        String host = parts.group(1) != null ? parts.group(1) : parts.group(2);
        return Optional.of(new Target(host, Integer.parseInt(parts.group(3))));
    }

    private static String text(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return text(host, port);
    }
}
