package io.attestedmesh.transport.pki;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** The extensions of the certificates made here (RFC 5280, section 4.2). */
final class CertificateExtensions {
    private CertificateExtensions() {}

    static Extensions authority(AuthorityProfile profile, SubjectPublicKeyInfo key) {
        byte[] identifier = keyIdentifier(key);
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(profile.pathLength()));
            extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            extensions.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(identifier));
            extensions.addExtension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(identifier));
            GeneralSubtree[] permitted = permitted(profile);
            if (permitted.length > 0) {
                extensions.addExtension(Extension.nameConstraints, true, new NameConstraints(permitted, null));
            }
        } catch (IOException e) {
            throw new IllegalStateException("an extension of our own does not encode", e);
        }
        return extensions.generate();
    }

    static Extensions node(CertificateProfile profile, SubjectPublicKeyInfo key, byte[] issuerKeyIdentifier) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            extensions.addExtension(Extension.extendedKeyUsage, false, purposes(profile.usages()));
            extensions.addExtension(
                    Extension.subjectAlternativeName, false, profile.names().general());
            extensions.addExtension(
                    Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(key)));
            extensions.addExtension(
                    Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(issuerKeyIdentifier));
        } catch (IOException e) {
            throw new IllegalStateException("an extension of our own does not encode", e);
        }
        return extensions.generate();
    }

    static ExtendedKeyUsage purposes(Set<Usage> usages) {
        return new ExtendedKeyUsage(Stream.of(Usage.values())
                .filter(usages::contains)
                .map(usage -> usage == Usage.SERVER ? KeyPurposeId.id_kp_serverAuth : KeyPurposeId.id_kp_clientAuth)
                .toArray(KeyPurposeId[]::new));
    }

    /** The issuer's own identifier where its certificate has one: others match it byte for byte. */
    static byte[] keyIdentifier(X509Certificate certificate) throws PkiException {
        byte[] extension = certificate.getExtensionValue(Extension.subjectKeyIdentifier.getId());
        if (extension == null) {
            return keyIdentifier(
                    SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded()));
        }
        return Asn1.read(
                "the CA's certificate",
                "the subject key identifier is malformed",
                () -> SubjectKeyIdentifier.getInstance(
                                ASN1OctetString.getInstance(extension).getOctets())
                        .getKeyIdentifier());
    }

    /** RFC 7093, section 2, method 1: the first 160 bits of SHA-256 over the key's bits. */
    static byte[] keyIdentifier(SubjectPublicKeyInfo key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(key.getPublicKeyData().getBytes());
            return Arrays.copyOf(digest, 20);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static GeneralSubtree[] permitted(AuthorityProfile profile) {
        Stream<GeneralName> domains =
                profile.permittedDomains().stream().map(domain -> new GeneralName(GeneralName.dNSName, domain));
        Stream<GeneralName> subnets =
                profile.permittedSubnets().stream().map(subnet -> new GeneralName(GeneralName.iPAddress, subnet));
        List<GeneralSubtree> all =
                Stream.concat(domains, subnets).map(GeneralSubtree::new).toList();
        return all.toArray(GeneralSubtree[]::new);
    }
}
