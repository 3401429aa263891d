package io.attestedmesh.attest.simulator;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** One certificate in the making; extensions stand in the order in which they are added. */
final class CertificateShape {
    private final X509v3CertificateBuilder builder;
    private final PublicKey subjectKey;
    private final JcaX509ExtensionUtils keyIds;

    CertificateShape(
            X500Name issuer,
            X500Name subject,
            BigInteger serial,
            Instant notBefore,
            Instant notAfter,
            PublicKey subjectKey) {
        this.builder = new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(notBefore), Date.from(notAfter), subject, subjectKey);
        this.subjectKey = subjectKey;
        try {
            this.keyIds = new JcaX509ExtensionUtils();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-1 for key identifiers", e);
        }
    }

    /** A CA without a path length, as the root is. */
    CertificateShape authority() {
        return add(Extension.basicConstraints, true, new BasicConstraints(true));
    }

    CertificateShape authority(int pathLength) {
        return add(Extension.basicConstraints, true, new BasicConstraints(pathLength));
    }

    CertificateShape endEntity() {
        return add(Extension.basicConstraints, true, new BasicConstraints(false));
    }

    CertificateShape keyUsage(boolean critical, int bits) {
        return add(Extension.keyUsage, critical, new KeyUsage(bits));
    }

    CertificateShape subjectKeyId() {
        return add(Extension.subjectKeyIdentifier, false, keyIds.createSubjectKeyIdentifier(subjectKey));
    }

    CertificateShape authorityKeyId(PublicKey issuerKey) {
        return add(Extension.authorityKeyIdentifier, false, keyIds.createAuthorityKeyIdentifier(issuerKey));
    }

    CertificateShape revocationListAt(String uri) {
        GeneralNames location = new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
        DistributionPoint point = new DistributionPoint(new DistributionPointName(location), null, null);
        return add(Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[] {point}));
    }

    /** Signs with {@code issuerKey} and pairs the certificate with the key it certifies. */
    Issuer sign(PrivateKey subjectPrivateKey, PrivateKey issuerKey, Provider provider, SecureRandom random) {
        try {
            var signer = new JcaContentSignerBuilder("SHA384withECDSA")
                    .setProvider(provider)
                    .setSecureRandom(random)
                    .build(issuerKey);
            return new Issuer(
                    subjectPrivateKey, new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("Bouncy Castle signs with ECDSA and SHA-384", e);
        }
    }

    private CertificateShape add(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        try {
            builder.addExtension(oid, critical, value);
            return this;
        } catch (CertIOException e) {
            throw new IllegalStateException("extension " + oid + " has an encoding", e);
        }
    }
}
