package io.attestedmesh.transport.pki;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;

/** A CA and a node's names, for tests. */
final class Fixtures {
    static final SecureRandom RANDOM = new SecureRandom();
    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private Fixtures() {}

    static KeyPair keys() {
        return PrivateKeys.generate(KeyKind.P256, RANDOM);
    }

    static CertificateAuthority authority(KeyKind kind) throws PkiException {
        return CertificateAuthority.create(
                AuthorityProfile.named("Test CA", Validity.from(NOW, Duration.ofDays(3650))),
                PrivateKeys.generate(kind, RANDOM),
                RANDOM);
    }

    static AlternativeNames names() throws PkiException {
        return AlternativeNames.of(List.of("node-a.example.org"), List.of("127.0.0.1", "::1"));
    }

    static CertificateProfile profile(Usage... usages) throws PkiException {
        return CertificateProfile.node(
                "node-a", names(), EnumSet.copyOf(List.of(usages)), Validity.from(NOW, Duration.ofDays(90)));
    }
}
