package io.attestedmesh.transport.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A private CA: signs certificates of nodes and revocation lists. Keeps no account of what it issued; {@code CaFolder}
 * does. Thread-safe.
 */
public final class CertificateAuthority {
    /** RFC 5280 allows 20 octets; the CA/Browser Forum asks for 64 bits of randomness. */
    private static final int SERIAL_BITS = 128;

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final KeyKind kind;
    private final SecureRandom random;

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, KeyKind kind, SecureRandom random) {
        this.certificate = certificate;
        this.key = key;
        this.kind = kind;
        this.random = random;
    }

    /** A new CA with a certificate that it signs itself. */
    public static CertificateAuthority create(AuthorityProfile profile, KeyPair keys, SecureRandom random)
            throws PkiException {
        KeyKind kind = KeyKind.of(keys.getPublic());
        X500Name name = X500Name.getInstance(profile.subject().getEncoded());
        SubjectPublicKeyInfo spki =
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
        X509Certificate certificate = CertificateDraft.of(
                        name,
                        name,
                        serial(random),
                        profile.validity(),
                        spki,
                        CertificateExtensions.authority(profile, spki),
                        keys.getPrivate(),
                        kind)
                .sign();
        return new CertificateAuthority(certificate, keys.getPrivate(), kind, random);
    }

    /** An existing CA, made here or elsewhere; its certificate must allow what it is about to do. */
    public static CertificateAuthority of(X509Certificate certificate, PrivateKey key, SecureRandom random)
            throws PkiException {
        if (certificate.getBasicConstraints() < 0) {
            throw new PkiException(
                    "the certificate of " + certificate.getSubjectX500Principal()
                            + " is not a CA's (basic constraints)",
                    "make one with: amesh pki ca DIR");
        }
        boolean[] usage = certificate.getKeyUsage();
        if (usage != null && !usage[5]) {
            throw new PkiException("the CA certificate's key usage does not allow keyCertSign");
        }
        if (!PrivateKeys.matches(key, certificate.getPublicKey())) {
            throw new PkiException("the CA's private key does not belong to its certificate");
        }
        return new CertificateAuthority(certificate, key, KeyKind.of(certificate.getPublicKey()), random);
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** A node's certificate up to its signature; never valid for longer than the CA itself. */
    public CertificateDraft draft(PublicKey publicKey, CertificateProfile profile) throws PkiException {
        KeyKind.of(publicKey);
        NameConstraintCheck.check(certificate, profile.names());
        SubjectPublicKeyInfo spki = SubjectPublicKeyInfo.getInstance(publicKey.getEncoded());
        Validity ours = new Validity(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
        return CertificateDraft.of(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                X500Name.getInstance(profile.subject().getEncoded()),
                serial(random),
                profile.validity().within(ours),
                spki,
                CertificateExtensions.node(profile, spki, CertificateExtensions.keyIdentifier(certificate)),
                key,
                kind);
    }

    /** Signs a node's certificate. */
    public X509Certificate issue(PublicKey publicKey, CertificateProfile profile) throws PkiException {
        return draft(publicKey, profile).sign();
    }

    /**
     * Signs a certificate for the key of a request. Names, usages and life are the operator's, in {@code profile}: of the
     * request only the key is taken, after its signature proved that the requester holds it.
     */
    public X509Certificate sign(CertificateRequest request, CertificateProfile profile) throws PkiException {
        request.checkPossession();
        return issue(request.publicKey(), profile);
    }

    /**
     * A certificate signed by its own key, up to that signature. It is an end entity's (not a CA's), so a peer pins it.
     */
    public static CertificateDraft selfSigned(KeyPair keys, CertificateProfile profile, SecureRandom random)
            throws PkiException {
        KeyKind kind = KeyKind.of(keys.getPublic());
        X500Name name = X500Name.getInstance(profile.subject().getEncoded());
        SubjectPublicKeyInfo spki =
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
        return CertificateDraft.of(
                name,
                name,
                serial(random),
                profile.validity(),
                spki,
                CertificateExtensions.node(profile, spki, CertificateExtensions.keyIdentifier(spki)),
                keys.getPrivate(),
                kind);
    }

    /**
     * Signs a revocation list.
     *
     * @param number higher than that of every list before (RFC 5280, section 5.2.3)
     * @param validity thisUpdate and nextUpdate
     */
    public X509CRL revocationList(Collection<Revocation> revoked, BigInteger number, Validity validity)
            throws PkiException {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                Date.from(validity.notBefore()));
        builder.setNextUpdate(Date.from(validity.notAfter()));
        for (Revocation entry : revoked) {
            builder.addCRLEntry(
                    entry.serial(), Date.from(entry.at()), entry.cause().code());
        }
        try {
            byte[] identifier = CertificateExtensions.keyIdentifier(certificate);
            builder.addExtension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(identifier));
            builder.addExtension(Extension.cRLNumber, false, new CRLNumber(number));
            byte[] encoded = builder.build(new JcaContentSignerBuilder(kind.signatureAlgorithm()).build(key))
                    .getEncoded();
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(encoded));
        } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("a revocation list of our own does not sign", e);
        }
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(SERIAL_BITS, random).max(BigInteger.ONE);
    }
}
