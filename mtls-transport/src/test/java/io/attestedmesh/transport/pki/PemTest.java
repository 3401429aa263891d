package io.attestedmesh.transport.pki;

import static io.attestedmesh.transport.pki.Fixtures.NOW;
import static io.attestedmesh.transport.pki.Fixtures.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    private static CertificateAuthority ca;
    private static X509Certificate leaf;
    private static String certificate;
    private static String key;

    @BeforeAll
    static void issue() throws Exception {
        ca = Fixtures.authority(KeyKind.P256);
        leaf = ca.issue(Fixtures.keys().getPublic(), Fixtures.profile(Usage.SERVER));
        certificate = new String(Pem.encode(leaf), StandardCharsets.US_ASCII);
        key = new String(PrivateKeys.encode(Fixtures.keys().getPrivate()), StandardCharsets.US_ASCII);
    }

    @Test
    void certificates_chain_comeInOrder() throws Exception {
        byte[] text = Pem.encode(leaf, ca.certificate());
        assertThat(Pem.certificates("chain.pem", text)).containsExactly(leaf, ca.certificate());
    }

    @Test
    void publicKey_encoded_comesBack() throws Exception {
        PublicKey key = Fixtures.keys().getPublic();
        assertThat(Pem.publicKey("k", Pem.encode(key)).toByteArray()).isEqualTo(key.getEncoded());
    }

    @Test
    void publicKey_twoOfThem_areRefused() {
        String text = new String(Pem.encode(Fixtures.keys().getPublic()), StandardCharsets.US_ASCII);
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.publicKey("k", ascii(text + text)))
                .withMessageContaining("more than one public key");
    }

    @Test
    void publicKey_ofACertificateOrPrivateKey_isRefusedAndNothingShown() {
        for (String other : List.of(certificate, key)) {
            assertThatExceptionOfType(PemException.class)
                    .isThrownBy(() -> Pem.publicKey("k", ascii(other)))
                    .withMessageContaining("expected PUBLIC KEY, found ");
        }
    }

    @Test
    void certificates_betweenExplanations_areFound() throws Exception {
        String text = "Certificate:\n    Data: Version: 3\n" + certificate.replace("\n", "\r\n") + "\nthe end\n";
        assertThat(Pem.certificates("c", ascii(text))).containsExactly(leaf);
    }

    @Test
    void certificates_base64InOneLine_isAccepted() throws Exception {
        String text = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getEncoder().encodeToString(leaf.getEncoded())
                + "\n-----END CERTIFICATE-----";
        assertThat(Pem.certificates("c", ascii(text))).containsExactly(leaf);
    }

    @Test
    void revocationLists_written_areReadBack() throws Exception {
        X509CRL list = ca.revocationList(List.of(), BigInteger.ONE, Validity.from(NOW, Duration.ofDays(1)));
        assertThat(Pem.revocationLists("crl", Pem.encode(list))).containsExactly(list);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "-----BEGIN CERTIFICATE-----",
                "-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----BEGIN CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nA A!\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nAB==\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nAA==AA==\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
                "-----BEGIN certificate-----\nMAA=\n-----END certificate-----",
                "-----BEGIN CERTIFICATE----\nMAA=\n-----END CERTIFICATE-----",
                "-----BEGIN  -----\nMAA=\n-----END  -----",
                "-----\u0000-----"
            })
    void certificates_whatIsNone_isRefusedNamingTheFile(String text) {
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.certificates("node.crt", text.getBytes(StandardCharsets.UTF_8)))
                .withMessageStartingWith("node.crt: ")
                .satisfies(e -> assertThat(e.source()).isEqualTo("node.crt"));
    }

    @Test
    void certificates_truncatedFile_saysTruncated() {
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.certificates("c", ascii(certificate.substring(0, 300))))
                .withMessageContaining("CERTIFICATE begun in line 1 has no END line")
                .satisfies(e -> assertThat(e.hint()).hasValue("the file is truncated: copy it again"));
    }

    @Test
    void certificates_bytesBehindTheCertificate_areRefused() throws Exception {
        byte[] der = Arrays.copyOf(leaf.getEncoded(), leaf.getEncoded().length + 3);
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.certificates("c", ascii(Pem.block("CERTIFICATE", der))));
    }

    @Test
    void certificates_privateKeyAmongThem_isNamedAndNotShown() {
        String secret = key.lines().toList().get(1);
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.certificates("both.pem", ascii(certificate + key)))
                .withMessage("both.pem: expected CERTIFICATE, found PRIVATE KEY")
                .satisfies(e -> assertThat(e.toString()).doesNotContain(secret));
    }

    @Test
    void certificates_der_isRecognised() throws Exception {
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.certificates("c.der", leaf.getEncoded()))
                .withMessageContaining("it looks like DER")
                .satisfies(e -> assertThat(e.hint()).isPresent());
    }

    @Test
    void certificates_hugeText_isRefused() {
        byte[] huge = new byte[PemText.MAX_SIZE + 1];
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.certificates("c", huge))
                .withMessageContaining("larger than");
    }

    @Test
    void blocks_tooMany_areRefused() {
        String text = "-----BEGIN X-----\nMAA=\n-----END X-----\n".repeat(PemText.MAX_BLOCKS + 1);
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.blocks("c", ascii(text)))
                .withMessageContaining("more than 1000 blocks");
    }

    @Test
    void read_hugeFile_isRefused(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("huge.pem");
        Files.write(file, new byte[PemText.MAX_SIZE + 1]);
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.read(file))
                .withMessageContaining("larger than");
    }

    @Test
    void privateKey_twoKeys_areRefused() {
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.privateKey("k", ascii(key + key), null))
                .withMessage("k: more than one private key");
    }

    @Test
    void privateKey_certificateInstead_isNamed() {
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.privateKey("k", ascii(certificate), null))
                .withMessage("k: expected a private key, found CERTIFICATE");
    }

    @Test
    void privateKey_legacyEncryption_hintsAtTheConversion() {
        String text = """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-128-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """;
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.privateKey("k", ascii(text), null))
                .satisfies(e -> assertThat(e.hint())
                        .hasValueSatisfying(hint -> assertThat(hint).contains("openssl pkcs8 -topk8")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "ANY PRIVATE KEY"})
    void privateKey_unknownKind_isRefused(String label) {
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.privateKey("k", ascii(Pem.block(label, new byte[] {0x30, 0})), null))
                .withMessageContaining(label);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void privateKey_everyPrefixOfAKey_isRefused(String label) throws Exception {
        byte[] der = PrivateKeyInfo.getInstance(Fixtures.keys().getPrivate().getEncoded())
                .getEncoded();
        for (int length = 1; length < der.length; length++) {
            byte[] part = Arrays.copyOf(der, length);
            assertThatExceptionOfType(PemException.class)
                    .isThrownBy(() -> Pem.privateKey("k", ascii(Pem.block(label, part)), "pw".toCharArray()))
                    .withNoCause();
        }
    }

    @Test
    void privateKey_asSec1_isTheSameKey() throws Exception {
        var keys = Fixtures.keys();
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
        var plain = org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(info.parsePrivateKey());
        var sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(
                256, plain.getKey(), info.getPrivateKeyAlgorithm().getParameters());
        String text = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + Pem.block("EC PRIVATE KEY", sec1.getEncoded());
        assertThat(PrivateKeys.matches(Pem.privateKey("k", ascii(text), null), keys.getPublic()))
                .isTrue();
        String nameless = Pem.block("EC PRIVATE KEY", plain.getEncoded());
        if (plain.getParametersObject() == null) {
            assertThatExceptionOfType(PemException.class)
                    .isThrownBy(() -> Pem.privateKey("k", ascii(nameless), null))
                    .withMessageContaining("does not name its curve");
        }
    }

    @Test
    void privateKey_asPkcs1_isTheSameKey() throws Exception {
        var keys = PrivateKeys.generate(KeyKind.RSA, RANDOM);
        byte[] pkcs1 = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        var loaded = Pem.privateKey("k", ascii(Pem.block("RSA PRIVATE KEY", pkcs1)), null);
        assertThat(PrivateKeys.matches(loaded, keys.getPublic())).isTrue();
    }

    @Test
    void toString_ofABlock_hidesTheContent() throws Exception {
        PemBlock block = Pem.blocks("k", ascii(key)).get(0);
        assertThat(block).hasToString("PEM PRIVATE KEY (" + block.content().size() + " bytes)");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
