package io.attestedmesh.releases.envelope;

import static io.attestedmesh.releases.ReleasesReason.ALGORITHM_MISMATCH;
import static io.attestedmesh.releases.ReleasesReason.SIGNATURE_INVALID;
import static io.attestedmesh.releases.ReleasesReason.THRESHOLD_NOT_MET;
import static io.attestedmesh.releases.ReleasesReason.WRONG_TYPE;
import static io.attestedmesh.releases.envelope.DocumentType.RELEASE_LIST;
import static io.attestedmesh.releases.envelope.DocumentType.TRUST_ROOT;
import static io.attestedmesh.releases.envelope.SigningAlgorithm.ED25519;
import static io.attestedmesh.releases.envelope.SigningAlgorithm.ES256;
import static io.attestedmesh.releases.envelope.SigningAlgorithm.ES384;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.Curve;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose signatures count, and which refuse the whole document. */
class ThresholdTest {
    private static final SignedEnvelope DRAFT = SignedEnvelope.unsigned(utf8("{\"a\":1}"));

    private static final Signer ALICE = Signer.generate("alice", ES384);
    private static final Signer BOB = Signer.generate("bob", ES256);
    private static final Signer CAROL = Signer.generate("carol", ED25519);
    private static final Signer STRANGER = Signer.generate("stranger", ES384);
    private static final KeySet TWO_OF_THREE = new KeySet(List.of(ALICE.key(), BOB.key(), CAROL.key()), 2);

    @Test
    void twoOfThree_areEnough() throws Exception {
        assertThat(signedBy(CAROL, ALICE).requireThreshold(RELEASE_LIST, TWO_OF_THREE))
                .containsExactly(CAROL.key(), ALICE.key());
    }

    @Test
    void stranger_isPassedOver() throws Exception {
        assertThat(signedBy(STRANGER, ALICE, BOB).requireThreshold(RELEASE_LIST, TWO_OF_THREE))
                .containsExactly(ALICE.key(), BOB.key());
    }

    @Test
    void strangersBrokenSignature_isPassedOver() throws Exception {
        SignedEnvelope envelope =
                with(signedBy(ALICE, BOB), header("ES384", STRANGER.key().keyId(), "any"), Bytes.EMPTY);

        assertThat(envelope.requireThreshold(RELEASE_LIST, TWO_OF_THREE)).hasSize(2);
    }

    @Test
    void signers_belowTheThreshold_areKnown() throws Exception {
        assertThat(signedBy(STRANGER, BOB).signers(RELEASE_LIST, TWO_OF_THREE)).containsExactly(BOB.key());
        assertThat(DRAFT.signers(RELEASE_LIST, TWO_OF_THREE)).isEmpty();
    }

    @Test
    void signers_withOneThatIsNotRight_areRefused() {
        SignedEnvelope envelope =
                with(signedBy(ALICE), header("ES256", BOB.key().keyId(), RELEASE_LIST.typ()), Bytes.EMPTY);

        assertThat(catchThrowableOfType(
                                RejectedReleasesException.class, () -> envelope.signers(RELEASE_LIST, TWO_OF_THREE))
                        .reason())
                .isEqualTo(SIGNATURE_INVALID);
    }

    @Test
    void nobody_isNotEnough() {
        assertRefused(DRAFT, THRESHOLD_NOT_MET);
    }

    @Test
    void oneKey_isNotEnough() {
        RejectedReleasesException refusal = assertRefused(signedBy(ALICE), THRESHOLD_NOT_MET);

        assertThat(refusal.expected()).isEqualTo("signatures by 2 of [alice, bob, carol]");
        assertThat(refusal.actual()).isEqualTo("1 [alice] of 1 signatures");
    }

    @Test
    void oneKeyAndStranger_areNotEnough() {
        assertRefused(signedBy(ALICE, STRANGER), THRESHOLD_NOT_MET);
    }

    @Test
    void oneSignatureTwice_countsOnce() {
        SignedEnvelope once = signedBy(ALICE);
        EnvelopeSignature signature = once.signatures().get(0);

        assertRefused(new SignedEnvelope(DRAFT.payload(), List.of(signature, signature)), THRESHOLD_NOT_MET);
    }

    @Test
    void twoSignaturesByOneKey_countOnce() {
        List<EnvelopeSignature> both = new ArrayList<>(signedBy(ALICE).signatures());
        both.addAll(signedBy(ALICE).signatures());
        assertThat(both.get(0)).isNotEqualTo(both.get(1));

        assertRefused(new SignedEnvelope(DRAFT.payload(), both), THRESHOLD_NOT_MET);
    }

    @Test
    void oneSignatureInItsTwoForms_countsOnce() throws Exception {
        EnvelopeSignature signature = signedBy(BOB).signatures().get(0);
        BigInteger order = Curve.P_256.toECParameterSpec().getOrder();
        BigInteger s = new BigInteger(1, signature.value().slice(32, 64).toByteArray());
        Bytes other = Bytes.concat(signature.value().slice(0, 32), fixed(order.subtract(s), 32));

        SignedEnvelope twice = new SignedEnvelope(
                DRAFT.payload(), List.of(signature, EnvelopeSignature.of(signature.headerJson(), other)));

        assertThat(twice.requireThreshold(RELEASE_LIST, new KeySet(List.of(BOB.key()), 1)))
                .containsExactly(BOB.key());
        assertRefused(twice, THRESHOLD_NOT_MET);
    }

    @Test
    void signatureForAnotherKindOfDocument_refusesAll() {
        SignedEnvelope enough = CAROL.sign(TRUST_ROOT, signedBy(ALICE, BOB));

        RejectedReleasesException refusal = assertRefused(enough, WRONG_TYPE);

        assertThat(refusal.expected()).isEqualTo("amesh-release-list+json from carol");
        assertThat(refusal.actual()).isEqualTo("\"amesh-trust-root+json\"");
    }

    @ParameterizedTest
    @EnumSource
    void signatureOfAnotherPayload_refusesAll(SigningAlgorithm algorithm) {
        Signer signer = Signer.generate("signer", algorithm);
        SignedEnvelope other = signer.sign(RELEASE_LIST, SignedEnvelope.unsigned(utf8("{\"a\":2}")));

        assertRefused(new SignedEnvelope(DRAFT.payload(), other.signatures()), signer.key(), SIGNATURE_INVALID);
    }

    @ParameterizedTest
    @EnumSource
    void signatureUnderAnotherHeader_refusesAll(SigningAlgorithm algorithm) {
        Signer signer = Signer.generate("signer", algorithm);
        EnvelopeSignature signature =
                signer.sign(RELEASE_LIST, DRAFT).signatures().get(0);
        Bytes spaced = Bytes.concat(signature.headerJson(), utf8(" "));

        assertRefused(with(DRAFT, spaced, signature.value()), signer.key(), SIGNATURE_INVALID);
    }

    @ParameterizedTest
    @EnumSource
    void changedSignature_refusesAll(SigningAlgorithm algorithm) {
        Signer signer = Signer.generate("signer", algorithm);
        EnvelopeSignature signature =
                signer.sign(RELEASE_LIST, DRAFT).signatures().get(0);
        byte[] changed = signature.value().toByteArray();
        changed[changed.length - 1] ^= 1;

        assertRefused(with(DRAFT, signature.headerJson(), Bytes.of(changed)), signer.key(), SIGNATURE_INVALID);
    }

    @ParameterizedTest
    @EnumSource
    void signatureOfAnyWrongLength_refusesAll(SigningAlgorithm algorithm) {
        Signer signer = Signer.generate("signer", algorithm);
        EnvelopeSignature signature =
                signer.sign(RELEASE_LIST, DRAFT).signatures().get(0);
        Bytes value = signature.value();

        for (Bytes wrong : List.of(
                Bytes.EMPTY,
                value.slice(0, 1),
                value.slice(0, value.size() - 1),
                Bytes.concat(value, Bytes.of((byte) 0)),
                Bytes.concat(value, value))) {
            assertRefused(with(DRAFT, signature.headerJson(), wrong), signer.key(), SIGNATURE_INVALID);
        }
    }

    @Test
    void derSignature_refusesAll() throws Exception {
        java.security.Signature der = java.security.Signature.getInstance("SHA256withECDSA");
        Bytes header = ProtectedHeader.encode(BOB.key(), RELEASE_LIST);
        der.initSign(BOB.privateKey());
        der.update(SigningInput.of(DRAFT.payload()).under(header));

        assertRefused(with(DRAFT, header, Bytes.of(der.sign())), SIGNATURE_INVALID);
    }

    /** Zeros verified everywhere with CVE-2022-21449; the rest is out of range. */
    static Stream<Bytes> scalarsOutOfRange() {
        BigInteger order = Curve.P_256.toECParameterSpec().getOrder();
        Bytes zero = fixed(BigInteger.ZERO, 32);
        Bytes one = fixed(BigInteger.ONE, 32);
        Bytes n = fixed(order, 32);
        Bytes most = fixed(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE), 32);
        return Stream.of(zero, one, n, most)
                .flatMap(r -> Stream.of(zero, one, n, most).map(s -> Bytes.concat(r, s)));
    }

    @ParameterizedTest
    @MethodSource("scalarsOutOfRange")
    void scalars_outOfRangeOrMadeUp_refuseAll(Bytes rs) {
        assertRefused(with(DRAFT, ProtectedHeader.encode(BOB.key(), RELEASE_LIST), rs), SIGNATURE_INVALID);
    }

    @Test
    void ed25519Scalar_aboveTheOrder_refusesAll() {
        Bytes value = signedBy(CAROL).signatures().get(0).value();
        BigInteger order = BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));
        BigInteger s = new BigInteger(1, reversed(value.slice(32, 64).toByteArray()));
        Bytes other = Bytes.concat(
                value.slice(0, 32), Bytes.of(reversed(fixed(s.add(order), 32).toByteArray())));

        assertRefused(with(DRAFT, ProtectedHeader.encode(CAROL.key(), RELEASE_LIST), other), SIGNATURE_INVALID);
    }

    @ParameterizedTest
    @MethodSource("otherAlgorithms")
    void anotherAlgorithmThanTheKeys_refusesAll(String algorithm) {
        SignedEnvelope envelope = with(
                signedBy(ALICE, CAROL),
                header(algorithm, BOB.key().keyId(), RELEASE_LIST.typ()),
                Bytes.of(new byte[64]));

        RejectedReleasesException refusal = assertRefused(envelope, ALGORITHM_MISMATCH);

        assertThat(refusal.expected()).isEqualTo("ES256 for the key of bob");
        assertThat(refusal.actual()).isEqualTo("\"" + algorithm + "\"");
    }

    static List<String> otherAlgorithms() {
        return List.of("none", "ES384", "ES512", "es256", "HS256", "Ed25519", "EdDSA", "");
    }

    @Test
    void ed25519_underItsOldName_refusesAll() {
        SignedEnvelope envelope = with(
                signedBy(ALICE, BOB), header("EdDSA", CAROL.key().keyId(), RELEASE_LIST.typ()), Bytes.of(new byte[64]));

        assertRefused(envelope, ALGORITHM_MISMATCH);
    }

    private static SignedEnvelope signedBy(Signer... signers) {
        SignedEnvelope envelope = DRAFT;
        for (Signer signer : signers) {
            envelope = signer.sign(RELEASE_LIST, envelope);
        }
        return envelope;
    }

    private static Bytes header(String algorithm, String keyId, String type) {
        return utf8("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + keyId + "\",\"typ\":\"" + type + "\"}");
    }

    private static SignedEnvelope with(SignedEnvelope envelope, Bytes header, Bytes value) {
        List<EnvelopeSignature> all = new ArrayList<>(envelope.signatures());
        try {
            all.add(EnvelopeSignature.of(header, value));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return new SignedEnvelope(envelope.payload(), all);
    }

    private static RejectedReleasesException assertRefused(SignedEnvelope envelope, ReleasesReason reason) {
        return assertRefused(envelope, TWO_OF_THREE, reason);
    }

    private static void assertRefused(SignedEnvelope envelope, NamedKey only, ReleasesReason reason) {
        assertRefused(envelope, new KeySet(List.of(only), 1), reason);
    }

    private static RejectedReleasesException assertRefused(
            SignedEnvelope envelope, KeySet keys, ReleasesReason reason) {
        RejectedReleasesException refusal = catchThrowableOfType(
                RejectedReleasesException.class, () -> envelope.requireThreshold(RELEASE_LIST, keys));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(reason);
        return refusal;
    }

    private static Bytes fixed(BigInteger value, int size) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[size];
        int from = Math.max(0, bytes.length - size);
        System.arraycopy(bytes, from, fixed, size - (bytes.length - from), bytes.length - from);
        return Bytes.of(fixed);
    }

    private static byte[] reversed(byte[] in) {
        byte[] out = Arrays.copyOf(in, in.length);
        for (int i = 0; i < in.length; i++) {
            out[i] = in[in.length - 1 - i];
        }
        return out;
    }

    private static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void goodThenBadOfOneKey_isInvalid() throws Exception {
        Publisher publisher = Publisher.withoutLog();
        SignedEnvelope good = publisher.sign(publisher.list(1));
        SignedEnvelope other = Publisher.sign(publisher.list(2), publisher.signer("alice"));
        List<EnvelopeSignature> all = new ArrayList<>(good.signatures());
        all.add(other.signatures().get(0));
        SignedEnvelope mixed = new SignedEnvelope(good.payload(), all);
        RejectedReleasesException refused = catchThrowableOfType(
                RejectedReleasesException.class,
                () -> mixed.requireThreshold(RELEASE_LIST, publisher.root().keys()));
        assertThat(refused.reason()).isEqualTo(SIGNATURE_INVALID);
    }
}
