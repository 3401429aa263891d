package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One certificate of a document; a broken one is shown as such, for the rest may still be worth seeing. */
record CertificateView(Bytes der, Optional<X509Certificate> parsed) {
    static CertificateView of(Bytes der) {
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
            return new CertificateView(der, Optional.of(certificate));
        } catch (CertificateException e) {
            return new CertificateView(der, Optional.empty());
        }
    }

    List<String> lines(int position) {
        String head = String.format("certificate %d", position);
        if (parsed.isEmpty()) {
            return List.of(head + " unreadable, " + der.size() + " bytes", "  sha256     " + fingerprint());
        }
        X509Certificate certificate = parsed.get();
        return List.of(
                head + " " + certificate.getSubjectX500Principal(),
                "  valid      " + certificate.getNotBefore().toInstant() + " to "
                        + certificate.getNotAfter().toInstant(),
                "  sha256     " + fingerprint());
    }

    Map<String, Object> json() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("subject", parsed.map(X509Certificate::getSubjectX500Principal));
        object.put("issuer", parsed.map(X509Certificate::getIssuerX500Principal));
        object.put("serial", parsed.map(c -> c.getSerialNumber().toString(16)));
        object.put("notBefore", parsed.map(c -> c.getNotBefore().toInstant()));
        object.put("notAfter", parsed.map(c -> c.getNotAfter().toInstant()));
        object.put("sha256", fingerprint());
        object.put("size", der.size());
        return object;
    }

    private String fingerprint() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            der.update(sha256);
            return Bytes.of(sha256.digest()).hex();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
