package io.attestedmesh.attest.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.der.DerWriter;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CertificateBindingTest {
    private static final String CMW = "1.3.6.1.5.5.7.1.35";
    private static final KeyPair KEYS = TestCertificate.newKeys();

    static List<Long> seeds() {
        return new Random(42).longs(200).boxed().toList();
    }

    /** Lengths run over the limits of one, two and three octets; the evidence stands anywhere. */
    @ParameterizedTest
    @MethodSource("seeds")
    void tbsWithoutEvidence_anyCertificate_isTheTbsBuiltWithoutIt(long seed) throws Exception {
        Random random = new Random(seed);
        TestCertificate certificate = TestCertificate.of(KEYS)
                .serial(new BigInteger(1 + random.nextInt(150), random).add(BigInteger.ONE))
                .commonName("n".repeat(1 + random.nextInt(60)))
                .valid(Instant.ofEpochSecond(random.nextInt()), Instant.ofEpochSecond(4_000_000_000L));
        int others = random.nextInt(5);
        for (int i = 0; i < others; i++) {
            certificate.extension("1.2.3." + i, random.nextBoolean(), bytes(random, random.nextInt(200)));
        }
        Bytes without = certificate.tbs();

        certificate.extensionAt(random.nextInt(others + 1), CMW, bytes(random, size(random)));

        assertThat(CertificateBinding.tbsWithoutEvidence(certificate.tbs().toByteArray()))
                .isEqualTo(without);
    }

    private static int size(Random random) {
        int[] limits = {0, 100, 127, 128, 255, 256, 5000, 65535, 65536, 70000};
        return limits[random.nextInt(limits.length)] + random.nextInt(4);
    }

    private static byte[] bytes(Random random, int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void tbsWithoutEvidence_certificateWithout_staysAsItIs() throws Exception {
        Bytes tbs = TestCertificate.of(KEYS).names("a.example").tbs();

        assertThat(CertificateBinding.tbsWithoutEvidence(tbs.toByteArray())).isEqualTo(tbs);
    }

    @Test
    void tbsWithoutEvidence_signedCertificate_isWhatTheSignatureCoversWithoutIt() throws Exception {
        TestCertificate draft = TestCertificate.of(KEYS).names("a.example");
        Bytes tbs = draft.tbs();
        X509Certificate certificate =
                draft.evidence(EvidenceExtension.cmw(Bytes.of(new byte[5000]))).sign();

        assertThat(CertificateBinding.tbsWithoutEvidence(certificate.getTBSCertificate()))
                .isEqualTo(tbs);
        assertThat(CertificateBinding.withoutEvidence(TbsCertificate.ofCertificate(certificate.getEncoded())))
                .isEqualTo(tbs);
    }

    @Test
    void tbsWithoutEvidence_evidenceOfProfileKms_stays() throws Exception {
        Bytes tbs = TestCertificate.of(KEYS)
                .evidence(EvidenceExtension.kms(Bytes.of(new byte[50])))
                .tbs();

        assertThat(CertificateBinding.tbsWithoutEvidence(tbs.toByteArray())).isEqualTo(tbs);
    }

    @Test
    void tbsWithoutEvidence_anyFieldChanged_isAnotherBinding() throws Exception {
        Instant from = Instant.parse("2026-03-01T00:00:00Z");
        List<TestCertificate> certificates = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            certificates.add(TestCertificate.of(i == 1 ? TestCertificate.newKeys() : KEYS)
                    .serial(BigInteger.valueOf(i == 2 ? 2 : 1))
                    .commonName(i == 3 ? "other" : "peer")
                    .valid(from.plusSeconds(i == 4 ? 1 : 0), from.plus(Duration.ofDays(1)))
                    .names(i == 5 ? "b.example" : "a.example")
                    .extension("2.5.29.37", i == 6, HexFormat.of().parseHex("300a06082b06010505070301")));
        }

        assertThat(certificates)
                .extracting(certificate -> CertificateBinding.userDataPrefix(
                        CertificateBinding.tbsWithoutEvidence(certificate.tbs().toByteArray())))
                .doesNotHaveDuplicates()
                .allMatch(prefix -> prefix.size() == 61);
    }

    @Test
    void tbsWithoutEvidence_evidenceTwice_isRefused() {
        byte[] tbs = twice().toByteArray();

        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class, () -> CertificateBinding.tbsWithoutEvidence(tbs))
                        .reason())
                .isEqualTo(PeerReason.EXTENSION_DUPLICATE);
    }

    /** Bouncy Castle does not write it, so the list of extensions is doubled by hand. */
    private static Bytes twice() {
        Bytes extension = DerWriter.element(
                DerReader.SEQUENCE,
                DerWriter.element(DerReader.OID, EvidenceExtension.CMW_OID),
                DerWriter.element(DerReader.OCTET_STRING, Bytes.fromHex("0400")));
        try {
            TbsCertificate tbs =
                    TbsCertificate.of(TestCertificate.of(KEYS).tbs().toByteArray());
            return DerWriter.element(
                    DerReader.SEQUENCE,
                    tbs.head(),
                    DerWriter.element(0xa3, DerWriter.element(DerReader.SEQUENCE, extension, extension)));
        } catch (RejectedCertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "30",
                "3080",
                "308000000000",
                "30820001",
                "31020500",
                "3002050000",
                "3f",
                "30020500",
                "30850000000001aa",
                "3081020500"
            })
    void tbsWithoutEvidence_noStrictDer_isMalformed(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class, () -> CertificateBinding.tbsWithoutEvidence(bytes))
                        .reason())
                .isEqualTo(CertificateReason.MALFORMED_CERTIFICATE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"000101", "010101", "01020101", "0100"})
    void tbsWithoutEvidence_criticalNotInDer_isMalformed(String critical) throws Exception {
        TbsCertificate tbs = TbsCertificate.of(TestCertificate.of(KEYS).tbs().toByteArray());
        Bytes extension = DerWriter.element(
                DerReader.SEQUENCE,
                DerWriter.element(DerReader.OID, EvidenceExtension.CMW_OID),
                Bytes.fromHex(critical),
                DerWriter.element(DerReader.OCTET_STRING, Bytes.fromHex("0400")));
        byte[] bytes = DerWriter.element(
                        DerReader.SEQUENCE,
                        tbs.head(),
                        DerWriter.element(0xa3, DerWriter.element(DerReader.SEQUENCE, extension)))
                .toByteArray();

        assertThat(catchThrowableOfType(
                                RejectedCertificateException.class, () -> CertificateBinding.tbsWithoutEvidence(bytes))
                        .reason())
                .isEqualTo(CertificateReason.MALFORMED_CERTIFICATE);
    }

    @Test
    void tbsWithoutEvidence_emptyListOfExtensions_isMalformed() throws Exception {
        TbsCertificate tbs = TbsCertificate.of(TestCertificate.of(KEYS).tbs().toByteArray());
        byte[] bytes = DerWriter.element(DerReader.SEQUENCE, tbs.head(), Bytes.fromHex("a3023000"))
                .toByteArray();

        assertThatThrownBy(() -> CertificateBinding.tbsWithoutEvidence(bytes))
                .isInstanceOf(RejectedCertificateException.class);
    }

    @Test
    void userData_longestApplicationData_fill512Bytes() {
        assertThat(CertificateBinding.userData(Bytes.EMPTY, Bytes.of(new byte[451]))
                        .size())
                .isEqualTo(512);
        assertThatThrownBy(() -> CertificateBinding.userData(Bytes.EMPTY, Bytes.of(new byte[452])))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
