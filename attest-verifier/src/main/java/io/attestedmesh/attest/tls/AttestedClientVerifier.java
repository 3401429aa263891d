package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.tls.PeerEvents.Handshake;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/**
 * What a <em>server</em> uses on the client's certificate; who the client is follows from the roster. Refuses to look at
 * servers. The engine must demand a client certificate ({@code setNeedClientAuth}), or nothing is verified at all.
 *
 * <p>The proof stands on the handshake's session: {@link AttestedPeer#of}. That session is invalidated, because a
 * resumed one would not be verified; engines that resume all the same must be told not to.
 */
public final class AttestedClientVerifier extends PeerTrustManager {
    private final PeerVerifier verifier;

    public AttestedClientVerifier(PeerVerifier verifier, PeerEvents events) {
        super(Usage.CLIENT, events);
        this.verifier = Objects.requireNonNull(verifier);
    }

    @Override
    AttestedPeer verify(List<X509Certificate> chain, Handshake handshake) throws RejectedCertificateException {
        return verifier.verifyClient(chain);
    }
}
