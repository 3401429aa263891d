package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import java.time.Instant;

/**
 * The code that may talk to us (RFC 9334, section 8.3). An instance is an immutable snapshot, whose answers change with
 * the time alone: a changed list is another instance, and verdicts reached under the old one are forgotten.
 */
@FunctionalInterface
public interface ReferenceValues {
    /** Knows no release, so refuses all evidence. */
    ReferenceValues NO_RELEASE = (pcrs, at) -> {
        throw unknownRelease(pcrs);
    };

    /**
     * The release that has these registers.
     *
     * @throws RejectedEvidenceException if code with these registers is not accepted at the instant {@code at}:
     *     {@link PolicyReason#UNKNOWN_RELEASE} where no release has them, else one of the reasons that begin with
     *     RELEASE
     */
    KnownRelease releaseOf(PcrBank pcrs, Instant at) throws RejectedEvidenceException;

    /**
     * The refusal of registers that no release has. It shows all of PCR0, which tells images apart, and the beginnings
     * of PCR1 and PCR2: together they fit a line.
     */
    static RejectedEvidenceException unknownRelease(PcrBank pcrs) {
        StringBuilder found = new StringBuilder();
        for (int index : AttestationPolicy.CODE_PCRS) {
            String digits = pcrs.get(index).map(Bytes::hex).orElse("absent");
            boolean shortened = index > 0 && digits.length() > 32;
            found.append(index == 0 ? "PCR" : ", PCR")
                    .append(index)
                    .append(' ')
                    .append(shortened ? digits.substring(0, 32) + "..." : digits);
        }
        return new RejectedEvidenceException(
                PolicyReason.UNKNOWN_RELEASE, "the registers of a known release", found.toString());
    }
}
