package io.attestedmesh.transport.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;

/**
 * A certificate that is complete but for its signature, so that evidence about it can be made and put in before it is
 * signed. Immutable.
 */
public final class CertificateDraft {
    private final TBSCertificate unsigned;
    private final PrivateKey signer;
    private final KeyKind signerKind;

    private CertificateDraft(TBSCertificate unsigned, PrivateKey signer, KeyKind signerKind) {
        this.unsigned = unsigned;
        this.signer = signer;
        this.signerKind = signerKind;
    }

    static CertificateDraft of(
            X500Name issuer,
            X500Name subject,
            BigInteger serial,
            Validity validity,
            SubjectPublicKeyInfo key,
            Extensions extensions,
            PrivateKey signer,
            KeyKind signerKind) {
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(new ASN1Integer(serial));
        generator.setSignature(algorithm(signerKind));
        generator.setIssuer(issuer);
        generator.setSubject(subject);
        generator.setStartDate(new Time(Date.from(validity.notBefore())));
        generator.setEndDate(new Time(Date.from(validity.notAfter())));
        generator.setSubjectPublicKeyInfo(key);
        generator.setExtensions(extensions);
        return new CertificateDraft(generator.generateTBSCertificate(), signer, signerKind);
    }

    static AlgorithmIdentifier algorithm(KeyKind signer) {
        return new DefaultSignatureAlgorithmIdentifierFinder().find(signer.signatureAlgorithm());
    }

    /** The DER TBSCertificate, as it would be signed now. */
    public byte[] tbs() {
        try {
            return unsigned.getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("a certificate of our own does not encode", e);
        }
    }

    /**
     * The same draft with one more extension at its end, not critical.
     *
     * @param oid in dotted decimals; refused if the draft has it already
     * @param derValue the DER that goes into the extension's octet string
     */
    public CertificateDraft with(String oid, byte[] derValue) {
        ASN1ObjectIdentifier id = new ASN1ObjectIdentifier(oid);
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        for (ASN1ObjectIdentifier present : unsigned.getExtensions().getExtensionOIDs()) {
            extensions.addExtension(unsigned.getExtensions().getExtension(present));
        }
        if (extensions.hasExtension(id)) {
            throw new IllegalArgumentException("extension " + oid + " twice");
        }
        extensions.addExtension(new Extension(id, false, derValue));
        V3TBSCertificateGenerator generator = new V3TBSCertificateGenerator();
        generator.setSerialNumber(unsigned.getSerialNumber());
        generator.setSignature(unsigned.getSignature());
        generator.setIssuer(unsigned.getIssuer());
        generator.setSubject(unsigned.getSubject());
        generator.setStartDate(unsigned.getStartDate());
        generator.setEndDate(unsigned.getEndDate());
        generator.setSubjectPublicKeyInfo(unsigned.getSubjectPublicKeyInfo());
        generator.setExtensions(extensions.generate());
        return new CertificateDraft(generator.generateTBSCertificate(), signer, signerKind);
    }

    /** Signs it with the issuer's key. */
    public X509Certificate sign() {
        byte[] tbs = tbs();
        try {
            byte[] signature = sign(signer, signerKind, tbs);
            byte[] certificate = new DERSequence(
                            new ASN1Encodable[] {unsigned, algorithm(signerKind), new DERBitString(signature)})
                    .getEncoded(ASN1Encoding.DER);
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a certificate of our own does not sign", e);
        }
    }

    static byte[] sign(PrivateKey key, KeyKind kind, byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(kind.signatureAlgorithm());
        signature.initSign(key);
        signature.update(content);
        return signature.sign();
    }
}
