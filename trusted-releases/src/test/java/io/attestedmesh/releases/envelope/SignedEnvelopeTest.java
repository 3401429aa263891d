package io.attestedmesh.releases.envelope;

import static io.attestedmesh.releases.envelope.DocumentType.RELEASE_LIST;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SignedEnvelopeTest {
    private static final Bytes PAYLOAD = Bytes.of("{\"a\":1}".getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @EnumSource
    void envelope_signedAndEncoded_verifies(SigningAlgorithm algorithm) throws Exception {
        KeyPair pair = algorithm.keyPairGenerator().generateKeyPair();
        NamedKey alice = new NamedKey("alice", algorithm, pair.getPublic());
        SignedEnvelope envelope = SignedEnvelope.unsigned(PAYLOAD).signedBy(RELEASE_LIST, alice, pair.getPrivate());

        SignedEnvelope read = SignedEnvelope.parse(envelope.encode());

        assertThat(read).isEqualTo(envelope);
        assertThat(read.requireThreshold(RELEASE_LIST, new KeySet(List.of(alice), 1)))
                .containsExactly(alice);
    }
}
