package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes right certificates whose every field a test may make wrong. */
final class CertificateMaker {
    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    static final Provider PROVIDER = SignatureCheck.BOUNCY_CASTLE;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A certificate with its keys. */
    record Made(Bytes der, KeyPair keys, X500Name subject) {
        X509Certificate certificate() {
            try {
                return (X509Certificate) CertificateFactory.getInstance("X.509", PROVIDER)
                        .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
            } catch (GeneralSecurityException unreadable) {
                throw new AssertionError(unreadable);
            }
        }
    }

    private record Value(boolean critical, Bytes octets) {}

    private final Made issuer;
    private final Map<ASN1ObjectIdentifier, Value> extensions = new LinkedHashMap<>();
    private X500Name subject;
    private X500Name issuerName;
    private KeyPair keys;
    private BigInteger serial = new BigInteger(100, RANDOM).add(BigInteger.ONE);
    private Instant notBefore = NOW.minusSeconds(3600);
    private Instant notAfter = NOW.plusSeconds(3600);
    private String algorithm;

    private CertificateMaker(Made issuer, String subject) {
        this.issuer = issuer;
        this.subject = new X500Name(subject);
    }

    static CertificateMaker root(String subject) {
        return new CertificateMaker(null, subject).authority();
    }

    static CertificateMaker intermediate(Made issuer, String subject) {
        return new CertificateMaker(issuer, subject).authority();
    }

    static CertificateMaker leaf(Made issuer) {
        return new CertificateMaker(issuer, "CN=peer")
                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                }))
                .names(new GeneralName(GeneralName.dNSName, "peer.example.org"));
    }

    private CertificateMaker authority() {
        return with(Extension.basicConstraints, true, new BasicConstraints(true))
                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    }

    CertificateMaker names(GeneralName... names) {
        return with(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }

    CertificateMaker with(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        try {
            return withRaw(oid, critical, value.toASN1Primitive().getEncoded("DER"));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    CertificateMaker withRaw(ASN1ObjectIdentifier oid, boolean critical, byte[] value) {
        extensions.put(oid, new Value(critical, Bytes.of(value)));
        return this;
    }

    /** Leaves an extension out; key identifiers are otherwise made by themselves. */
    CertificateMaker without(ASN1ObjectIdentifier oid) {
        extensions.put(oid, null);
        return this;
    }

    CertificateMaker subject(String name) {
        subject = new X500Name(name);
        return this;
    }

    CertificateMaker issuerName(String name) {
        issuerName = new X500Name(name);
        return this;
    }

    CertificateMaker serial(BigInteger number) {
        serial = number;
        return this;
    }

    CertificateMaker valid(Instant from, Instant until) {
        notBefore = from;
        notAfter = until;
        return this;
    }

    CertificateMaker keys(KeyPair pair) {
        keys = pair;
        return this;
    }

    /** The JCA name of the issuer's signature. */
    CertificateMaker algorithm(String name) {
        algorithm = name;
        return this;
    }

    Made make() {
        try {
            KeyPair own = keys == null ? ec("secp256r1") : keys;
            KeyPair signer = issuer == null ? own : issuer.keys();
            X500Name above = issuerName != null ? issuerName : issuer == null ? subject : issuer.subject();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    above, serial, Date.from(notBefore), Date.from(notAfter), subject, own.getPublic());
            identifiers(own, signer);
            for (Map.Entry<ASN1ObjectIdentifier, Value> extension : extensions.entrySet()) {
                if (extension.getValue() != null) {
                    builder.addExtension(
                            extension.getKey(),
                            extension.getValue().critical(),
                            extension.getValue().octets().toByteArray());
                }
            }
            String signature = algorithm != null ? algorithm : defaultAlgorithm(signer);
            byte[] der = builder.build(new JcaContentSignerBuilder(signature)
                            .setProvider(PROVIDER)
                            .build(signer.getPrivate()))
                    .getEncoded();
            return new Made(Bytes.of(der), own, subject);
        } catch (GeneralSecurityException | IOException | OperatorCreationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void identifiers(KeyPair own, KeyPair signer) throws GeneralSecurityException {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        if (!extensions.containsKey(Extension.subjectKeyIdentifier)) {
            with(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(own.getPublic()));
        }
        if (!extensions.containsKey(Extension.authorityKeyIdentifier)) {
            with(Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(signer.getPublic()));
        }
    }

    private static String defaultAlgorithm(KeyPair signer) {
        return switch (signer.getPublic().getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "Ed25519", "EdDSA" -> "Ed25519";
            case "DSA" -> "SHA256withDSA";
            default -> "SHA256withECDSA";
        };
    }

    static KeyPair ec(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", PROVIDER);
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static KeyPair keys(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, PROVIDER);
            if (bits > 0) {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
