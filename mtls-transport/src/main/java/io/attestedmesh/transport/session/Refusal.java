package io.attestedmesh.transport.session;

import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * Why a peer was refused in session attestation, or will be once it has heard so.
 *
 * @param chain that it proved the key of in the TLS handshake, end-entity certificate first
 */
public record Refusal(RejectedCertificateException why, List<X509Certificate> chain) {
    static final String KEY = Refusal.class.getName();

    public Refusal {
        chain = List.copyOf(chain);
    }

    /** By the session of an engine whose handshake has not ended well; empty if this side refused nobody in the session. */
    public static Optional<Refusal> of(SSLSession session) {
        return session.getValue(KEY) instanceof Refusal refusal ? Optional.of(refusal) : Optional.empty();
    }
}
