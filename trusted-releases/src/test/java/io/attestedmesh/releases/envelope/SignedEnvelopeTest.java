package io.attestedmesh.releases.envelope;

import static io.attestedmesh.releases.envelope.DocumentType.RELEASE_LIST;
import static io.attestedmesh.releases.envelope.DocumentType.TRUST_ROOT;
import static io.attestedmesh.releases.envelope.SigningAlgorithm.ED25519;
import static io.attestedmesh.releases.envelope.SigningAlgorithm.ES256;
import static io.attestedmesh.releases.envelope.SigningAlgorithm.ES384;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.fixture.Signer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Making, joining and writing envelopes; what is refused is in {@link ThresholdTest} and {@link MalformedEnvelopeTest}. */
class SignedEnvelopeTest {
    private static final SignedEnvelope DRAFT = SignedEnvelope.unsigned(utf8("{\"a\":1}"));

    private final Signer alice = Signer.generate("alice", ES384);
    private final Signer bob = Signer.generate("bob", ES256);

    @ParameterizedTest
    @EnumSource
    void envelope_signedAndEncoded_isReadAsItWas(SigningAlgorithm algorithm) throws Exception {
        Signer signer = Signer.generate("carol", algorithm);
        SignedEnvelope envelope = signer.sign(RELEASE_LIST, DRAFT);

        SignedEnvelope read = SignedEnvelope.parse(envelope.encode());

        assertThat(read).isEqualTo(envelope);
        assertThat(read.requireThreshold(RELEASE_LIST, new KeySet(List.of(signer.key()), 1)))
                .containsExactly(signer.key());
    }

    @Test
    void signature_showsWhatItSays() {
        EnvelopeSignature signature = alice.sign(TRUST_ROOT, DRAFT).signatures().get(0);

        assertThat(signature.algorithm()).isEqualTo("ES384");
        assertThat(signature.type()).isEqualTo("amesh-trust-root+json");
        assertThat(signature.keyId()).isEqualTo(alice.key().keyId());
        assertThat(signature.value().size()).isEqualTo(96);
    }

    @Test
    void secondSignatureBySameKey_replacesTheFirst() {
        SignedEnvelope once = alice.sign(TRUST_ROOT, bob.sign(RELEASE_LIST, DRAFT));

        SignedEnvelope twice = alice.sign(RELEASE_LIST, once);

        assertThat(twice.signatures())
                .extracting(EnvelopeSignature::keyId)
                .containsExactly(bob.key().keyId(), alice.key().keyId());
        assertThat(twice.signatures().get(1).type()).isEqualTo(RELEASE_LIST.typ());
    }

    @Test
    void anothersPrivateKey_doesNotSign() {
        Signer other = Signer.generate("other", ES384);

        assertThatThrownBy(() -> DRAFT.signedBy(RELEASE_LIST, alice.key(), other.privateKey()))
                .isInstanceOf(InvalidKeyException.class)
                .hasMessageContaining("alice");
    }

    @Test
    void privateKeyOfAnotherCurve_doesNotSign() {
        assertThatThrownBy(() -> DRAFT.signedBy(RELEASE_LIST, alice.key(), bob.privateKey()))
                .isInstanceOf(InvalidKeyException.class);
    }

    @Test
    void privateKeyOfAnotherType_doesNotSign() {
        Signer other = Signer.generate("other", ED25519);

        assertThatThrownBy(() -> DRAFT.signedBy(RELEASE_LIST, alice.key(), other.privateKey()))
                .isInstanceOf(InvalidKeyException.class);
    }

    @Test
    void merged_inEitherOrder_holdsBothSigners() throws Exception {
        SignedEnvelope byAlice = alice.sign(RELEASE_LIST, DRAFT);
        SignedEnvelope byBob = bob.sign(RELEASE_LIST, DRAFT);
        KeySet both = new KeySet(List.of(alice.key(), bob.key()), 2);

        assertThat(byAlice.merge(byBob).requireThreshold(RELEASE_LIST, both)).containsExactly(alice.key(), bob.key());
        assertThat(byBob.merge(byAlice).requireThreshold(RELEASE_LIST, both)).containsExactly(bob.key(), alice.key());
    }

    @Test
    void merged_withItself_isItself() throws Exception {
        SignedEnvelope signed = alice.sign(RELEASE_LIST, DRAFT);

        assertThat(signed.merge(signed)).isEqualTo(signed);
    }

    @Test
    void merged_withAnotherPayload_isRefused() {
        SignedEnvelope other = alice.sign(RELEASE_LIST, SignedEnvelope.unsigned(utf8("{\"a\":2}")));

        assertThatThrownBy(() -> alice.sign(RELEASE_LIST, DRAFT).merge(other))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining("payload differs");
    }

    @Test
    void merged_withMoreThan64Signatures_isRefused() throws Exception {
        SignedEnvelope first = bySomebody(40);
        SignedEnvelope second = bySomebody(25);

        assertThatThrownBy(() -> first.merge(second))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining("more than 64 signatures");
    }

    @Test
    void payloadDigest_isSha384() {
        assertThat(SignedEnvelope.unsigned(utf8("abc")).payloadDigest().hex())
                .isEqualTo("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                        + "8086072ba1e7cc2358baeca134c825a7");
    }

    @Test
    void encoded_isOneMemberALine() {
        assertThat(DRAFT.encode()).isEqualTo(utf8("{\n  \"payload\": \"eyJhIjoxfQ\",\n  \"signatures\": []\n}\n"));
    }

    /** Not signatures by anybody, but of the form. */
    private static SignedEnvelope bySomebody(int signatures) {
        return new SignedEnvelope(
                DRAFT.payload(),
                IntStream.range(0, signatures)
                        .mapToObj(i -> signature("key " + signatures + " " + i))
                        .toList());
    }

    private static EnvelopeSignature signature(String keyId) {
        try {
            return EnvelopeSignature.of(
                    utf8("{\"alg\":\"ES384\",\"kid\":\"" + keyId + "\",\"typ\":\"x\"}"), Bytes.of(new byte[96]));
        } catch (MalformedReleasesException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
