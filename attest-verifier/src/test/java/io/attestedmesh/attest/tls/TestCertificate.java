package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate in the making. Unless told otherwise it is self-signed, P-256, and an end entity without names. */
public final class TestCertificate {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** It alone still has secp256k1. */
    private static final Provider PROVIDER = new BouncyCastleProvider();

    private final KeyPair keys;
    private final List<Extension> extensions = new ArrayList<>();
    private BigInteger serial = new BigInteger(120, RANDOM).add(BigInteger.ONE);
    private X500Name subject = new X500Name("CN=peer");
    private Instant notBefore = Instant.parse("2026-03-01T00:00:00Z");
    private Instant notAfter = notBefore.plus(Duration.ofDays(30));
    private Optional<X509Certificate> issuer = Optional.empty();
    private KeyPair issuerKeys;

    private TestCertificate(KeyPair keys) {
        this.keys = keys;
        this.issuerKeys = keys;
    }

    public static KeyPair newKeys() {
        return newKeys("secp256r1");
    }

    public static KeyPair newKeys(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", PROVIDER);
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Bouncy Castle has " + curve, e);
        }
    }

    public static TestCertificate of(KeyPair keys) {
        return new TestCertificate(keys);
    }

    /** A CA with its own key, named {@code commonName}. */
    public static TestCertificate authority(KeyPair keys, String commonName) {
        return of(keys).commonName(commonName)
                .extension(Extension.basicConstraints, true, encoded(new BasicConstraints(true)))
                .extension(Extension.keyUsage, true, encoded(new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)))
                .extension(Extension.subjectKeyIdentifier, false, subjectKeyIdentifier(keys));
    }

    public TestCertificate commonName(String name) {
        return subject("CN=" + name);
    }

    public TestCertificate subject(String name) {
        subject = new X500Name(name);
        return this;
    }

    public TestCertificate serial(BigInteger value) {
        serial = value;
        return this;
    }

    public TestCertificate valid(Instant from, Instant until) {
        notBefore = from;
        notAfter = until;
        return this;
    }

    public TestCertificate issuedBy(X509Certificate certificate, KeyPair keys) {
        issuer = Optional.of(certificate);
        issuerKeys = keys;
        try {
            return extension(
                    Extension.authorityKeyIdentifier,
                    false,
                    encoded(new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate.getPublicKey())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-1 for key identifiers", e);
        }
    }

    /** DNS names, or IP addresses where they look so. */
    public TestCertificate names(String... sans) {
        GeneralName[] names = new GeneralName[sans.length];
        for (int i = 0; i < sans.length; i++) {
            boolean address = sans[i].indexOf(':') >= 0 || sans[i].matches("[0-9.]+");
            names[i] = new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, sans[i]);
        }
        return extension(Extension.subjectAlternativeName, false, encoded(new GeneralNames(names)));
    }

    public TestCertificate extension(String oid, boolean critical, byte[] value) {
        return extension(new ASN1ObjectIdentifier(oid), critical, value);
    }

    private TestCertificate extension(ASN1ObjectIdentifier oid, boolean critical, byte[] value) {
        extensions.add(new Extension(oid, critical, value));
        return this;
    }

    public TestCertificate evidence(EvidenceExtension evidence) {
        evidence.extensions()
                .forEach(each -> extension(each.oid(), false, each.value().toByteArray()));
        return this;
    }

    /** Puts an extension among the others, at {@code index}. */
    public TestCertificate extensionAt(int index, String oid, byte[] value) {
        extensions.add(index, new Extension(new ASN1ObjectIdentifier(oid), false, value));
        return this;
    }

    /** What the signature would cover now. */
    public Bytes tbs() {
        try {
            return Bytes.of(holder().toASN1Structure().getTBSCertificate().getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public X509Certificate sign() {
        try {
            return new JcaX509CertificateConverter().getCertificate(holder());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that the platform does not read", e);
        }
    }

    /** DER that the platform would perhaps not read. */
    public byte[] encoded() {
        try {
            return holder().getEncoded();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private X509CertificateHolder holder() {
        X500Name issuerName = issuer.map(certificate -> X500Name.getInstance(
                        certificate.getSubjectX500Principal().getEncoded()))
                .orElse(subject);
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuerName, serial, Date.from(notBefore), Date.from(notAfter), subject, keys.getPublic());
        try {
            for (Extension extension : extensions) {
                builder.addExtension(extension);
            }
            String algorithm = issuerKeys.getPublic().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
            return builder.build(
                    new JcaContentSignerBuilder(algorithm).setProvider(PROVIDER).build(issuerKeys.getPrivate()));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("a certificate that cannot be made", e);
        }
    }

    private static byte[] subjectKeyIdentifier(KeyPair keys) {
        try {
            return encoded(new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-1 for key identifiers", e);
        }
    }

    private static byte[] encoded(org.bouncycastle.asn1.ASN1Object value) {
        try {
            return value.getEncoded();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
