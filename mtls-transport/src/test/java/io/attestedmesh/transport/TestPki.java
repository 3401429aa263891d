package io.attestedmesh.transport;

import io.attestedmesh.transport.identity.Credential;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority for tests of the transport alone. */
public final class TestPki {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ASN1ObjectIdentifier PADDING = new ASN1ObjectIdentifier("1.3.6.1.4.1.55555.1");

    private final KeyPair keys = newKeys();
    private final X509Certificate certificate;
    private final Instant now;

    public TestPki(Instant now) throws Exception {
        this.now = now;
        X500Name name = new X500Name("CN=Test CA");
        X509v3CertificateBuilder builder = builder(name, name, keys, Duration.ofDays(30));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        certificate = sign(builder);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** The CA's own key and certificate. */
    public Credential authority() {
        return new Credential(keys.getPrivate(), List.of(certificate));
    }

    /** For localhost and 127.0.0.1, server and client, one day. */
    public Credential issue(String commonName) throws Exception {
        return issue(commonName, Duration.ofDays(1), 0);
    }

    public Credential issue(String commonName, Duration life, int padding) throws Exception {
        KeyPair own = newKeys();
        X509v3CertificateBuilder builder =
                builder(new X500Name("CN=Test CA"), new X500Name("CN=" + commonName), own, life);
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
        }));
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "localhost"),
            new GeneralName(GeneralName.dNSName, commonName),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1")
        }));
        if (padding > 0) {
            builder.addExtension(PADDING, false, new DEROctetString(new byte[padding]));
        }
        return new Credential(own.getPrivate(), List.of(sign(builder)));
    }

    public static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair own, Duration life)
            throws Exception {
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        return new JcaX509v3CertificateBuilder(
                        issuer,
                        new BigInteger(120, RANDOM).setBit(119),
                        Date.from(now.minusSeconds(60)),
                        Date.from(now.plus(life)),
                        subject,
                        own.getPublic())
                .addExtension(
                        Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(own.getPublic()))
                .addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        identifiers.createAuthorityKeyIdentifier(keys.getPublic()));
    }

    private X509Certificate sign(X509v3CertificateBuilder builder) throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
