package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.AttestationResult;
import java.lang.ref.WeakReference;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.List;
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

    /**
     * What stands on a session: the verdict, and the certificate that it is about, by its SHA-384. The object itself spares
     * computing that, and is not kept for it.
     */
    private record Verdict(WeakReference<Certificate> leaf, Bytes leafDigest, AttestedPeer peer) {
        /** Some engines share one session object before a handshake ends, so a verdict counts for its certificate only. */
        boolean isAbout(Certificate presented) {
            return leaf.refersTo(presented) || leafDigest.equals(digestOf(presented));
        }
    }

    /** True if the evidence hangs under a simulated root. */
    public boolean simulated() {
        return attestation.map(AttestationResult::simulated).orElse(false);
    }

    /**
     * The peer that {@link AttestedServerVerifier} or {@link AttestedClientVerifier} accepted in the handshake of this
     * session. Empty if neither saw it, as in a resumed session: then nothing is proved and the connection must end.
     */
    public static Optional<AttestedPeer> of(SSLSession session) {
        return verdictOn(session).map(Verdict::peer);
    }

    private static Optional<Verdict> verdictOn(SSLSession session) {
        try {
            if (session.getValue(SESSION_KEY) instanceof Verdict verdict) {
                Certificate[] chain = session.getPeerCertificates();
                return Optional.of(verdict).filter(about -> chain.length > 0 && about.isAbout(chain[0]));
            }
            return Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** On each of these sessions, as the verdict about {@code leaf}. */
    void leaveOn(List<SSLSession> sessions, Certificate leaf) {
        Verdict verdict = new Verdict(new WeakReference<>(leaf), digestOf(leaf), this);
        sessions.forEach(session -> session.putValue(SESSION_KEY, verdict));
    }

    /**
     * In the place of the verdict that stands there, about the same certificate.
     *
     * @throws IllegalStateException if none does
     */
    void replaceOn(SSLSession session) {
        Verdict before = verdictOn(session)
                .orElseThrow(() -> new IllegalStateException("a session without a verdict on its certificate"));
        session.putValue(SESSION_KEY, new Verdict(before.leaf(), before.leafDigest(), this));
    }

    private static Bytes digestOf(Certificate leaf) {
        try {
            return Bytes.of(leaf.getEncoded()).sha384();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate of a handshake has an encoding", e);
        }
    }
}
