package io.attestedmesh.transport.connection;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.cert.X509Certificate;

/** Who, of the peers that were verified, may connect: asked at the end of each handshake, and at each recheck. */
@FunctionalInterface
public interface AccessRule {
    /** The roster and the policy say all. */
    AccessRule EVERY_VERIFIED_PEER = (peer, leaf) -> {};

    /**
     * Returns if this peer may connect.
     *
     * @param leaf the certificate that it proved the key of
     * @throws RejectedCertificateException if it may not
     */
    void check(AttestedPeer peer, X509Certificate leaf) throws RejectedCertificateException;
}
