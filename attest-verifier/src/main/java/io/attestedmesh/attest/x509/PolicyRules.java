package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.POLICY_REQUIRED;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Certificate policies (RFC 5280, section 6.1) with any policy acceptable: they decide only where an issuer requires an
 * explicit one. Then one policy must stand in every certificate below the anchor; a path with mappings is refused, which
 * is stricter than the section.
 */
final class PolicyRules {
    private PolicyRules() {}

    /** Checks a whole path, end entity first, anchor last. */
    static void require(List<CertificateFields> path) throws RejectedCertificateException {
        boolean required = false;
        boolean mapped = false;
        boolean anyCounts = true;
        for (int i = 0; i < path.size(); i++) {
            CertificatePolicies policies = path.get(i).policies();
            required |= policies.requireExplicit().isPresent()
                    && policies.requireExplicit().getAsInt() <= i;
            mapped |= policies.mapped();
            anyCounts &= !policies.inhibitsAny();
        }
        if (required && (mapped || !haveOneInCommon(path.subList(0, path.size() - 1), anyCounts))) {
            throw new RejectedCertificateException(
                    POLICY_REQUIRED, "a certificate policy that holds for the whole path", "none");
        }
    }

    private static boolean haveOneInCommon(List<CertificateFields> certificates, boolean anyCounts) {
        Set<String> common = null;
        for (CertificateFields certificate : certificates) {
            Set<String> own = certificate.policies().policies().orElse(Set.of());
            if (anyCounts && own.contains(CertificatePolicies.ANY)) {
                continue;
            }
            if (common == null) {
                common = new HashSet<>(own);
                common.remove(CertificatePolicies.ANY);
            } else {
                common.retainAll(own);
            }
        }
        return common == null || !common.isEmpty();
    }
}
