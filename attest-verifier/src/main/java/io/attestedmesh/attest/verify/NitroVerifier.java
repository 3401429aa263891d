package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Checks that a document was signed by a Nitro Security Module under one of the given roots.
 *
 * <p>Thread-safe. Verified chains are remembered by their exact bytes, within bounds.
 */
public final class NitroVerifier {
    /** How far in the future a document's timestamp may lie. */
    public static final Duration DEFAULT_CLOCK_SKEW = Duration.ofMinutes(5);

    /** @throws IllegalArgumentException if there is no root: nothing configured accepts nothing */
    public NitroVerifier(List<TrustedRoot> roots, CryptoProvider crypto, Duration clockSkew) {
        throw new UnsupportedOperationException();
    }

    /** Steps 1 to 6 at the instant {@code at}. */
    public VerifiedEvidence verify(Bytes encoded, Instant at)
            throws MalformedEvidenceException, RejectedEvidenceException {
        throw new UnsupportedOperationException();
    }

    /** Steps 1 to 6 as of the document's own timestamp, for audits; {@code now} bounds documents from the future. */
    public VerifiedEvidence verifyAtDocumentTime(Bytes encoded, Instant now)
            throws MalformedEvidenceException, RejectedEvidenceException {
        throw new UnsupportedOperationException();
    }
}
