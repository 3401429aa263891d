package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;

/**
 * Hears every verdict of a trust manager, on the thread of the handshake, before the handshake goes on: for logs and
 * counters. An implementation must not block. A peer that was refused learns no more than an alert, so the reason is
 * worth logging here.
 */
public interface PeerEvents {
    /** Discards all verdicts. */
    PeerEvents NONE = new PeerEvents() {
        @Override
        public void accepted(AttestedPeer peer, X509Certificate leaf, Handshake handshake) {}

        @Override
        public void rejected(RejectedCertificateException why, List<X509Certificate> chain, Handshake handshake) {}
    };

    /**
     * Which handshake a verdict belongs to.
     *
     * @param peer the part that the peer plays
     * @param host the server name that was meant, or on the server's side the client's address, as the engine knows it
     * @param port the port beside it, or -1
     * @param session the handshake's session, empty only for calls that did not come from a handshake
     */
    record Handshake(Usage peer, Optional<String> host, int port, Optional<SSLSession> session) {
        /** The one of {@code engine}, on {@code session}. */
        public static Handshake of(SSLEngine engine, SSLSession session) {
            return of(engine.getUseClientMode() ? Usage.SERVER : Usage.CLIENT, engine, session);
        }

        /** The same where the peer's part is known otherwise; {@code session} may be null. */
        static Handshake of(Usage peer, SSLEngine engine, SSLSession session) {
            return new Handshake(peer, known(engine.getPeerHost()), engine.getPeerPort(), Optional.ofNullable(session));
        }

        /** A host as engines and sessions name it: null and nothing are none. */
        public static Optional<String> known(String host) {
            return Optional.ofNullable(host).filter(name -> !name.isEmpty());
        }
    }

    /** The peer was accepted; {@code leaf} is the certificate that it presented. */
    void accepted(AttestedPeer peer, X509Certificate leaf, Handshake handshake);

    /** The peer was refused; {@code chain} is what it presented, maybe nothing, and nothing of it is trusted. */
    void rejected(RejectedCertificateException why, List<X509Certificate> chain, Handshake handshake);
}
