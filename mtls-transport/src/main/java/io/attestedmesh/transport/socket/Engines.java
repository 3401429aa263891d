package io.attestedmesh.transport.socket;

import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** Where sockets take their engines from: one for each connection, whose own settings are not weakened by its socket. */
public interface Engines {
    /** How long a handshake may take in all, whatever time-out a socket has for one read. */
    Duration HANDSHAKE_LIMIT = Duration.ofSeconds(30);

    /**
     * A new engine, neither client nor server yet.
     *
     * @param host of the peer: what a client's verifier compares the server's certificate with
     */
    SSLEngine create(Optional<String> host, int port);

    /** What a new engine speaks; a new object at each call. */
    SSLParameters parameters();

    /** True if an engine goes on receiving after it has said that it sends no more. */
    boolean halfClose();

    /** {@link #HANDSHAKE_LIMIT} unless said otherwise. */
    default Duration handshakeLimit() {
        return HANDSHAKE_LIMIT;
    }
}
