package io.attestedmesh.attest.evidence;

import static io.attestedmesh.attest.evidence.Cbor.*;
import static io.attestedmesh.attest.evidence.Documents.filled;
import static io.attestedmesh.attest.evidence.MalformedReason.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps 1 to 3. */
class AttestationDocumentTest {
    private static final Bytes ZEROS = Bytes.of(new byte[48]);

    @Test
    void step3_asRealDocumentsAre_everyFieldRead() throws Exception {
        Map<String, Bytes> fields = Documents.fields();
        fields.put("public_key", bytes(hex("01")));
        fields.put("user_data", bytes(hex("0203")));
        fields.put("nonce", bytes(hex("040506")));

        AttestationDocument read = AttestationDocument.parse(Documents.encode(fields));

        assertThat(read.moduleId()).isEqualTo("i-0123456789abcdef0-enc0123456789abcdef");
        assertThat(read.digest()).isEqualTo("SHA384");
        assertThat(read.timestamp()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_123L));
        assertThat(read.pcrs().values()).containsExactly(Map.entry(0, filled(48)));
        assertThat(read.certificate()).isEqualTo(filled(640));
        assertThat(read.cabundle()).containsExactly(filled(533), filled(706));
        assertThat(read.publicKey()).contains(hex("01"));
        assertThat(read.userData()).contains(hex("0203"));
        assertThat(read.nonce()).contains(hex("040506"));
        assertThat(read.envelope().payload()).isEqualTo(map(entries(fields)));
    }

    @Test
    void step3_indefiniteMaps_readAlike() throws Exception {
        Map<String, Bytes> fields = Documents.fields();
        AttestationDocument definite = AttestationDocument.parse(Documents.encode(fields));
        fields.put("pcrs", indefiniteMap(integer(0), bytes(filled(48))));
        fields.put("cabundle", indefiniteArray(bytes(filled(533)), bytes(filled(706))));

        AttestationDocument indefinite = AttestationDocument.parse(Documents.envelope(indefiniteMap(entries(fields))));

        assertThat(indefinite.pcrs()).isEqualTo(definite.pcrs());
        assertThat(indefinite.cabundle()).isEqualTo(definite.cabundle());
        assertThat(indefinite.timestamp()).isEqualTo(definite.timestamp());
    }

    @ParameterizedTest
    @ValueSource(strings = {"public_key", "user_data", "nonce"})
    void step3_optionalNullOrMissing_absent(String field) throws Exception {
        for (Bytes encoded : List.of(Documents.with(field, NULL), Documents.with(field, (Bytes) null))) {
            AttestationDocument read = AttestationDocument.parse(encoded);

            assertThat(read.publicKey()).isEmpty();
            assertThat(read.userData()).isEmpty();
            assertThat(read.nonce()).isEmpty();
        }
    }

    @Test
    void step3_emptyUserDataAndNonce_presentAndEmpty() throws Exception {
        assertThat(AttestationDocument.parse(Documents.with("user_data", hex("40")))
                        .userData())
                .contains(Bytes.EMPTY);
        assertThat(AttestationDocument.parse(Documents.with("nonce", hex("40"))).nonce())
                .contains(Bytes.EMPTY);
    }

    @Test
    void step3_fieldsInAnyOrder_accepted() throws Exception {
        List<String> order = new ArrayList<>(Documents.fields().keySet());
        Collections.reverse(order);
        Bytes[] reversed = order.stream()
                .flatMap(key ->
                        java.util.stream.Stream.of(text(key), Documents.fields().get(key)))
                .toArray(Bytes[]::new);

        assertThat(AttestationDocument.parse(Documents.envelope(map(reversed))).digest())
                .isEqualTo("SHA384");
    }

    @Test
    void step3_unknownFields_ignoredWhateverTheyHold() throws Exception {
        Map<String, Bytes> fields = Documents.fields();
        fields.put("a_field_of_2030", map(text("deep"), array(integer(-1), NULL, hex("f5"), map())));
        fields.put("pcr", bytes(filled(1)));

        assertThat(AttestationDocument.parse(Documents.encode(fields)).pcrs().values())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle"})
    void step3_mandatoryFieldMissing_refused(String field) {
        MalformedEvidenceException thrown = refusal(Documents.with(field, (Bytes) null));

        assertThat(thrown.reason()).isEqualTo(FIELD_MISSING);
        assertThat(thrown.expected()).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"module_id", "digest", "timestamp", "pcrs", "certificate", "cabundle"})
    void step3_mandatoryFieldNull_refused(String field) {
        assertThat(refusal(Documents.with(field, NULL)).reason()).isEqualTo(FIELD_TYPE);
    }

    @ParameterizedTest
    @CsvSource({
        "module_id, 00",
        "module_id, 4161",
        "module_id, 80",
        "digest, 46534841333834",
        "digest, 00",
        "timestamp, 60",
        "timestamp, 4101",
        "timestamp, f5",
        "timestamp, 80",
        "pcrs, 80",
        "pcrs, 40",
        "pcrs, 00",
        "certificate, 6161",
        "certificate, 8101",
        "certificate, 00",
        "cabundle, a0",
        "cabundle, 4101",
        "cabundle, 816161",
        "cabundle, 8100",
        "cabundle, 81f6",
        "cabundle, 818140",
        "public_key, 6161",
        "public_key, 00",
        "public_key, f4",
        "public_key, 8101",
        "user_data, 6161",
        "user_data, a0",
        "nonce, 6161",
        "nonce, 80",
        "nonce, f5"
    })
    void step3_wrongType_refused(String field, String value) {
        assertThat(refusal(Documents.with(field, hex(value))).reason()).isEqualTo(FIELD_TYPE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "00", "f6", "60", "43010203"})
    void step3_payloadNotAMap_refused(String payload) {
        assertThat(refusal(Documents.envelope(hex(payload))).reason()).isEqualTo(DOCUMENT_NOT_A_MAP);
    }

    @Test
    void step3_integerAmongTheKeys_refused() {
        Bytes[] entries = entries(Documents.fields());
        Bytes[] more = java.util.Arrays.copyOf(entries, entries.length + 2);
        more[entries.length] = integer(1);
        more[entries.length + 1] = NULL;

        assertThat(refusal(Documents.envelope(map(more))).reason()).isEqualTo(DOCUMENT_KEY_TYPE);
    }

    @Test
    void step3_fieldTwice_refused() {
        Bytes[] entries = entries(Documents.fields());
        Bytes[] more = java.util.Arrays.copyOf(entries, entries.length + 2);
        more[entries.length] = text("module_id");
        more[entries.length + 1] = text("i-another");

        assertThat(refusal(Documents.envelope(map(more))).reason()).isEqualTo(CBOR_DUPLICATE_KEY);
        assertThat(refusal(Documents.envelope(indefiniteMap(more))).reason()).isEqualTo(CBOR_DUPLICATE_KEY);
    }

    @Test
    void step1_trailingBytesInThePayload_refused() {
        Bytes payload = Bytes.concat(map(entries(Documents.fields())), hex("00"));

        assertThat(refusal(Documents.envelope(payload)).reason()).isEqualTo(CBOR_TRAILING_BYTES);
    }

    @Test
    void step1_tagInThePayload_refused() {
        assertThat(refusal(Documents.with("timestamp", value -> tag(1, value))).reason())
                .isEqualTo(CBOR_TAG);
        assertThat(refusal(Documents.envelope(tag(18, map(entries(Documents.fields())))))
                        .reason())
                .isEqualTo(CBOR_TAG);
    }

    @Test
    void step1_floatWhereAnIntegerBelongs_refused() {
        assertThat(refusal(Documents.with("timestamp", hex("fb 4278bcfe56800000")))
                        .reason())
                .isEqualTo(CBOR_FLOAT);
    }

    @Test
    void step1_chunkedStrings_refused() {
        assertThat(refusal(Documents.with("user_data", hex("5f 41 00 ff"))).reason())
                .isEqualTo(CBOR_INDEFINITE_STRING);
        assertThat(refusal(Documents.with("digest", hex("7f 63 534841 63 333834 ff")))
                        .reason())
                .isEqualTo(CBOR_INDEFINITE_STRING);
    }

    @Test
    void step1_timestampNotMinimal_refused() {
        assertThat(refusal(Documents.with("timestamp", headOf(0, 27, 5))).reason())
                .isEqualTo(CBOR_NOT_MINIMAL);
    }

    @Test
    void step3_moduleIdEmpty_refused() {
        assertThat(refusal(Documents.with("module_id", text(""))).reason()).isEqualTo(MODULE_ID_EMPTY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SHA256", "SHA512", "sha384", "SHA384 ", "SHA-384", "SHA3840"})
    void step3_digestNotSha384_refused(String digest) {
        assertThat(refusal(Documents.with("digest", text(digest))).reason()).isEqualTo(DIGEST_NOT_SHA384);
    }

    @Test
    void step3_refusedText_shownEscapedAndShort() {
        MalformedEvidenceException thrown =
                refusal(Documents.with("digest", text("\n\u001b[31m\"é" + "x".repeat(500))));

        assertThat(thrown.actual()).matches("[ -~…]{1,120}").startsWith("\"\\u000a\\u001b[31m\\u0022\\u00e9xxx");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "20", "3b7fffffffffffffff", "3bffffffffffffffff"})
    void step3_timestampZeroOrNegative_refused(String timestamp) {
        assertThat(refusal(Documents.with("timestamp", hex(timestamp))).reason())
                .isEqualTo(TIMESTAMP_NOT_POSITIVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1b7fffffffffffffff", "1b8000000000000000", "1bffffffffffffffff"})
    void step3_timestampBeyondAnyClock_farInTheFutureNotThePast(String timestamp) throws Exception {
        assertThat(AttestationDocument.parse(Documents.with("timestamp", hex(timestamp)))
                        .timestamp())
                .isEqualTo(Instant.ofEpochMilli(Long.MAX_VALUE));
    }

    @Test
    void step3_noRegisters_refused() {
        assertThat(refusal(Documents.with("pcrs", map())).reason()).isEqualTo(PCRS_EMPTY);
        assertThat(refusal(Documents.with("pcrs", indefiniteMap())).reason()).isEqualTo(PCRS_EMPTY);
    }

    @Test
    void step3_sparseRegistersUpTo31_accepted() throws Exception {
        Bytes pcrs = map(integer(31), bytes(ZEROS), integer(4), bytes(filled(48)), integer(16), bytes(ZEROS));

        PcrBank read = AttestationDocument.parse(Documents.with("pcrs", pcrs)).pcrs();

        assertThat(read.values().keySet()).containsExactly(4, 16, 31);
        assertThat(read.get(0)).isEmpty();
        assertThat(read.isDebug()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1820", "1821", "18ff", "190100", "1b7fffffffffffffff", "1bffffffffffffffff", "20", "381f"})
    void step3_registerIndexOutOfRange_refused(String index) {
        assertThat(refusal(Documents.with("pcrs", map(hex(index), bytes(ZEROS))))
                        .reason())
                .isEqualTo(PCR_INDEX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "31", "", "PCR0"})
    void step3_registerIndexAsText_refused(String index) {
        assertThat(refusal(Documents.with("pcrs", map(text(index), bytes(ZEROS))))
                        .reason())
                .isEqualTo(PCR_INDEX);
    }

    @Test
    void step3_registerTwice_refused() {
        Bytes pcrs = map(integer(0), bytes(ZEROS), integer(0), bytes(filled(48)));

        assertThat(refusal(Documents.with("pcrs", pcrs)).reason()).isEqualTo(CBOR_DUPLICATE_KEY);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 48, 64})
    void step3_registerSize_accepted(int size) throws Exception {
        Bytes pcrs = map(integer(2), bytes(filled(size)));

        assertThat(AttestationDocument.parse(Documents.with("pcrs", pcrs))
                        .pcrs()
                        .get(2))
                .contains(filled(size));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 31, 33, 47, 49, 63, 65})
    void step3_registerSize_refused(int size) {
        assertThat(refusal(Documents.with("pcrs", map(integer(0), bytes(filled(size)))))
                        .reason())
                .isEqualTo(PCR_SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f6", "60", "00", "80"})
    void step3_registerNoByteString_refused(String value) {
        assertThat(refusal(Documents.with("pcrs", map(integer(0), hex(value)))).reason())
                .isEqualTo(FIELD_TYPE);
    }

    @ParameterizedTest
    @CsvSource({
        "certificate, 0, CERTIFICATE_SIZE", "certificate, 1025, CERTIFICATE_SIZE", "public_key, 0, PUBLIC_KEY_SIZE",
        "public_key, 1025, PUBLIC_KEY_SIZE", "user_data, 1025, USER_DATA_SIZE", "nonce, 1025, NONCE_SIZE"
    })
    void step3_size_refused(String field, int size, MalformedReason reason) {
        assertThat(refusal(Documents.with(field, bytes(filled(size)))).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "certificate, 1",
        "certificate, 1024",
        "public_key, 1",
        "public_key, 1024",
        "user_data, 1024",
        "nonce, 1024"
    })
    void step3_sizeAtTheBound_accepted(String field, int size) throws Exception {
        AttestationDocument read = AttestationDocument.parse(Documents.with(field, bytes(filled(size))));

        assertThat(List.of(
                        read.certificate(),
                        read.publicKey().orElse(ZEROS),
                        read.userData().orElse(ZEROS),
                        read.nonce().orElse(ZEROS)))
                .contains(filled(size));
    }

    @Test
    void step3_bundleEmpty_refused() {
        assertThat(refusal(Documents.with("cabundle", array())).reason()).isEqualTo(CABUNDLE_EMPTY);
        assertThat(refusal(Documents.with("cabundle", indefiniteArray())).reason())
                .isEqualTo(CABUNDLE_EMPTY);
    }

    @Test
    void step3_bundleOf8_accepted_of9_refused() throws Exception {
        Bytes[] nine = new Bytes[9];
        java.util.Arrays.fill(nine, bytes(hex("30")));

        Bytes eight = Documents.with("cabundle", array(java.util.Arrays.copyOf(nine, 8)));
        assertThat(AttestationDocument.parse(eight).cabundle()).hasSize(8);
        assertThat(refusal(Documents.with("cabundle", array(nine))).reason()).isEqualTo(CABUNDLE_TOO_LONG);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1025})
    void step3_bundleEntrySize_refused(int size) {
        Bytes bundle = array(bytes(filled(533)), bytes(filled(size)));

        assertThat(refusal(Documents.with("cabundle", bundle)).reason()).isEqualTo(CABUNDLE_ENTRY_SIZE);
    }

    @Test
    void step3_nitroTpmDocument_refused() {
        Map<String, Bytes> fields = Documents.fields();
        fields.put("nitrotpm_pcrs", fields.get("pcrs"));
        assertThat(refusal(Documents.encode(fields)).reason()).isEqualTo(NITROTPM_DOCUMENT);

        fields.remove("pcrs");
        assertThat(refusal(Documents.encode(fields)).reason()).isEqualTo(NITROTPM_DOCUMENT);
    }

    private static MalformedEvidenceException refusal(Bytes encoded) {
        MalformedEvidenceException thrown =
                catchThrowableOfType(MalformedEvidenceException.class, () -> AttestationDocument.parse(encoded));
        assertThat(thrown).as("was accepted").isNotNull();
        return thrown;
    }
}
