package io.attestedmesh.attest.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;

/**
 * The name under which a peer stands in the roster: a DNS name in lower case, an IP address in its canonical text, or a
 * party name.
 *
 * @param name 1 to 253 printable ASCII characters without spaces
 */
public record PeerIdentity(String name) {
    public PeerIdentity {
        if (!isValid(name)) {
            throw new IllegalArgumentException("an identity is 1 to 253 printable ASCII characters without spaces");
        }
    }

    private static boolean isValid(String name) {
        return !name.isEmpty() && name.length() <= 253 && name.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** The identity that a host or SAN stands for, empty if it cannot be one: a wildcard never is. */
    static Optional<PeerIdentity> ofHost(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return isValid(name) && name.indexOf('*') < 0
                ? Optional.of(new PeerIdentity(name.toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    /** True if both are the same DNS name in any case, or the same IP address however it is written. */
    boolean isSameHost(PeerIdentity other) {
        return key().equals(other.key());
    }

    /** What stands for all spellings of the name. */
    String key() {
        String bare = name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name;
        return bare.indexOf(':') < 0 ? bare.toLowerCase(Locale.ROOT) : address(bare);
    }

    /** Text with a colon is an IPv6 address or nothing: it is never looked up. */
    private static String address(String text) {
        try {
            return InetAddress.getByName("[" + text + "]").getHostAddress();
        } catch (UnknownHostException e) {
            return text;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
