package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * RFC 5280, section 4.2.1.12.
 *
 * @param purposes OIDs, at least one
 */
record ExtendedKeyUsage(Set<String> purposes) {
    static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    static final String EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4";
    static final String ANY = "2.5.29.37.0";

    /** A TLS key must not also vouch for code, mail, times, revocation answers or certificates to be. */
    private static final Set<String> FOREIGN =
            Set.of(ANY, "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9", "1.3.6.1.4.1.11129.2.4.4");

    static ExtendedKeyUsage read(Extension extension) throws DerException {
        DerReader list = extension.sequence();
        Set<String> purposes = new LinkedHashSet<>();
        do {
            if (!purposes.add(list.oid())) {
                throw new DerException("each purpose once", "one twice");
            }
        } while (!list.isEmpty());
        return new ExtendedKeyUsage(Set.copyOf(purposes));
    }

    /** The rule for an end-entity certificate: the role is named, and nothing that is foreign to TLS. */
    boolean suits(PathValidator.Usage usage) {
        return purposes.contains(usage.purpose())
                && purposes.stream().noneMatch(FOREIGN::contains)
                && (usage == PathValidator.Usage.CLIENT || !purposes.contains(EMAIL_PROTECTION));
    }

    /** The rule for an issuer: what it may issue for includes the role. */
    boolean allows(PathValidator.Usage usage) {
        return purposes.contains(usage.purpose()) || purposes.contains(ANY);
    }
}
