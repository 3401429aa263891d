package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Excerpt;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * The certificate that an image is signed with.
 *
 * @param pem the text as it stands in the image
 * @param der what it encodes
 * @param x509 the same, read
 */
record SigningCertificate(Bytes pem, Bytes der, X509Certificate x509) {
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String END = "-----END CERTIFICATE-----";

    /** A text with one certificate and nothing else in it: the image's hash of it must be of this one. */
    static SigningCertificate ofPem(Bytes pem) throws MalformedImageException {
        String text = new String(pem.toByteArray(), StandardCharsets.ISO_8859_1);
        String trimmed = text.strip();
        int end = trimmed.length() - END.length();
        if (!trimmed.startsWith(BEGIN) || !trimmed.endsWith(END) || end < BEGIN.length()) {
            throw malformed("one PEM certificate and nothing around it", Excerpt.of(text), null);
        }
        try {
            Bytes der = Bytes.of(Base64.getDecoder().decode(withoutSpace(trimmed.substring(BEGIN.length(), end))));
            X509Certificate x509 = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
            if (!Bytes.of(x509.getEncoded()).equals(der)) {
                throw malformed("one certificate in DER", "more bytes than it has", null);
            }
            // What it says of the key may still be nonsense: read here, so that nobody stumbles over it later.
            SubjectPublicKeyInfo.getInstance(x509.getPublicKey().getEncoded());
            return new SigningCertificate(pem, der, x509);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw malformed("an X.509 certificate", "other bytes", e);
        }
    }

    private static String withoutSpace(String base64) {
        StringBuilder kept = new StringBuilder(base64.length());
        base64.chars()
                .filter(c -> c != '\n' && c != '\r' && c != ' ' && c != '\t')
                .forEach(c -> kept.append((char) c));
        return kept.toString();
    }

    static SigningCertificate of(X509Certificate x509) throws GeneralSecurityException {
        Bytes der = Bytes.of(x509.getEncoded());
        String text = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der.toByteArray())
                + "\n-----END CERTIFICATE-----\n";
        return new SigningCertificate(Bytes.of(text.getBytes(StandardCharsets.US_ASCII)), der, x509);
    }

    /** The one that its key signs with. */
    CoseAlgorithm algorithm() throws InvalidKeyException {
        return algorithmOfKey()
                .orElseThrow(() -> new InvalidKeyException(
                        "an image is signed with P-256, P-384 or P-521; the certificate's key is " + keyType()));
    }

    Optional<CoseAlgorithm> algorithmOfKey() {
        return CoseAlgorithm.of(
                SubjectPublicKeyInfo.getInstance(x509.getPublicKey().getEncoded()));
    }

    String keyType() {
        return algorithmOfKey()
                .map(each -> "one for " + each)
                .orElse(x509.getPublicKey().getAlgorithm());
    }

    String subject() {
        return Excerpt.of(x509.getSubjectX500Principal().getName());
    }

    private static MalformedImageException malformed(String expected, String actual, Exception cause) {
        return new MalformedImageException(ImageReason.SIGNATURE_CERTIFICATE_MALFORMED, expected, actual, cause);
    }
}
