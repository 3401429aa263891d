package io.attestedmesh.attest.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.der.DerWriter;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EvidenceExtensionTest {
    private static final KeyPair KEYS = TestCertificate.newKeys();
    private static final String CMW = "1.3.6.1.5.5.7.1.35";
    private static final String KMS = "1.2.840.113549.1.7.2";
    private static final Bytes EVIDENCE = Bytes.fromHex("8444a1013822a0");
    private static final Bytes PARTY = Bytes.fromHex("3003020101");

    /** {@code application/cose; cose-type="cose-sign1"} as a CBOR text. */
    private static final String TYPE = "7828" + ascii("application/cose; cose-type=\"cose-sign1\"");

    private static final String RECORD = "83" + TYPE + "478444a1013822a004";
    private static final String PARTY_RECORD = "8375" + ascii("application/pkix-cert") + "45300302010102";

    private static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(String label) {
        return String.format("%02x", 0x60 + label.length()) + ascii(label);
    }

    private static EvidenceExtension read(String oid, Bytes value) throws RejectedCertificateException {
        return EvidenceExtension.find(TestCertificate.of(KEYS)
                        .names("a.example")
                        .extension(oid, false, value.toByteArray())
                        .sign())
                .orElseThrow();
    }

    private static EvidenceExtension readCbor(String hex) throws RejectedCertificateException {
        return read(CMW, DerWriter.element(DerReader.OCTET_STRING, Bytes.fromHex(hex)));
    }

    private static Reason refusal(String hex) {
        return catchThrowableOfType(RejectedCertificateException.class, () -> readCbor(hex))
                .reason();
    }

    @Test
    void find_nothing_isEmpty() throws Exception {
        assertThat(EvidenceExtension.find(
                        TestCertificate.of(KEYS).names("a.example").sign()))
                .isEmpty();
    }

    @Test
    void derValue_cmw_isTheRecordOfTheDocumentation() throws Exception {
        assertThat(Bytes.of(EvidenceExtension.cmw(EVIDENCE).derValue()).hex()).isEqualTo("0434" + RECORD);
        assertThat(readCbor(RECORD)).isEqualTo(EvidenceExtension.cmw(EVIDENCE));
    }

    @Test
    void derValue_cmwWithPartyCertificate_isTheCollectionOfTheDocumentation() throws Exception {
        String collection = "a2" + text("evidence") + RECORD + text("eif-signing-certificate") + PARTY_RECORD;
        EvidenceExtension extension = EvidenceExtension.cmw(EVIDENCE, PARTY);

        assertThat(Bytes.of(extension.derValue()).hex()).endsWith(collection);
        assertThat(readCbor(collection)).isEqualTo(extension);
    }

    @Test
    void find_collectionInTheOtherOrder_isRead() throws Exception {
        assertThat(readCbor("a2" + text("eif-signing-certificate") + PARTY_RECORD + text("evidence") + RECORD)
                        .signingCertificate())
                .contains(PARTY);
    }

    @Test
    void find_contentFormatInsteadOfMediaType_isRead() throws Exception {
        assertThat(readCbor("8312478444a1013822a004").evidence()).isEqualTo(EVIDENCE);
    }

    @Test
    void find_kms_isTheBareDocument() throws Exception {
        assertThat(read(KMS, EVIDENCE)).isEqualTo(EvidenceExtension.kms(EVIDENCE));
        assertThat(EvidenceExtension.kms(EVIDENCE).oid()).isEqualTo(KMS);
    }

    @Test
    void find_kmsWithPartyCertificate_readsBothExtensions() throws Exception {
        EvidenceExtension extension = EvidenceExtension.kms(EVIDENCE, PARTY);

        assertThat(extension.extensions())
                .extracting(EvidenceExtension.Encoded::oid)
                .containsExactly(KMS, "2.5.4");
        assertThat(EvidenceExtension.find(
                        TestCertificate.of(KEYS).evidence(extension).sign()))
                .contains(extension);
    }

    @Test
    void find_largestEvidence_isRead() throws Exception {
        EvidenceExtension extension = EvidenceExtension.cmw(
                Bytes.of(new byte[EvidenceExtension.MAX_EVIDENCE]),
                Bytes.of(new byte[EvidenceExtension.MAX_SIGNING_CERTIFICATE]));

        assertThat(EvidenceExtension.find(
                        TestCertificate.of(KEYS).evidence(extension).sign()))
                .contains(extension);
    }

    @Test
    void find_oneOfEachProfile_isDuplicate() {
        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class,
                                () -> EvidenceExtension.find(TestCertificate.of(KEYS)
                                        .evidence(EvidenceExtension.kms(EVIDENCE))
                                        .evidence(EvidenceExtension.cmw(EVIDENCE))
                                        .sign()))
                        .reason())
                .isEqualTo(PeerReason.EXTENSION_DUPLICATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {CMW, KMS})
    void find_critical_isRefused(String oid) {
        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class,
                                () -> EvidenceExtension.find(TestCertificate.of(KEYS)
                                        .extension(
                                                oid,
                                                true,
                                                EvidenceExtension.cmw(EVIDENCE).derValue())
                                        .sign()))
                        .reason())
                .isEqualTo(PeerReason.EXTENSION_CRITICAL);
    }

    @Test
    void find_jsonChoice_isRefusedByName() {
        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class,
                                () -> read(CMW, DerWriter.element(DerReader.UTF8_STRING, Bytes.fromHex(ascii("[]")))))
                        .reason())
                .isEqualTo(PeerReason.EXTENSION_JSON);
    }

    @ParameterizedTest
    @CsvSource({
        "8311478444a1013822a004, EXTENSION_TYPE",
        "83190112478444a1013822a004, EXTENSION_TYPE",
        "836f6170706c69636174696f6e2f636f7365478444a1013822a004, EXTENSION_TYPE",
        "8312478444a1013822a000, EXTENSION_INDICATOR",
        "8312478444a1013822a002, EXTENSION_INDICATOR",
        "8312478444a1013822a006, EXTENSION_INDICATOR",
        "8212478444a1013822a0, EXTENSION_MALFORMED",
        "8412478444a1013822a00400, EXTENSION_MALFORMED",
        "8312478444a1013822a00400, EXTENSION_MALFORMED",
        "8312478444a1013822a0, EXTENSION_MALFORMED",
        "831267, EXTENSION_MALFORMED",
        "83125fffff04, EXTENSION_MALFORMED",
        "9f12478444a1013822a004ff, EXTENSION_MALFORMED",
        "831812478444a1013822a004, EXTENSION_MALFORMED",
        "83125807 8444a1013822a004, EXTENSION_MALFORMED",
        "8312478444a1013822a01804, EXTENSION_MALFORMED",
        "8312478444a1013822a0fa00000004, EXTENSION_MALFORMED",
        "8312 1b7fffffffffffffff 04, EXTENSION_MALFORMED",
        "8312 5b7fffffffffffffff 04, EXTENSION_MALFORMED",
        "8312 5a7fffffff 04, EXTENSION_MALFORMED",
        "8312 5affffffff 04, EXTENSION_MALFORMED",
        "8312 4004, EXTENSION_MALFORMED",
        "d2 8312478444a1013822a004, EXTENSION_MALFORMED",
        "a0, EXTENSION_MALFORMED",
        "ba7fffffff, EXTENSION_MALFORMED",
        "bf, EXTENSION_MALFORMED",
        "f6, EXTENSION_MALFORMED",
        "83 62c3a4 478444a1013822a004, EXTENSION_MALFORMED",
        "1c, EXTENSION_MALFORMED"
    })
    void find_brokenWrapper_isRefused(String hex, PeerReason reason) {
        assertThat(refusal(hex.replace(" ", ""))).isEqualTo(reason);
    }

    @Test
    void find_emptyWrapper_isMalformed() {
        assertThat(refusal("")).isEqualTo(PeerReason.EXTENSION_MALFORMED);
    }

    @Test
    void find_collectionWithoutEvidence_isMalformed() {
        assertThat(refusal("a1" + text("eif-signing-certificate") + PARTY_RECORD))
                .isEqualTo(PeerReason.EXTENSION_MALFORMED);
    }

    @Test
    void find_collectionWithEvidenceTwice_isDuplicate() {
        assertThat(refusal("a2" + text("evidence") + RECORD + text("evidence") + RECORD))
                .isEqualTo(PeerReason.EXTENSION_DUPLICATE);
    }

    @Test
    void find_collectionWithAnotherLabel_isMalformed() {
        assertThat(refusal("a2" + text("evidence") + RECORD + text("__cmwc_t") + text("tag")))
                .isEqualTo(PeerReason.EXTENSION_MALFORMED);
    }

    @Test
    void find_partyCertificateAsEvidence_isRefused() {
        String asEvidence = PARTY_RECORD.substring(0, PARTY_RECORD.length() - 2) + "04";

        assertThat(refusal("a2" + text("evidence") + RECORD + text("eif-signing-certificate") + asEvidence))
                .isEqualTo(PeerReason.EXTENSION_INDICATOR);
        assertThat(refusal("a2" + text("evidence") + RECORD + text("eif-signing-certificate") + RECORD))
                .isEqualTo(PeerReason.EXTENSION_TYPE);
    }

    @Test
    void find_bytesAfterTheWrapper_isRefused() {
        Bytes value = Bytes.concat(Bytes.of(EvidenceExtension.cmw(EVIDENCE).derValue()), Bytes.fromHex("00"));

        assertThatThrownBy(() -> read(CMW, value)).isInstanceOf(RejectedCertificateException.class);
    }

    @Test
    void find_bareCborWithoutOctetString_isRefused() {
        assertThatThrownBy(() -> read(CMW, Bytes.fromHex(RECORD))).isInstanceOf(RejectedCertificateException.class);
    }

    @Test
    void find_emptyKmsValue_isMalformed() {
        assertThat(catchThrowableOfType(RejectedCertificateException.class, () -> read(KMS, Bytes.EMPTY))
                        .reason())
                .isEqualTo(PeerReason.EXTENSION_MALFORMED);
    }

    @Test
    void find_tooLarge_isRefused() {
        Bytes huge = Bytes.of(new byte[EvidenceExtension.MAX_EVIDENCE + 1]);
        Bytes record = Bytes.concat(Bytes.fromHex("8312"), CborCursor.item(huge), Bytes.fromHex("04"));

        assertThat(catchThrowableOfType(RejectedCertificateException.class, () -> read(KMS, huge))
                        .reason())
                .isEqualTo(PeerReason.EXTENSION_TOO_LARGE);
        assertThat(refusal(record.hex())).isEqualTo(PeerReason.EXTENSION_TOO_LARGE);
    }

    @Test
    void construction_outOfBounds_isRefused() {
        assertThatThrownBy(() -> EvidenceExtension.cmw(Bytes.EMPTY)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EvidenceExtension.kms(Bytes.of(new byte[EvidenceExtension.MAX_EVIDENCE + 1])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EvidenceExtension.cmw(EVIDENCE, Bytes.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
