package io.attestedmesh.transport.pki;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.io.IOException;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * What an end-entity certificate says beside its key.
 *
 * @param subject copied into the certificate byte for byte
 * @param names never empty: nobody looks at the subject for a host's name
 * @param usages becomes the extended key usage; never empty
 * @param validity cut to the issuer's
 */
public record CertificateProfile(X500Principal subject, AlternativeNames names, Set<Usage> usages, Validity validity) {
    public CertificateProfile {
        usages = Set.copyOf(usages);
        if (usages.isEmpty()) {
            throw new IllegalArgumentException("a certificate for no use");
        }
        if (names.dnsNames().isEmpty() && names.addresses().isEmpty()) {
            throw new IllegalArgumentException("a certificate without a name");
        }
    }

    /** A node's certificate; {@code commonName} is for people only, 1 to 64 characters. */
    public static CertificateProfile node(
            String commonName, AlternativeNames names, Set<Usage> usages, Validity validity) throws PkiException {
        return new CertificateProfile(commonName(commonName), names, usages, validity);
    }

    /** The distinguished name {@code CN=commonName}, whatever characters it holds. */
    static X500Principal commonName(String commonName) throws PkiException {
        // RFC 5280, appendix A: ub-common-name.
        if (commonName.isBlank()
                || commonName.length() > 64
                || commonName.chars().anyMatch(Character::isISOControl)) {
            throw new PkiException(
                    "not a common name: \"" + Shown.of(commonName) + "\"", "1 to 64 printable characters");
        }
        try {
            return new X500Principal(
                    new X500NameBuilder().addRDN(BCStyle.CN, commonName).build().getEncoded());
        } catch (IOException e) {
            throw new PkiException("not a common name: \"" + Shown.of(commonName) + "\"", null, e);
        }
    }
}
