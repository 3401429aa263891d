package io.attestedmesh.releases.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.fixture.Signer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: an envelope that is written as it was read, or the one exception. */
class EnvelopeFuzzTest {
    private static final Signer ALICE = Signer.generate("alice", SigningAlgorithm.ES256);
    private static final SignedEnvelope DRAFT =
            SignedEnvelope.unsigned(Bytes.of("{}".getBytes(StandardCharsets.UTF_8)));

    static Stream<byte[]> envelopes() {
        return Stream.of(DRAFT, ALICE.sign(DocumentType.RELEASE_LIST, DRAFT))
                .map(envelope -> envelope.encode().toByteArray());
    }

    @MethodSource("envelopes")
    @FuzzTest
    void envelope_isReadAsItIsWritten_orMalformed(byte[] input) throws MalformedReleasesException {
        SignedEnvelope read;
        try {
            read = SignedEnvelope.parse(Bytes.of(input));
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage())
                    .startsWith("envelope")
                    .hasSizeLessThan(400)
                    .matches("[ -~]+");
            return;
        }
        assertThat(SignedEnvelope.parse(read.encode())).isEqualTo(read);
    }

    /** Nobody outside knows the key, so nothing that was not signed above may pass; the key is new in each run. */
    @MethodSource("envelopes")
    @FuzzTest
    void envelope_thatNobodySigned_isNotAccepted(byte[] input) throws MalformedReleasesException {
        KeySet keys = new KeySet(List.of(ALICE.key()), 1);
        SignedEnvelope read;
        try {
            read = SignedEnvelope.parse(Bytes.of(input));
            read.requireThreshold(DocumentType.TRUST_ROOT, keys);
        } catch (MalformedReleasesException | RejectedReleasesException e) {
            return;
        }
        fail("accepted: " + read);
    }
}
