package io.attestedmesh.federated.flower;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;

/** PEM files of a server on loopback, as any program trusts them that is given the root. */
record ServerCertificate(Path roots, Path chain, Path key) {
    static ServerCertificate forLoopback(Path folder) throws Exception {
        SecureRandom random = new SecureRandom();
        Validity validity = Validity.from(Instant.now(), Duration.ofDays(1));
        CertificateAuthority authority = CertificateAuthority.create(
                AuthorityProfile.named("CA of a test", validity), PrivateKeys.generate(KeyKind.P256, random), random);
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, random);
        CertificateProfile profile = CertificateProfile.node(
                "localhost",
                AlternativeNames.of(List.of("localhost"), List.of("127.0.0.1")),
                EnumSet.of(Usage.SERVER),
                validity);
        ServerCertificate files = new ServerCertificate(
                folder.resolve("roots.pem"), folder.resolve("server.pem"), folder.resolve("server.key"));
        Files.write(files.roots, Pem.encode(authority.certificate()));
        Files.write(files.chain, Pem.encode(authority.issue(keys.getPublic(), profile)));
        PrivateKeys.store(files.key, keys.getPrivate());
        return files;
    }
}
