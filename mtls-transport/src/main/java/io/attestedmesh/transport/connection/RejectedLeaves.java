package io.attestedmesh.transport.connection;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/** Which certificate a rejection was about: after a failed handshake most engines no longer tell. */
final class RejectedLeaves implements PeerEvents {
    // by identity, for an exception equals itself only; gone with the exception
    private final Map<RejectedCertificateException, X509Certificate> leaves =
            Collections.synchronizedMap(new WeakHashMap<>());

    @Override
    public void accepted(AttestedPeer peer, X509Certificate leaf, Handshake handshake) {
        // the end of the handshake is what counts
    }

    @Override
    public void rejected(RejectedCertificateException why, List<X509Certificate> chain, Handshake handshake) {
        if (!chain.isEmpty()) {
            leaves.put(why, chain.get(0));
        }
    }

    Optional<X509Certificate> leafOf(RejectedCertificateException why) {
        return Optional.ofNullable(leaves.remove(why));
    }
}
