package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateMaker.leaf;
import static io.attestedmesh.attest.x509.CertificateMaker.root;
import static io.attestedmesh.attest.x509.Paths.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.x509.CertificateMaker.Made;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateStrictnessTest {
    private static final Made ROOT = root("CN=root").make();
    private static final HexFormat HEX = HexFormat.of();

    private static byte[] der(Made made) {
        return made.der().toByteArray();
    }

    private static byte[] replaced(byte[] der, String from, String to) {
        String hex = HEX.formatHex(der);
        assertThat(hex).contains(from);
        assertThat(to).hasSameSizeAs(from);
        return HEX.parseHex(hex.replaceFirst(from, to));
    }

    private static void assertRefusedByParse(CertificateReason reason, byte[] der) {
        assertRefused(reason, () -> CertificateStrictness.parse(der));
    }

    private static byte[] withExtension(ASN1ObjectIdentifier oid, String value) {
        return der(leaf(ROOT).withRaw(oid, false, HEX.parseHex(value)).make());
    }

    @Test
    void rightCertificate_isRead() throws RejectedCertificateException {
        Made leaf = leaf(ROOT).make();

        assertThat(CertificateStrictness.parse(der(leaf))).isEqualTo(leaf.certificate());
    }

    @Test
    void bytesAfterTheEnd_areRefused() {
        byte[] der = der(leaf(ROOT).make());

        assertRefusedByParse(CertificateReason.MALFORMED_CERTIFICATE, Arrays.copyOf(der, der.length + 1));
    }

    @Test
    void everyTruncation_isRefused() {
        byte[] der = der(leaf(ROOT).make());

        for (int length = 0; length < der.length; length++) {
            assertRefusedByParse(CertificateReason.MALFORMED_CERTIFICATE, Arrays.copyOf(der, length));
        }
    }

    @Test
    void largerThanTheBound_isRefused() {
        assertRefusedByParse(CertificateReason.CERTIFICATE_TOO_LARGE, new byte[CertificateStrictness.LARGEST + 1]);
    }

    @Test
    void impossibleDate_isRefused() {
        byte[] der = der(leaf(ROOT)
                .valid(Instant.parse("2026-02-28T00:00:00Z"), Instant.parse("2026-12-31T00:00:00Z"))
                .make());

        assertRefusedByParse(
                CertificateReason.MALFORMED_CERTIFICATE,
                replaced(
                        der,
                        HEX.formatHex("260228".getBytes(StandardCharsets.US_ASCII)),
                        HEX.formatHex("260230".getBytes(StandardCharsets.US_ASCII))));
    }

    @Test
    void oddBoolean_isRefused() {
        byte[] der = der(leaf(ROOT).make());

        assertRefusedByParse(
                CertificateReason.MALFORMED_CERTIFICATE, replaced(der, "0603551d0f0101ff", "0603551d0f010101"));
    }

    @Test
    void innerAndOuterAlgorithmApart_areRefused() {
        byte[] der = der(leaf(ROOT).make());

        assertRefusedByParse(
                CertificateReason.SIGNATURE_ALGORITHM_MISMATCH, replaced(der, "2a8648ce3d040302", "2a8648ce3d040303"));
    }

    @Test
    void versionsBeforeThree_areRefused() {
        byte[] der = der(leaf(ROOT).make());

        assertRefusedByParse(CertificateReason.UNSUPPORTED_VERSION, replaced(der, "a003020102", "a003020101"));
        assertRefusedByParse(CertificateReason.UNSUPPORTED_VERSION, replaced(der, "a003020102", "a003020103"));
    }

    @Test
    void extensionTwice_isRefused() {
        byte[] der = der(leaf(ROOT)
                .withRaw(new ASN1ObjectIdentifier("2.5.29.98"), false, new byte[] {5, 0})
                .withRaw(new ASN1ObjectIdentifier("2.5.29.99"), false, new byte[] {5, 0})
                .make());

        assertRefusedByParse(CertificateReason.DUPLICATE_EXTENSION, replaced(der, "0603551d62", "0603551d63"));
    }

    @ParameterizedTest
    @CsvSource({
        // key usage: no bits, unused bits set, nine unused bits, not a bit string
        "2.5.29.15, 030200",
        "2.5.29.15, 03020181",
        "2.5.29.15, 03020701ff",
        "2.5.29.15, 03020980",
        "2.5.29.15, 040180",
        // basic constraints: explicit FALSE after a default, path length without CA, padded or huge path length
        "2.5.29.19, 3003020100",
        "2.5.29.19, 30060101ff02028000",
        "2.5.29.19, 300a0101ff02050100000000",
        "2.5.29.19, 30030101ff00",
        // names: nothing, wrong tag, text as it is, two lists
        "2.5.29.17, 3000",
        "2.5.29.17, 3003890161",
        "2.5.29.17, 6578616d706c652e636f6d",
        "2.5.29.17, 30038201613003820161",
        // authority information access: empty, malformed
        "1.3.6.1.5.5.7.1.1, 3000",
        "1.3.6.1.5.5.7.1.1, 6d616c666f726d6564",
        // policies: one twice
        "2.5.29.32, 300a300306012a300306012a",
        // long length, indefinite length, padded length
        "2.5.29.14, 0485ffffffffff",
        "2.5.29.14, 24800401070000",
        "2.5.29.14, 04810107"
    })
    void malformedExtension_isRefused(String oid, String value) {
        assertRefusedByParse(
                CertificateReason.MALFORMED_CERTIFICATE, withExtension(new ASN1ObjectIdentifier(oid), value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"300487020102", "300387017f", "30028700"})
    void addressOfOtherLength_isRefused(String value) {
        byte[] der = withExtension(Extension.subjectAlternativeName, value);

        assertRefusedByParse(CertificateReason.MALFORMED_NAME, der);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e9.org", "a.org\u0000", "\ud83d\ude1c.example.com"})
    void namesOutsideAscii_areRefused(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.writeBytes(new byte[] {0x30, (byte) (text.length + 2), (byte) 0x82, (byte) text.length});
        value.writeBytes(text);

        assertRefusedByParse(
                CertificateReason.MALFORMED_NAME,
                withExtension(Extension.subjectAlternativeName, HEX.formatHex(value.toByteArray())));
    }

    @Test
    void changedBytes_areRefusedOrRead_andNeverCrash() {
        Random random = new Random(7);
        byte[] der = der(leaf(ROOT).make());
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = der.clone();
            for (int j = 0; j <= i % 3; j++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            try {
                CertificateStrictness.parse(changed);
            } catch (RejectedCertificateException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(5_000);
    }

    @Test
    void changedBit_isNeverAcceptedAsAPath() {
        PathValidator validator = Paths.under(ROOT);
        byte[] der = der(leaf(ROOT).make());
        for (int bit = 0; bit < 8 * der.length; bit++) {
            byte[] changed = der.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));
            int at = bit;
            assertThat(accepted(validator, changed)).as("bit " + at).isFalse();
        }
    }

    private static boolean accepted(PathValidator validator, byte[] der) {
        try {
            validator.path(List.of(CertificateStrictness.parse(der)), PathValidator.Usage.SERVER, CertificateMaker.NOW);
            return true;
        } catch (RejectedCertificateException refused) {
            return false;
        }
    }
}
