package io.attestedmesh.attest.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.Vectors;
import io.attestedmesh.attest.evidence.Vectors.NamedEvidence;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RealDocumentsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T00:00:00Z");

    private final NitroVerifier verifier = new NitroVerifier(
            List.of(TrustedRoot.awsNitroG1()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);

    static List<NamedEvidence> real() {
        return Vectors.realDocuments();
    }

    @Test
    void each_standsInTheIndex() {
        assertThat(real())
                .isNotEmpty()
                .hasSize(Vectors.json("nitro/real/index.json").size());
    }

    @ParameterizedTest
    @MethodSource("real")
    void atTheirOwnTime_accepted(NamedEvidence document) throws Exception {
        VerifiedEvidence verified = verifier.verifyAtDocumentTime(document.encoded(), NOW);

        JsonNode expected = StreamSupport.stream(
                        Vectors.json("nitro/real/index.json").spliterator(), false)
                .filter(entry -> entry.get("name").asText().equals(document.name()))
                .findFirst()
                .orElseThrow();
        AttestationDocument actual = verified.document();
        assertThat(actual.moduleId()).isEqualTo(expected.get("module_id").asText());
        assertThat(actual.timestamp().toEpochMilli())
                .isEqualTo(expected.get("timestamp").asLong());
        assertThat(actual.pcrs().isDebug()).isEqualTo(expected.get("debug_mode").asBoolean());
        assertThat(actual.pcrs().get(0).orElseThrow().hex())
                .isEqualTo(expected.get("pcr0").asText());
        assertThat(actual.pcrs().get(8).orElseThrow().hex())
                .isEqualTo(expected.get("pcr8").asText());
        assertThat(actual.pcrs().values()).hasSize(expected.get("pcr_indices").size());
        assertThat(size(actual.publicKey().orElse(null)))
                .isEqualTo(expected.get("public_key_len").asInt(-1));
        assertThat(size(actual.userData().orElse(null)))
                .isEqualTo(expected.get("user_data_len").asInt(-1));
        assertThat(size(actual.nonce().orElse(null)))
                .isEqualTo(expected.get("nonce_len").asInt(-1));
        assertThat(verified.chain()).hasSize(expected.get("cabundle_len").asInt() + 1);
        assertThat(verified.root().simulated()).isFalse();
        assertThat(verified.expiresAt())
                .isEqualTo(Instant.parse(expected.get("leaf_not_after").asText().replace("+00:00", "Z")));
    }

    @ParameterizedTest
    @MethodSource("real")
    void today_chainExpired(NamedEvidence document) {
        assertThatThrownBy(() -> verifier.verify(document.encoded(), NOW))
                .isInstanceOfSatisfying(
                        RejectedEvidenceException.class,
                        e -> assertThat(e.reason()).isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED));
    }

    @ParameterizedTest
    @MethodSource("real")
    void withOneBitFlippedAt200Places_neverAccepted(NamedEvidence document) {
        Random random = new Random(document.name().hashCode());
        for (int i = 0; i < 200; i++) {
            byte[] flipped = document.encoded().toByteArray();
            int bit = random.nextInt(8 * flipped.length);
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> verifier.verifyAtDocumentTime(Bytes.of(flipped), NOW))
                    .as("bit %d", bit)
                    .isInstanceOfAny(MalformedEvidenceException.class, RejectedEvidenceException.class);
        }
    }

    @Tag("soak")
    @ParameterizedTest
    @MethodSource("real")
    void withEachOfItsBitsFlipped_neverAccepted(NamedEvidence document) {
        byte[] bytes = document.encoded().toByteArray();
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(isAccepted(Bytes.of(bytes))).as("bit %d", bit).isFalse();
            bytes[bit / 8] ^= (byte) (1 << (bit % 8));
        }
    }

    private boolean isAccepted(Bytes evidence) {
        try {
            verifier.verifyAtDocumentTime(evidence, NOW);
            return true;
        } catch (MalformedEvidenceException | RejectedEvidenceException refused) {
            return false;
        }
    }

    private static int size(Bytes field) {
        return field == null ? -1 : field.size();
    }
}
