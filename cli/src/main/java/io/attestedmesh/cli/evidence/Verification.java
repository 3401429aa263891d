package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import java.util.Optional;

/**
 * Verifies one file after the other with the same roots, policy, expected claims and time.
 *
 * @param time when the chain must have been valid and the document young enough
 */
record Verification(NitroVerifier verifier, AttestationPolicy policy, ExpectedClaims claims, VerificationTime time) {
    Verdict of(EvidenceFile file) {
        AttestationDocument document;
        try {
            document = AttestationDocument.parse(file.evidence());
        } catch (MalformedEvidenceException e) {
            return Verdict.malformed(file.name(), e);
        }
        try {
            VerifiedEvidence verified = time.verify(verifier, file.evidence());
            AttestationResult result = appraise(file, verified);
            return Verdict.accepted(file.name(), document, result);
        } catch (MalformedEvidenceException e) {
            return Verdict.malformed(file.name(), e);
        } catch (RejectedEvidenceException e) {
            return Verdict.rejected(file.name(), document, e);
        }
    }

    private AttestationResult appraise(EvidenceFile file, VerifiedEvidence verified) throws RejectedEvidenceException {
        if (file.binding().isEmpty()) {
            return policy.appraise(verified, claims, verified.verifiedAt());
        }
        // Evidence in a certificate must be that certificate's, or a copy from another one would pass.
        ExpectedClaims binding = file.binding().get();
        if (claims.publicKey().isPresent()) {
            ExpectedClaims asked = new ExpectedClaims(claims.publicKey(), Optional.empty(), binding.userDataPrefix());
            policy.appraise(verified, asked, verified.verifiedAt());
        }
        ExpectedClaims bound = new ExpectedClaims(binding.publicKey(), claims.nonce(), binding.userDataPrefix());
        return policy.appraise(verified, bound, verified.verifiedAt());
    }
}
