package io.attestedmesh.attest.evidence;

import static io.attestedmesh.attest.evidence.Cbor.*;
import static io.attestedmesh.attest.evidence.Documents.PROTECTED;
import static io.attestedmesh.attest.evidence.Documents.SIGNATURE;
import static io.attestedmesh.attest.evidence.Documents.filled;
import static io.attestedmesh.attest.evidence.MalformedReason.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps 1 and 2. */
class CoseSign1Test {
    private static final Bytes PAYLOAD = hex("a0");

    @Test
    void step2_untagged_accepted() throws Exception {
        CoseSign1 read = CoseSign1.parse(sign1());

        assertThat(read.protectedHeader()).isEqualTo(PROTECTED);
        assertThat(read.payload()).isEqualTo(PAYLOAD);
        assertThat(read.signature()).isEqualTo(SIGNATURE);
    }

    @Test
    void step2_tag18_accepted() throws Exception {
        assertThat(CoseSign1.parse(tag(18, sign1()))).isEqualTo(CoseSign1.parse(sign1()));
    }

    @Test
    void step2_indefiniteArray_accepted() throws Exception {
        Bytes indefinite = indefiniteArray(bytes(PROTECTED), map(), bytes(PAYLOAD), bytes(SIGNATURE));

        assertThat(CoseSign1.parse(indefinite)).isEqualTo(CoseSign1.parse(sign1()));
    }

    @Test
    void step2_payloadOfTheLargestSize_accepted() throws Exception {
        Bytes largest = array(bytes(PROTECTED), map(), bytes(filled(16384)), bytes(SIGNATURE));

        assertThat(CoseSign1.parse(tag(18, largest)).payload().size()).isEqualTo(16384);
    }

    @Test
    void step1_longerThanAnyDocument_refusedBeforeReading() {
        assertThat(reasonOf(filled(CoseSign1.MAX_ENCODED_SIZE + 1))).isEqualTo(EVIDENCE_TOO_LARGE);
        assertThat(reasonOf(Bytes.of(new byte[1 << 20]))).isEqualTo(EVIDENCE_TOO_LARGE);
    }

    @Test
    void step1_trailingByte_refused() {
        assertThat(reasonOf(Bytes.concat(sign1(), hex("00")))).isEqualTo(CBOR_TRAILING_BYTES);
    }

    @Test
    void step1_nothing_refused() {
        assertThat(reasonOf(Bytes.EMPTY)).isEqualTo(CBOR_TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17, 19, 61, 98})
    void step2_anotherTag_refused(int number) {
        assertThat(reasonOf(tag(number, sign1()))).isEqualTo(CBOR_TAG);
    }

    @Test
    void step2_tag18Twice_refused() {
        assertThat(reasonOf(tag(18, tag(18, sign1())))).isEqualTo(CBOR_TAG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a0", "00", "f6", "40", "60", "20"})
    void step2_noArray_refused(String hex) {
        assertThat(reasonOf(hex(hex))).isEqualTo(COSE_NOT_SIGN1);
    }

    @Test
    void step2_notFourMembers_refused() {
        Bytes[] members = {bytes(PROTECTED), map(), bytes(PAYLOAD), bytes(SIGNATURE), NULL};
        for (int count : List.of(0, 1, 2, 3, 5)) {
            assertThat(reasonOf(array(java.util.Arrays.copyOf(members, count))))
                    .as("%d members", count)
                    .isEqualTo(COSE_NOT_SIGN1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // an empty protected header is encoded so
                "a0",
                "a10126",
                "a1013823",
                "a1013822a0",
                "a201382204410a",
                "a1182601",
                "a101390022",
                "a1013821",
                "bf013822ff",
                "a2013822028101",
                "a101",
                "ff"
            })
    void step2_protectedHeaderNotEs384Alone_refused(String header) {
        Bytes changed = array(bytes(hex(header)), map(), bytes(PAYLOAD), bytes(SIGNATURE));

        assertThat(reasonOf(changed)).isEqualTo(COSE_PROTECTED_HEADER);
    }

    @Test
    void step2_protectedHeaderNotAByteString_refused() {
        assertThat(reasonOf(array(PROTECTED, map(), bytes(PAYLOAD), bytes(SIGNATURE))))
                .isEqualTo(COSE_PROTECTED_HEADER);
        assertThat(reasonOf(array(text("a1013822"), map(), bytes(PAYLOAD), bytes(SIGNATURE))))
                .isEqualTo(COSE_PROTECTED_HEADER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f6", "80", "40", "41a0", "00", "a10126", "a1013822", "a104413a", "bf0126ff", "f5"})
    void step2_unprotectedHeaderNotEmpty_refused(String header) {
        Bytes changed = array(bytes(PROTECTED), hex(header), bytes(PAYLOAD), bytes(SIGNATURE));

        assertThat(reasonOf(changed)).isEqualTo(COSE_UNPROTECTED_HEADER);
    }

    @Test
    void step2_unprotectedHeaderEmptyAndIndefinite_accepted() throws Exception {
        Bytes changed = array(bytes(PROTECTED), indefiniteMap(), bytes(PAYLOAD), bytes(SIGNATURE));

        assertThat(CoseSign1.parse(changed).payload()).isEqualTo(PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f6", "a0", "60", "80", "00"})
    void step2_payloadDetachedOrNoByteString_refused(String payload) {
        Bytes changed = array(bytes(PROTECTED), map(), hex(payload), bytes(SIGNATURE));

        assertThat(reasonOf(changed)).isEqualTo(COSE_PAYLOAD_TYPE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16385, 16390})
    void step2_payloadSize_refused(int size) {
        Bytes changed = array(bytes(PROTECTED), map(), bytes(filled(size)), bytes(SIGNATURE));

        assertThat(reasonOf(changed)).isEqualTo(COSE_PAYLOAD_SIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 48, 64, 95, 97, 102, 104, 132})
    void step2_signatureSize_refused(int size) {
        Bytes changed = array(bytes(PROTECTED), map(), bytes(PAYLOAD), bytes(filled(size)));

        assertThat(reasonOf(changed)).isEqualTo(COSE_SIGNATURE_SIZE);
    }

    @Test
    void step2_signatureNoByteString_refused() {
        assertThat(reasonOf(array(bytes(PROTECTED), map(), bytes(PAYLOAD), NULL)))
                .isEqualTo(COSE_SIGNATURE_SIZE);
        assertThat(reasonOf(array(bytes(PROTECTED), map(), bytes(PAYLOAD), text("x".repeat(96)))))
                .isEqualTo(COSE_SIGNATURE_SIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 23, 24, 255, 256, 4400, 16384})
    void step5_toBeSigned_isTheShortestSigStructure(int size) {
        Bytes payload = filled(size);
        Bytes expected = array(text("Signature1"), bytes(PROTECTED), bytes(Bytes.EMPTY), bytes(payload));

        assertThat(new CoseSign1(PROTECTED, payload, SIGNATURE).toBeSigned()).isEqualTo(expected);
    }

    /** The working group's ES384 example has a key id in its unprotected header, which Nitro never has. */
    @Test
    void step5_toBeSigned_isThatOfTheEs384Example() {
        JsonNode example = Vectors.json("cose/ecdsa-examples/ecdsa-sig-02.json");
        Bytes content =
                Bytes.of(example.at("/input/plaintext").asText().getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(new CoseSign1(PROTECTED, content, SIGNATURE).toBeSigned())
                .isEqualTo(
                        Bytes.fromHex(example.at("/intermediates/ToBeSign_hex").asText()));
        assertThat(reasonOf(Bytes.fromHex(example.at("/output/cbor").asText()))).isEqualTo(COSE_UNPROTECTED_HEADER);
    }

    static List<String> otherExamples() {
        return List.of(
                "sign1-tests/sign-pass-01",
                "sign1-tests/sign-pass-02",
                "sign1-tests/sign-pass-03",
                "sign1-tests/sign-fail-01",
                "sign1-tests/sign-fail-02",
                "ecdsa-examples/ecdsa-01",
                "ecdsa-examples/ecdsa-02",
                "ecdsa-examples/ecdsa-03",
                "ecdsa-examples/ecdsa-04",
                "ecdsa-examples/ecdsa-sig-01",
                "ecdsa-examples/ecdsa-sig-03",
                "ecdsa-examples/ecdsa-sig-04");
    }

    @ParameterizedTest
    @MethodSource("otherExamples")
    void step2_coseOfOtherProfiles_refused(String name) {
        Bytes encoded = Bytes.fromHex(
                Vectors.json("cose/" + name + ".json").at("/output/cbor").asText());

        assertThatThrownBy(() -> CoseSign1.parse(encoded)).isInstanceOf(MalformedEvidenceException.class);
    }

    private static Bytes sign1() {
        return array(bytes(PROTECTED), map(), bytes(PAYLOAD), bytes(SIGNATURE));
    }

    private static MalformedReason reasonOf(Bytes encoded) {
        MalformedEvidenceException thrown =
                catchThrowableOfType(MalformedEvidenceException.class, () -> CoseSign1.parse(encoded));
        return thrown == null ? null : thrown.reason();
    }
}
