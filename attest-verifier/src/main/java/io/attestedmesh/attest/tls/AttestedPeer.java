package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.AttestationResult;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * What was proved about the other end of a connection.
 *
 * @param identity who it is, by the roster's name policy
 * @param certificateExpiresAt the earliest notAfter of its certification path
 * @param attestation what its latest evidence proved; empty only where the roster entry asks for no evidence (mode
 *     manual)
 * @param freshness whether that evidence speaks of this connection or of the key of the certificate alone
 */
public record AttestedPeer(
        PeerIdentity identity,
        Instant certificateExpiresAt,
        Optional<AttestationResult> attestation,
        Freshness freshness) {
    private static final String SESSION_KEY = AttestedPeer.class.getName();

    /** What stands on a session: the verdict, and the SHA-384 of the certificate that it is about. */
    private record Verdict(Bytes leafDigest, AttestedPeer peer) {}

    /** True if the evidence hangs under a simulated root. */
    public boolean simulated() {
        return attestation.map(AttestationResult::simulated).orElse(false);
    }

    /**
     * The peer that {@link AttestedServerVerifier} or {@link AttestedClientVerifier} accepted in the handshake of this
     * session. Empty if neither saw it, as in a resumed session: then nothing is proved and the connection must end.
     */
    public static Optional<AttestedPeer> of(SSLSession session) {
        if (session.getValue(SESSION_KEY) instanceof Verdict verdict
                && verdict.leafDigest().equals(leafOf(session).sha384())) {
            return Optional.of(verdict.peer());
        }
        return Optional.empty();
    }

    /** Some engines share one session object before a handshake ends, so a verdict counts for its certificate only. */
    private static Bytes leafOf(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length == 0 ? Bytes.EMPTY : Bytes.of(chain[0].getEncoded());
        } catch (SSLPeerUnverifiedException | CertificateEncodingException e) {
            return Bytes.EMPTY;
        }
    }

    /** In the place of what stood there about the same certificate. */
    void leaveOn(SSLSession session) {
        leaveOn(session, leafOf(session));
    }

    void leaveOn(SSLSession session, Bytes leaf) {
        session.putValue(SESSION_KEY, new Verdict(leaf.sha384(), this));
    }
}
