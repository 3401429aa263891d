package io.attestedmesh.transport;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.engine.EngineHooks;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Passes refusals on at once, but acceptances only once the handshake has ended: a certificate is public, and its owner
 * proves the key to it after the verifier was asked.
 */
final class AcceptedAtEnd implements PeerEvents, EngineHooks {
    private final PeerEvents events;

    AcceptedAtEnd(PeerEvents events) {
        this.events = events;
    }

    @Override
    public void accepted(AttestedPeer peer, X509Certificate leaf, Handshake handshake) {
        // not yet
    }

    @Override
    public void rejected(RejectedCertificateException why, List<X509Certificate> chain, Handshake handshake) {
        events.rejected(why, chain, handshake);
    }

    /** The handshake of {@code engine} has ended. */
    @Override
    public void ended(SSLEngine engine) {
        SSLSession session = engine.getSession();
        Optional<AttestedPeer> peer = AttestedPeer.of(session);
        if (peer.isPresent() && leaf(session) instanceof X509Certificate leaf) {
            events.accepted(peer.get(), leaf, Handshake.of(engine, session));
        }
    }

    private static Certificate leaf(SSLSession session) {
        try {
            return session.getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException e) {
            throw new IllegalStateException("a session with a verified peer, but without its certificate", e);
        }
    }
}
