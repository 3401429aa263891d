package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.tls.PeerEvents.Handshake;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a <em>client</em> uses on the server's certificate. The server that was meant is the peer host of the engine or
 * socket; without one, as in the overload without either, every server is refused. Refuses to look at clients.
 *
 * <p>The proof stands on the handshake's session: {@link AttestedPeer#of}. That session is invalidated, because a
 * resumed one would not be verified; engines that resume all the same must be told not to.
 */
public final class AttestedServerVerifier extends PeerTrustManager {
    /** For connections with evidence in the certificate alone: refuses peers of which more is demanded. */
    public AttestedServerVerifier(PeerVerifier verifier, PeerEvents events) {
        this(verifier, events, Freshness.CERTIFICATE);
    }

    /**
     * With {@link Freshness#SESSION} whoever makes the connection demands evidence in the session after the handshake
     * ({@link PeerVerifier#requireFreshness}); the proof on the session is not the last word then.
     *
     * @param most what can be proved in the connections that this is used in
     */
    public AttestedServerVerifier(PeerVerifier verifier, PeerEvents events, Freshness most) {
        super(Usage.SERVER, verifier, events, most);
    }

    @Override
    AttestedPeer verify(PeerVerifier verifier, List<X509Certificate> chain, Handshake handshake)
            throws RejectedCertificateException {
        String host = handshake
                .host()
                .orElseThrow(() -> new RejectedCertificateException(
                        PeerReason.HOST_UNKNOWN, "the name of the server that was meant", "no peer host"));
        return verifier.verifyServer(chain, host);
    }
}
