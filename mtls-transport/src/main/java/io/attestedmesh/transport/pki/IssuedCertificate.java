package io.attestedmesh.transport.pki;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a CA folder remembers of a certificate that it issued.
 *
 * @param node the name under which the operator issued it
 * @param names as {@link AlternativeNames} holds them, DNS names first
 */
public record IssuedCertificate(
        BigInteger serial, String node, List<String> names, Instant notAfter, Optional<Revocation> revocation) {
    public IssuedCertificate {
        names = List.copyOf(names);
    }

    IssuedCertificate revoked(Revocation revoked) {
        return new IssuedCertificate(serial, node, names, notAfter, Optional.of(revoked));
    }
}
