package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.MALFORMED_NAME_CONSTRAINTS;
import static io.attestedmesh.attest.x509.CertificateReason.NAME_CONSTRAINT;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import java.util.ArrayList;
import java.util.List;

/**
 * RFC 5280, section 4.2.1.10. A name of a kind that is constrained but cannot be compared here (otherName and others)
 * is refused.
 *
 * @param permitted a name of a kind in this list must be within one of them
 * @param excluded no name may be, or for a wildcard may be, within one of these
 */
record NameConstraints(List<Subtree> permitted, List<Subtree> excluded) {
    static NameConstraints read(Extension extension) throws RejectedCertificateException {
        extension.requireCritical(true);
        try {
            DerReader fields = extension.sequence();
            List<Subtree> permitted = readSubtrees(fields, 0xa0);
            List<Subtree> excluded = readSubtrees(fields, 0xa1);
            fields.finish();
            if (permitted.isEmpty() && excluded.isEmpty()) {
                throw new DerException("a permitted or excluded subtree", "none");
            }
            return new NameConstraints(List.copyOf(permitted), List.copyOf(excluded));
        } catch (DerException malformed) {
            throw malformed(malformed.expected(), malformed.actual(), malformed);
        } catch (RejectedCertificateException badName) {
            throw malformed(badName.expected(), badName.actual(), badName);
        }
    }

    private static List<Subtree> readSubtrees(DerReader fields, int tag)
            throws DerException, RejectedCertificateException {
        List<Subtree> subtrees = new ArrayList<>();
        if (fields.nextIs(tag)) {
            DerReader list = fields.enter(tag);
            do {
                // minimum is 0 and so left out in DER, maximum must be absent
                DerReader subtree = list.enter(DerReader.SEQUENCE);
                subtrees.add(Subtree.of(GeneralName.read(subtree)));
                subtree.finish();
            } while (!list.isEmpty());
        }
        return subtrees;
    }

    private static RejectedCertificateException malformed(String expected, String actual, Exception cause) {
        return new RejectedCertificateException(MALFORMED_NAME_CONSTRAINTS, expected, actual, cause);
    }

    int size() {
        return permitted.size() + excluded.size();
    }

    void requireAllowed(GeneralName name) throws RejectedCertificateException {
        boolean constrained = false;
        boolean within = false;
        for (Subtree subtree : permitted) {
            if (subtree.kind() == name.kind()) {
                constrained = true;
                within |= subtree.contains(name);
            }
        }
        if (constrained && !within) {
            throw new RejectedCertificateException(
                    NAME_CONSTRAINT, "a name within the issuer's permitted subtrees", name.toString());
        }
        for (Subtree subtree : excluded) {
            if (subtree.kind() == name.kind() && subtree.mayContain(name)) {
                throw new RejectedCertificateException(
                        NAME_CONSTRAINT, "a name outside the issuer's excluded subtrees", name.toString());
            }
        }
    }
}
