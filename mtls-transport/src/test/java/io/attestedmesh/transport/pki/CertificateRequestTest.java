package io.attestedmesh.transport.pki;

import static io.attestedmesh.transport.pki.Fixtures.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateRequestTest {
    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void parse_ownRequest_givesBackWhatWasAskedFor(KeyKind kind) throws Exception {
        KeyPair keys = PrivateKeys.generate(kind, RANDOM);
        CertificateRequest made = CertificateRequest.create(keys, "node-a", Fixtures.names(), EnumSet.of(Usage.CLIENT));
        CertificateRequest read = CertificateRequest.parse("a.csr", Pem.encode(made));
        read.checkPossession();
        assertThat(read.publicKey()).isEqualTo(keys.getPublic());
        assertThat(read.subject().getName()).isEqualTo("CN=node-a");
        assertThat(read.names()).hasValue(Fixtures.names());
        assertThat(read.usages()).containsExactly(Usage.CLIENT);
    }

    @Test
    void sign_request_takesTheKeyAloneFromIt() throws Exception {
        KeyPair keys = Fixtures.keys();
        CertificateRequest request = CertificateRequest.create(
                keys, "admin", AlternativeNames.of(Set.of("admin.example.org"), Set.of()), EnumSet.allOf(Usage.class));
        X509Certificate leaf = Fixtures.authority(KeyKind.P256).sign(request, Fixtures.profile(Usage.SERVER));
        assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(AlternativeNames.of(leaf)).isEqualTo(Fixtures.names());
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=node-a");
        assertThat(leaf.getExtendedKeyUsage()).hasSize(1);
    }

    @Test
    void sign_requestWithABrokenSignature_isRefused() throws Exception {
        byte[] der = CertificateRequest.create(Fixtures.keys(), "node-a", Fixtures.names(), EnumSet.of(Usage.SERVER))
                .encoded()
                .toByteArray();
        der[der.length - 1] ^= 1;
        CertificateRequest broken = CertificateRequest.parse("bad.csr", request(der));
        CertificateAuthority ca = Fixtures.authority(KeyKind.P256);
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> ca.sign(broken, Fixtures.profile(Usage.SERVER)))
                .withMessage("bad.csr: the request is not signed by the key that it is for");
    }

    @Test
    void checkPossession_requestForSomeoneElsesKey_isRefused() throws Exception {
        SubjectPublicKeyInfo theirs =
                SubjectPublicKeyInfo.getInstance(Fixtures.keys().getPublic().getEncoded());
        byte[] der = new PKCS10CertificationRequestBuilder(new X500Name("CN=thief"), theirs)
                .build(new JcaContentSignerBuilder("SHA256withECDSA")
                        .build(Fixtures.keys().getPrivate()))
                .getEncoded();
        CertificateRequest stolen = CertificateRequest.parse("stolen.csr", request(der));
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(stolen::checkPossession)
                .withMessageContaining("not signed by the key");
        assertThat(stolen.names()).isEmpty();
        assertThat(stolen.usages()).isEmpty();
    }

    @Test
    void parse_signatureThatEndsInAHalfByte_isRefused() throws Exception {
        byte[] der = CertificateRequest.create(Fixtures.keys(), "node-a", Fixtures.names(), EnumSet.of(Usage.SERVER))
                .encoded()
                .toByteArray();
        // The signature is the last field: tag, length of one byte, unused bits, an ECDSA SEQUENCE.
        int unusedBits = der.length - 1;
        while (!(der[unusedBits] == 0 && der[unusedBits + 1] == 0x30 && der[unusedBits - 2] == 3)) {
            unusedBits--;
        }
        der[unusedBits] = 4;
        der[der.length - 1] &= (byte) 0xf0;
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> CertificateRequest.parse("half.csr", request(der)))
                .withMessageStartingWith("half.csr: ")
                .withMessageContaining("whole number of bytes");
    }

    @Test
    void names_mailAddressAmongThem_isRefused() throws Exception {
        KeyPair keys = Fixtures.keys();
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.rfc822Name, "a@example.org")));
        byte[] der = new PKCS10CertificationRequestBuilder(
                        new X500Name("CN=a"),
                        SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()))
                .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                .getEncoded();
        CertificateRequest request = CertificateRequest.parse("mail.csr", request(der));
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(request::names)
                .withMessageContaining("neither DNS nor IP");
    }

    @Test
    void parse_certificateInstead_isNamed() throws Exception {
        byte[] certificate = Pem.encode(Fixtures.authority(KeyKind.P256).certificate());
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> CertificateRequest.parse("ca.crt", certificate))
                .withMessage("ca.crt: expected CERTIFICATE REQUEST, found CERTIFICATE");
    }

    @Test
    void parse_twoRequests_areRefused() throws Exception {
        byte[] one = Pem.encode(
                CertificateRequest.create(Fixtures.keys(), "node-a", Fixtures.names(), EnumSet.of(Usage.SERVER)));
        byte[] two = Arrays.copyOf(one, one.length * 2);
        System.arraycopy(one, 0, two, one.length, one.length);
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> CertificateRequest.parse("two.csr", two))
                .withMessageContaining("more than one");
    }

    @Test
    void parse_everyByteChanged_neverEscapesTheCheckedException() throws Exception {
        byte[] der = CertificateRequest.create(Fixtures.keys(), "node-a", Fixtures.names(), EnumSet.of(Usage.SERVER))
                .encoded()
                .toByteArray();
        int accepted = 0;
        for (int i = 0; i < der.length; i++) {
            byte[] changed = der.clone();
            changed[i] ^= 0x21;
            try {
                CertificateRequest request = CertificateRequest.parse("c", request(changed));
                request.names();
                request.usages();
                request.subject();
                request.checkPossession();
                accepted++;
            } catch (PemException expected) {
                assertThat(expected).hasMessageStartingWith("c: ");
            }
        }
        assertThat(accepted).isZero();
    }

    private static byte[] request(byte[] der) {
        return Pem.block("CERTIFICATE REQUEST", der).getBytes(StandardCharsets.US_ASCII);
    }
}
