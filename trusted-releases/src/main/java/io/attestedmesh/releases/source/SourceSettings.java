package io.attestedmesh.releases.source;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The bounds of a fetch, and how servers are reached.
 *
 * @param maxBytes the largest content that is taken, 1 or more
 * @param connectTimeout until there is a connection to a server
 * @param timeout for a whole fetch, redirects and the last byte included
 * @param proxy an HTTP proxy; empty for what the JVM's settings say ({@code https.proxyHost} and so on). Loopback
 *     addresses spoken to in plain HTTP are never asked for through a proxy.
 * @param authorities the CA certificates that may vouch for a server; none for those that the JVM trusts
 */
public record SourceSettings(
        int maxBytes,
        Duration connectTimeout,
        Duration timeout,
        Optional<InetSocketAddress> proxy,
        List<X509Certificate> authorities) {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** @throws IllegalArgumentException for a size below 1, or a timeout that is not in ]0, 1 h] */
    public SourceSettings {
        if (maxBytes < 1) {
            throw new IllegalArgumentException("a largest content of " + maxBytes + " bytes");
        }
        requireTimeout(connectTimeout);
        requireTimeout(timeout);
        authorities = List.copyOf(authorities);
    }

    private static void requireTimeout(Duration timeout) {
        if (timeout.toMillis() < 1 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a timeout of " + timeout + " is not in [1 ms, " + LONGEST + "]");
        }
    }

    /** At most {@code maxBytes}, 5 s to connect, 20 s in all, the JVM's proxy and authorities. */
    public static SourceSettings upTo(int maxBytes) {
        return new SourceSettings(maxBytes, CONNECT_TIMEOUT, TIMEOUT, Optional.empty(), List.of());
    }

    public SourceSettings withTimeouts(Duration connect, Duration whole) {
        return new SourceSettings(maxBytes, connect, whole, proxy, authorities);
    }

    public SourceSettings withProxy(InetSocketAddress address) {
        return new SourceSettings(maxBytes, connectTimeout, timeout, Optional.of(address), authorities);
    }

    /** Servers are trusted if one of these vouches for them, and no longer if only the JVM's own do. */
    public SourceSettings withAuthorities(List<X509Certificate> certificates) {
        return new SourceSettings(maxBytes, connectTimeout, timeout, proxy, certificates);
    }
}
