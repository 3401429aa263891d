package io.attestedmesh.voting.coordination;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where etcd is, and how it is spoken to.
 *
 * @param endpoints {@code http://host:port}, or {@code https://host:port} with {@code tls}; one is used until it fails
 * @param prefix of all keys, as {@code /amesh/voting}; begins with a slash and ends without one
 * @param timeout within which each call ends
 * @param login if etcd's authentication is on; without TLS only on loopback addresses
 */
public record EtcdSettings(
        List<URI> endpoints, String prefix, Duration timeout, Optional<Tls> tls, Optional<Login> login) {
    public static final String PREFIX = "/amesh/voting";
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int MOST_ENDPOINTS = 16;
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    /**
     * What etcd's certificate is checked against, and what it checks this node's against, as PEM files.
     *
     * @param client what proves this node to etcd, if etcd asks for it
     */
    public record Tls(Path ca, Optional<ClientFiles> client) {}

    /**
     * A certificate, with what stands between it and its CA, and its key.
     *
     * @param key in PKCS #8, not encrypted
     */
    public record ClientFiles(Path certificate, Path key) {}

    /**
     * A user of etcd.
     *
     * @param password asked for each time that etcd wants it
     */
    public record Login(String user, Supplier<String> password) {
        /** Refuses no user. */
        public Login {
            if (user.isEmpty()) {
                throw new IllegalArgumentException("a user of etcd has a name");
            }
        }
    }

    /** Refuses what contradicts itself. */
    public EtcdSettings {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty() || endpoints.size() > MOST_ENDPOINTS) {
            throw new IllegalArgumentException(
                    "etcd has 1 to " + MOST_ENDPOINTS + " endpoints, not " + endpoints.size());
        }
        String scheme = tls.isPresent() ? "https" : "http";
        for (URI endpoint : endpoints) {
            requireEndpoint(endpoint, scheme);
            if (login.isPresent() && tls.isEmpty() && !LOOPBACK.contains(endpoint.getHost())) {
                throw new IllegalArgumentException("no password is sent to " + endpoint.getHost() + " without TLS");
            }
        }
        if (!prefix.matches("(/[A-Za-z0-9._-]{1,64}){1,8}")) {
            throw new IllegalArgumentException(
                    "a prefix of keys is 1 to 8 times a slash and a name of letters, digits, dots, hyphens, underscores");
        }
        if (timeout.toMillis() < 1 || timeout.toHours() > 0) {
            throw new IllegalArgumentException("a call to etcd may take a millisecond to an hour, not " + timeout);
        }
    }

    private static void requireEndpoint(URI endpoint, String scheme) {
        if (endpoint.getUserInfo() != null) {
            throw new IllegalArgumentException("an endpoint of etcd names no user: a login does");
        }
        boolean plain = endpoint.getRawPath() == null
                || endpoint.getRawPath().isEmpty()
                || endpoint.getRawPath().equals("/");
        if (!scheme.equals(endpoint.getScheme())
                || endpoint.getHost() == null
                || endpoint.getPort() < 1
                || !plain
                || endpoint.getRawQuery() != null
                || endpoint.getRawFragment() != null) {
            throw new IllegalArgumentException("an endpoint of etcd is " + scheme + "://host:port"
                    + (scheme.equals("http") ? " where there is no CA file" : " where there is a CA file") + ", not "
                    + endpoint);
        }
    }

    /** Plain HTTP, no login. */
    public static EtcdSettings plaintext(List<URI> endpoints) {
        return new EtcdSettings(endpoints, PREFIX, TIMEOUT, Optional.empty(), Optional.empty());
    }

    public EtcdSettings withTimeout(Duration newTimeout) {
        return new EtcdSettings(endpoints, prefix, newTimeout, tls, login);
    }

    public EtcdSettings withTls(Tls newTls) {
        return new EtcdSettings(endpoints, prefix, timeout, Optional.of(newTls), login);
    }

    public EtcdSettings withLogin(Login newLogin) {
        return new EtcdSettings(endpoints, prefix, timeout, tls, Optional.of(newLogin));
    }
}
