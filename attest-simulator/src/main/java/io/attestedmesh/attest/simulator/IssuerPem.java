package io.attestedmesh.attest.simulator;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** An issuer as PEM text: its PKCS#8 key, then its certificate. */
final class IssuerPem {
    private static final String KEY = "PRIVATE KEY";
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final byte[] PROBE = {'p', 'r', 'o', 'b', 'e'};

    private final Provider provider;

    IssuerPem(Provider provider) {
        this.provider = provider;
    }

    static String encode(Issuer issuer) {
        return block(KEY, issuer.key().getEncoded()) + encodeCertificate(issuer.certificate());
    }

    static String encodeCertificate(X509Certificate certificate) {
        try {
            return block(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was just made has an encoding", e);
        }
    }

    static X509Certificate decodeCertificate(Path file, String text) throws IOException {
        try (PemReader reader = new PemReader(new StringReader(text))) {
            return certificate(file, next(file, reader, CERTIFICATE));
        }
    }

    /** Also checks that the two belong together, so that a damaged file is found here and not by a verifier. */
    Issuer decode(Path file, String text) throws IOException {
        try (PemReader reader = new PemReader(new StringReader(text))) {
            PrivateKey key = privateKey(file, next(file, reader, KEY));
            X509Certificate certificate = certificate(file, next(file, reader, CERTIFICATE));
            requirePair(file, key, certificate);
            return new Issuer(key, certificate);
        }
    }

    private void requirePair(Path file, PrivateKey key, X509Certificate certificate) throws IOException {
        try {
            Signature signer = Signature.getInstance("SHA384withECDSA", provider);
            signer.initSign(key);
            signer.update(PROBE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance("SHA384withECDSA", provider);
            verifier.initVerify(certificate);
            verifier.update(PROBE);
            if (!verifier.verify(signature)) {
                throw new SimulatorStateException(file, "has a key that is not the certificate's");
            }
        } catch (GeneralSecurityException e) {
            throw new SimulatorStateException(file, "has a key or certificate that is not for ECDSA", e);
        }
    }

    private PrivateKey privateKey(Path file, byte[] pkcs8) throws IOException {
        try {
            return KeyFactory.getInstance("EC", provider).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new SimulatorStateException(file, "has no readable EC private key", e);
        }
    }

    private static X509Certificate certificate(Path file, byte[] der) throws IOException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new SimulatorStateException(file, "has no readable certificate", e);
        }
    }

    private static byte[] next(Path file, PemReader reader, String type) throws IOException {
        PemObject block;
        try {
            block = reader.readPemObject();
        } catch (IOException | RuntimeException e) {
            throw new SimulatorStateException(file, "is damaged: no PEM block " + type, e);
        }
        if (block == null || !block.getType().equals(type)) {
            throw new SimulatorStateException(file, "is damaged: no PEM block " + type);
        }
        return block.getContent();
    }

    private static String block(String type, byte[] content) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, content));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
        return text.toString();
    }
}
