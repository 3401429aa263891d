package io.attestedmesh.cli.config;

import io.attestedmesh.attest.x509.ServerNames;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and a port, as {@code HOST:PORT}.
 *
 * @param host a DNS name or an IP address, an IPv6 one without brackets
 * @param port 0 to 65535; 0 lets the system choose, where one listens
 */
public record Address(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})\\]|([0-9A-Za-z._-]{1,253})):([0-9]{1,5})");

    /** Empty if {@code text} is not of that form. */
    public static Optional<Address> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(3)) > 65_535) {
            return Optional.empty();
        }
        String host = parts.group(1) != null ? parts.group(1) : parts.group(2);
        return Optional.of(new Address(host, Integer.parseInt(parts.group(3))));
    }

    /** True for {@code localhost} and the addresses that lead nowhere else. No name is looked up. */
    public boolean isLoopback() {
        return isLocalhost()
                || ServerNames.address(host)
                        .filter(number -> number.startsWith("127.") || number.equals("::1"))
                        .isPresent();
    }

    /** True for the name alone, which a resolver may take for anything. */
    public boolean isLocalhost() {
        return host.toLowerCase(Locale.ROOT).equals("localhost");
    }

    /** Where to listen, or what to call; a name is looked up. */
    public InetSocketAddress socket() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
