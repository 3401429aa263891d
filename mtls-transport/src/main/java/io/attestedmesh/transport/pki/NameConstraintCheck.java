package io.attestedmesh.transport.pki;

import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;

/** Keeps a CA from issuing what every verifier would refuse (RFC 5280, section 4.2.1.10). */
final class NameConstraintCheck {
    private NameConstraintCheck() {}

    static void check(X509Certificate authority, AlternativeNames names) throws PkiException {
        byte[] extension = authority.getExtensionValue(Extension.nameConstraints.getId());
        if (extension == null) {
            return;
        }
        PKIXNameConstraintValidator validator =
                Asn1.read("the CA's certificate", "the name constraints are malformed", () -> validator(extension));
        for (GeneralName name : names.general().getNames()) {
            try {
                validator.checkPermitted(name);
                validator.checkExcluded(name);
            } catch (NameConstraintValidatorException refused) {
                throw new PkiException(
                        "the CA's name constraints do not permit " + names, "amesh pki inspect shows them", refused);
            }
        }
    }

    private static PKIXNameConstraintValidator validator(byte[] extension) {
        NameConstraints constraints = NameConstraints.getInstance(
                ASN1OctetString.getInstance(extension).getOctets());
        PKIXNameConstraintValidator validator = new PKIXNameConstraintValidator();
        if (constraints.getPermittedSubtrees() != null) {
            validator.intersectPermittedSubtree(constraints.getPermittedSubtrees());
        }
        if (constraints.getExcludedSubtrees() != null) {
            for (GeneralSubtree excluded : constraints.getExcludedSubtrees()) {
                validator.addExcludedSubtree(excluded);
            }
        }
        return validator;
    }
}
