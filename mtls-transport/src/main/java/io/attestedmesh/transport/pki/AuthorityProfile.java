package io.attestedmesh.transport.pki;

import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.util.IPAddress;

/**
 * What a CA's certificate says beside its key.
 *
 * @param pathLength how many CAs may stand between it and an end entity; 0 for one that issues to nodes only
 * @param permittedDomains name constraints: DNS names issued must be one of these or end in {@code .} and one of these;
 *     empty for no such constraint
 * @param permittedSubnets name constraints for IP addresses, as {@code 10.0.0.0/8}; empty for no such constraint
 */
public record AuthorityProfile(
        X500Principal subject,
        Validity validity,
        int pathLength,
        List<String> permittedDomains,
        List<String> permittedSubnets) {
    public AuthorityProfile {
        permittedDomains = List.copyOf(permittedDomains);
        permittedSubnets = List.copyOf(permittedSubnets);
        if (pathLength < 0 || pathLength > 10) {
            throw new IllegalArgumentException("a path length of " + pathLength);
        }
    }

    /** A CA that issues to nodes only, without name constraints. */
    public static AuthorityProfile named(String commonName, Validity validity) throws PkiException {
        return new AuthorityProfile(CertificateProfile.commonName(commonName), validity, 0, List.of(), List.of());
    }

    /** The same with name constraints; a subnet or domain that is none is refused. */
    public AuthorityProfile permitting(List<String> domains, List<String> subnets) throws PkiException {
        for (String domain : domains) {
            if (AlternativeNames.dns(domain).startsWith("*")) {
                throw new PkiException(
                        "a permitted domain has no wildcard: " + Shown.of(domain), "it covers what is below");
            }
        }
        for (String subnet : subnets) {
            if (!IPAddress.isValidWithNetMask(subnet)) {
                throw new PkiException("not a subnet: " + Shown.of(subnet), "as 10.0.0.0/8 or fd00::/8");
            }
        }
        return new AuthorityProfile(subject, validity, pathLength, domains, subnets);
    }
}
