package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;

/**
 * A root under which evidence is accepted.
 *
 * @param name shown to operators
 * @param certificate the self-signed root
 * @param simulated true for the root of a software Nitro: its evidence proves nothing about hardware
 */
public record TrustedRoot(String name, X509Certificate certificate, boolean simulated) {
    /** Subject organisation of every root that the simulator makes; {@link #of} refuses it. */
    public static final String SIMULATOR_ORGANISATION = "Attested Mesh Simulated Nitro";

    /** SHA-256 of the DER of AWS Nitro Enclaves root G1, as AWS publishes it. */
    static final Bytes AWS_G1_FINGERPRINT =
            Bytes.fromHex("641a0321a3e244efe456463195d606317ed7cdcc3c1756e09893f3c68f79bb5b");

    private static final int MAX_PEM_SIZE = 16384;
    private static final String PEM_BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final String PEM_END = "-----END CERTIFICATE-----";

    /** @throws IllegalArgumentException if a simulator's root is passed off as hardware */
    public TrustedRoot {
        if (!simulated && isSimulators(certificate)) {
            throw new IllegalArgumentException("a simulator's root is no hardware root");
        }
    }

    /** AWS Nitro Enclaves root G1, from a resource whose SHA-256 is checked at load. */
    public static TrustedRoot awsNitroG1() {
        try (InputStream resource = TrustedRoot.class.getResourceAsStream("aws-nitro-root-g1.pem")) {
            byte[] pem = resource.readNBytes(MAX_PEM_SIZE + 1);
            TrustedRoot root = fromPem("AWS Nitro Enclaves root G1", new String(pem, StandardCharsets.US_ASCII));
            if (!root.fingerprint().equals(AWS_G1_FINGERPRINT)) {
                throw new IllegalStateException("the AWS root in this jar is not AWS Nitro Enclaves root G1");
            }
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException("the AWS root in this jar cannot be read", e);
        } catch (CertificateException e) {
            throw new IllegalStateException("the AWS root in this jar is no certificate", e);
        }
    }

    /** A hardware root that the operator names by hand (another AWS partition); a simulator's root is refused. */
    public static TrustedRoot of(String name, X509Certificate certificate) throws CertificateException {
        if (isSimulators(certificate)) {
            throw new CertificateException("\"" + name + "\" is the root of a simulator, which proves nothing about"
                    + " hardware; configure it as an insecure simulated root if that is what you want");
        }
        try {
            ChainCertificate.parse(Bytes.of(certificate.getEncoded()), name);
        } catch (RejectedEvidenceException e) {
            throw new CertificateException("\"" + name + "\" cannot be a root of Nitro evidence", e);
        }
        return new TrustedRoot(name, certificate, false);
    }

    /** As {@link #of}, from PEM text of at most 16 KiB that holds one certificate and nothing else. */
    public static TrustedRoot fromPem(String name, String pem) throws CertificateException {
        String text = pem.strip();
        int end = text.length() - PEM_END.length();
        if (text.length() > MAX_PEM_SIZE
                || end < PEM_BEGIN.length()
                || !text.startsWith(PEM_BEGIN)
                || !text.endsWith(PEM_END)) {
            throw new CertificateException("\"" + name + "\" is not one certificate in PEM");
        }
        String base64 = text.substring(PEM_BEGIN.length(), end);
        try {
            byte[] der = Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
            return of(name, (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
        } catch (IllegalArgumentException e) {
            throw new CertificateException("\"" + name + "\" is not one certificate in PEM", e);
        }
    }

    /** The root of a software Nitro. Whoever holds its key can forge any evidence. */
    public static TrustedRoot insecureSimulated(X509Certificate certificate) {
        return new TrustedRoot("simulated", certificate, true);
    }

    /** SHA-256 of the certificate's DER. */
    public Bytes fingerprint() {
        try {
            return fingerprintOf(Bytes.of(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was parsed has an encoding", e);
        }
    }

    static Bytes fingerprintOf(Bytes der) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            der.update(sha256);
            return Bytes.of(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Any mention in the subject counts: no hardware root has these words. */
    private static boolean isSimulators(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName().contains(SIMULATOR_ORGANISATION);
    }
}
