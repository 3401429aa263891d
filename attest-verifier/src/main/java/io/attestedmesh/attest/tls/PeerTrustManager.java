package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.tls.PeerEvents.Handshake;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;

/** What both trust managers share: six overloads that lead to one check, of which three always refuse. */
abstract sealed class PeerTrustManager extends X509ExtendedTrustManager
        permits AttestedServerVerifier, AttestedClientVerifier {
    private final Usage peer;
    private final PeerVerifier verifier;
    private final PeerEvents events;
    private final Freshness most;

    PeerTrustManager(Usage peer, PeerVerifier verifier, PeerEvents events, Freshness most) {
        this.peer = peer;
        this.verifier = Objects.requireNonNull(verifier);
        this.events = Objects.requireNonNull(events);
        this.most = Objects.requireNonNull(most);
    }

    abstract AttestedPeer verify(PeerVerifier verifier, List<X509Certificate> chain, Handshake handshake)
            throws RejectedCertificateException;

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws RejectedCertificateException {
        check(chain, Handshake.of(Usage.SERVER, engine, engine.getHandshakeSession()), engine.getSession());
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws RejectedCertificateException {
        check(chain, Handshake.of(Usage.CLIENT, engine, engine.getHandshakeSession()), engine.getSession());
    }

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws RejectedCertificateException {
        check(chain, handshake(Usage.SERVER, socket), null);
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws RejectedCertificateException {
        check(chain, handshake(Usage.CLIENT, socket), null);
    }

    @Override
    public final void checkServerTrusted(X509Certificate[] chain, String authType) throws RejectedCertificateException {
        check(chain, new Handshake(Usage.SERVER, Optional.empty(), -1, Optional.empty()), null);
    }

    @Override
    public final void checkClientTrusted(X509Certificate[] chain, String authType) throws RejectedCertificateException {
        check(chain, new Handshake(Usage.CLIENT, Optional.empty(), -1, Optional.empty()), null);
    }

    /** None: the roster says which issuer belongs to which peer, and a list of names would tell strangers. */
    @Override
    public final X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private static Handshake handshake(Usage peer, Socket socket) {
        Optional<SSLSession> session =
                socket instanceof SSLSocket tls ? Optional.ofNullable(tls.getHandshakeSession()) : Optional.empty();
        return new Handshake(
                peer,
                session.flatMap(s -> Handshake.known(s.getPeerHost())),
                session.map(SSLSession::getPeerPort).orElse(-1),
                session);
    }

    /**
     * Verifies, and leaves the proof on the session.
     *
     * @param engineSession the engine's own session beside that of the handshake: Conscrypt keeps the values of the
     *     former only; null where there is none
     */
    private void check(X509Certificate[] presented, Handshake handshake, SSLSession engineSession)
            throws RejectedCertificateException {
        List<X509Certificate> chain = presented == null ? List.of() : List.of(presented);
        AttestedPeer accepted;
        try {
            accepted = verifyDirection(chain, handshake);
        } catch (RejectedCertificateException e) {
            events.rejected(e, chain, handshake);
            throw e;
        }
        accepted.leaveOn(
                Stream.concat(Stream.ofNullable(engineSession), handshake.session().stream())
                        .toList(),
                chain.get(0));
        // a resumed session would skip this trust manager
        handshake.session().ifPresent(SSLSession::invalidate);
        events.accepted(accepted, chain.get(0), handshake);
    }

    private AttestedPeer verifyDirection(List<X509Certificate> chain, Handshake handshake)
            throws RejectedCertificateException {
        if (handshake.peer() != peer) {
            throw new RejectedCertificateException(
                    PeerReason.WRONG_DIRECTION, "the certificate of a " + peer, "that of a " + handshake.peer());
        }
        AttestedPeer accepted = verify(verifier, chain, handshake);
        if (most == Freshness.CERTIFICATE) {
            verifier.requireFreshness(accepted);
        }
        return accepted;
    }
}
