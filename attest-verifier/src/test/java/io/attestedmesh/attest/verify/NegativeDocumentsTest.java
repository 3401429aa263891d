package io.attestedmesh.attest.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.MalformedReason;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.evidence.Vectors;
import io.attestedmesh.attest.evidence.Vectors.NamedEvidence;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NegativeDocumentsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");

    /** {@code {"Attestation": {"document": bstr}}} up to the content of the byte string. */
    private static final int RESPONSE_HEADER_SIZE = 26;

    /** By the beginning of the file's name, which says what is wrong. */
    private static final Map<String, Reason> EXPECTED = Map.of(
            "bad-signature", EvidenceReason.BAD_SIGNATURE,
            "malformed_base", MalformedReason.CBOR_INVALID_UTF8,
            "malformed_espresso", MalformedReason.CBOR_TRAILING_BYTES,
            "mock-root", MalformedReason.COSE_UNPROTECTED_HEADER,
            "payload-only", MalformedReason.COSE_NOT_SIGN1,
            "sig-structure", MalformedReason.COSE_PROTECTED_HEADER,
            "wrapped-not-bare", MalformedReason.CBOR_TRAILING_BYTES);

    private final NitroVerifier verifier = new NitroVerifier(
            List.of(TrustedRoot.awsNitroG1()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);

    static List<NamedEvidence> negative() {
        return Vectors.documents("nitro/negative");
    }

    @ParameterizedTest
    @MethodSource("negative")
    void atDocumentTime_refusedForWhatItsNameSays(NamedEvidence document) {
        Throwable thrown = catchThrowable(() -> verifier.verifyAtDocumentTime(document.encoded(), NOW));

        assertThat(EXPECTED.entrySet().stream()
                        .filter(entry -> document.name().startsWith(entry.getKey()))
                        .map(Map.Entry::getValue))
                .containsExactly(reasonOf(thrown));
    }

    /** What an emulator answers: a document in a response, with 64 zero bytes for a signature. */
    @Test
    void unsignedDocumentOfAnEmulator_malformed() {
        Bytes response = Vectors.bytes("eif/qemu-nsm-attestation-response.cbor");

        Bytes document = response.slice(RESPONSE_HEADER_SIZE, response.size());

        assertThat(reasonOf(catchThrowable(() -> verifier.verifyAtDocumentTime(response, NOW))))
                .isEqualTo(MalformedReason.COSE_NOT_SIGN1);
        assertThat(reasonOf(catchThrowable(() -> verifier.verifyAtDocumentTime(document, NOW))))
                .isEqualTo(MalformedReason.COSE_PROTECTED_HEADER);
    }

    private static Reason reasonOf(Throwable thrown) {
        return thrown instanceof MalformedEvidenceException malformed
                ? malformed.reason()
                : ((RejectedEvidenceException) thrown).reason();
    }
}
