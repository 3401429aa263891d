package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.PATH_TOO_COMPLEX;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What all path searches about one peer may cost together, and the signatures that one of them has checked already. A peer
 * chooses its certificates and, by its names, how often they are searched, so the bound is one for all of that. For one
 * thread.
 */
public final class SearchEffort {
    /** A bridge PKI of forty certificates takes fewer than ten. */
    static final int MOST_SIGNATURES = 20;

    static final int MOST_STEPS = 1_000;

    private final Map<Signing, Boolean> signatures = new HashMap<>();
    private final Map<Bytes, PublicKey> keys = new HashMap<>();
    private final ComparisonBudget comparisons = new ComparisonBudget();
    private int steps;
    private int signatureChecks;

    /** One certificate under one issuer's key: cross certificates of one CA are the same question. */
    private record Signing(Bytes certificate, Bytes issuerKey) {}

    ComparisonBudget comparisons() {
        return comparisons;
    }

    void countStep() throws RejectedCertificateException {
        if (++steps > MOST_STEPS) {
            throw tooComplex();
        }
    }

    /** True if no search about this peer may check anything more. */
    boolean isSpent() {
        return signatureChecks > MOST_SIGNATURES || steps > MOST_STEPS;
    }

    /**
     * True if {@code issuer} signed {@code below}; the same question again costs nothing.
     *
     * @param decoded the issuer's key, if it was decoded before
     */
    boolean signed(CertificateFields issuer, CertificateFields below, Optional<PublicKey> decoded, SignatureCheck check)
            throws RejectedCertificateException {
        Bytes issuerKey = Bytes.of(issuer.key().der());
        Signing signing = new Signing(Bytes.of(below.der()), issuerKey);
        Boolean verdict = signatures.get(signing);
        if (verdict == null) {
            SignatureAlgorithm algorithm = below.signatureAlgorithm();
            if (++signatureChecks > MOST_SIGNATURES) {
                throw tooComplex();
            }
            PublicKey key = decoded.isPresent() ? decoded.get() : decode(issuer, issuerKey, check);
            verdict = check.verifies(algorithm, issuer.key().kind(), key, below.signed(), below.signature());
            signatures.put(signing, verdict);
        }
        return verdict;
    }

    private PublicKey decode(CertificateFields issuer, Bytes issuerKey, SignatureCheck check)
            throws RejectedCertificateException {
        PublicKey key = keys.get(issuerKey);
        if (key == null) {
            key = check.decode(issuer.key());
            keys.put(issuerKey, key);
        }
        return key;
    }

    static RejectedCertificateException tooComplex() {
        return new RejectedCertificateException(
                PATH_TOO_COMPLEX,
                "a path found in " + MOST_STEPS + " steps and " + MOST_SIGNATURES + " signature checks",
                "none yet");
    }
}
