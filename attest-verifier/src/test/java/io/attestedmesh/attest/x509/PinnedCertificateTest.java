package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateMaker.NOW;
import static io.attestedmesh.attest.x509.CertificateMaker.PROVIDER;
import static io.attestedmesh.attest.x509.CertificateMaker.ec;
import static io.attestedmesh.attest.x509.CertificateMaker.leaf;
import static io.attestedmesh.attest.x509.CertificateMaker.root;
import static io.attestedmesh.attest.x509.Paths.assertRefused;
import static io.attestedmesh.attest.x509.Paths.certificates;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.CertificateMaker.Made;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

class PinnedCertificateTest {
    private static CertificateMaker selfSigned() {
        Made keys = new Made(null, ec("secp256r1"), root("CN=self").make().subject());
        return leaf(keys).subject("CN=self").keys(keys.keys());
    }

    private static CertificationPath path(PinnedCertificate pin, Made presented) throws RejectedCertificateException {
        return pin.path(certificates(presented), PathValidator.Usage.SERVER, NOW, PROVIDER);
    }

    private static PinnedCertificate pin(Made made) throws RejectedCertificateException {
        return PinnedCertificate.certificate(made.certificate());
    }

    private static Bytes key(Made made) {
        return Bytes.of(made.keys().getPublic().getEncoded());
    }

    @Test
    void exactCertificate_isAccepted() throws RejectedCertificateException {
        Made self = selfSigned().make();

        assertThat(path(pin(self), self).certificates()).containsExactly(self.certificate());
        assertThat(path(pin(self), self).validUntil())
                .isEqualTo(self.certificate().getNotAfter().toInstant());
        assertThat(pin(self).subjectPublicKeyInfo()).isEqualTo(key(self));
    }

    @Test
    void authorityOrNot_isTheSame() throws RejectedCertificateException {
        for (boolean authority : new boolean[] {true, false}) {
            Made self = selfSigned()
                    .with(
                            Extension.basicConstraints,
                            true,
                            authority ? new BasicConstraints(true) : new BasicConstraints(false))
                    .make();

            assertThat(path(pin(self), self).endEntity()).isEqualTo(self.certificate());
        }
    }

    @Test
    void otherCertificateOfTheKey_isAcceptedForPinnedKeyOnly() throws RejectedCertificateException {
        Made self = selfSigned().make();
        Made renewed = leaf(self).subject("CN=self").keys(self.keys()).make();

        assertThat(path(PinnedCertificate.key(key(self)), renewed).endEntity()).isEqualTo(renewed.certificate());
        assertRefused(CertificateReason.PIN_MISMATCH, () -> path(pin(self), renewed));
    }

    @Test
    void otherKey_isRefused() {
        Made self = selfSigned().make();

        assertRefused(
                CertificateReason.PIN_MISMATCH,
                () -> path(PinnedCertificate.key(key(self)), selfSigned().make()));
    }

    @Test
    void nothingPresented_isRefused() {
        Made self = selfSigned().make();

        assertRefused(
                CertificateReason.NO_CERTIFICATE,
                () -> pin(self).path(certificates(), PathValidator.Usage.SERVER, NOW, PROVIDER));
    }

    @Test
    void certificateOfTheKeyByOtherIssuer_isRefused() {
        Made self = selfSigned().make();
        Made issued = leaf(root("CN=root").make()).keys(self.keys()).make();
        Made forged = leaf(root("CN=self").make())
                .subject("CN=self")
                .keys(self.keys())
                .make();

        assertRefused(CertificateReason.BAD_SIGNATURE, () -> path(PinnedCertificate.key(key(self)), issued));
        assertRefused(CertificateReason.BAD_SIGNATURE, () -> path(PinnedCertificate.key(key(self)), forged));
    }

    @Test
    void rulesOfEndEntities_hold() {
        Made expired =
                selfSigned().valid(NOW.minusSeconds(9), NOW.minusSeconds(1)).make();
        Made client = selfSigned()
                .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth))
                .make();
        Made signer = selfSigned()
                .with(Extension.basicConstraints, true, new BasicConstraints(true))
                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
                .make();
        Made weak = selfSigned().algorithm("SHA1withECDSA").make();

        assertRefused(CertificateReason.EXPIRED, () -> path(pin(expired), expired));
        assertRefused(CertificateReason.EXTENDED_KEY_USAGE, () -> path(pin(client), client));
        assertRefused(CertificateReason.KEY_USAGE, () -> path(pin(signer), signer));
        assertRefused(CertificateReason.UNSUPPORTED_SIGNATURE_ALGORITHM, () -> path(pin(weak), weak));
    }

    @Test
    void secp256k1_isRefused() {
        Made keys = new Made(null, ec("secp256k1"), root("CN=self").make().subject());
        Made self = leaf(keys).subject("CN=self").keys(keys.keys()).make();

        assertRefused(CertificateReason.UNSUPPORTED_KEY, () -> path(pin(self), self));
    }
}
