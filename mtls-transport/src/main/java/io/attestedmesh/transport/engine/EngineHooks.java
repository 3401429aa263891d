package io.attestedmesh.transport.engine;

import javax.net.ssl.SSLEngine;

/** What happens around the handshake of each engine that a context makes. */
@FunctionalInterface
public interface EngineHooks {
    /** What the users of the context get in the place of a new engine. */
    default SSLEngine made(SSLEngine engine) {
        return engine;
    }

    /**
     * The TLS handshake of {@code engine}, as it was given to {@link #made}, has ended well, once, before any byte is
     * handed out: only then has the peer proved that it has the key of the certificate that the trust manager was asked
     * about.
     */
    void ended(SSLEngine engine);
}
