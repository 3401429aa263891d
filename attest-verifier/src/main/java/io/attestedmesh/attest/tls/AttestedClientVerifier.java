package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.tls.PeerEvents.Handshake;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a <em>server</em> uses on the client's certificate; who the client is follows from the roster. Refuses to look at
 * servers. The engine must demand a client certificate ({@code setNeedClientAuth}), or nothing is verified at all.
 *
 * <p>The proof stands on the handshake's session: {@link AttestedPeer#of}. That session is invalidated, because a
 * resumed one would not be verified; engines that resume all the same must be told not to.
 */
public final class AttestedClientVerifier extends PeerTrustManager {
    /** For connections with evidence in the certificate alone: refuses peers of which more is demanded. */
    public AttestedClientVerifier(PeerVerifier verifier, PeerEvents events) {
        this(verifier, events, Freshness.CERTIFICATE);
    }

    /**
     * With {@link Freshness#SESSION} whoever makes the connection demands evidence in the session after the handshake
     * ({@link PeerVerifier#requireFreshness}); the proof on the session is not the last word then.
     *
     * @param most what can be proved in the connections that this is used in
     */
    public AttestedClientVerifier(PeerVerifier verifier, PeerEvents events, Freshness most) {
        super(Usage.CLIENT, verifier, events, most);
    }

    @Override
    AttestedPeer verify(PeerVerifier verifier, List<X509Certificate> chain, Handshake handshake)
            throws RejectedCertificateException {
        return verifier.verifyClient(chain);
    }
}
