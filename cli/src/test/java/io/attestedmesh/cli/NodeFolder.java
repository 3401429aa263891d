package io.attestedmesh.cli;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/** Files of nodes under one private CA, as {@code amesh pki} lays them out, for tests. */
public final class NodeFolder {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path folder;
    private final Instant now;
    private final CertificateAuthority authority;

    public NodeFolder(Path folder, Instant now) throws PkiException, IOException {
        this(folder, now, "Test CA");
    }

    public NodeFolder(Path folder, Instant now, String nameOfCa) throws PkiException, IOException {
        this.folder = folder;
        this.now = now;
        Validity years = Validity.from(now.minusSeconds(60), Duration.ofDays(365));
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, RANDOM);
        authority = CertificateAuthority.create(AuthorityProfile.named(nameOfCa, years), keys, RANDOM);
        PrivateKeys.store(folder.resolve("ca.key"), keys.getPrivate());
        Files.write(folder.resolve("ca.crt"), Pem.encode(authority.certificate()));
    }

    /** Writes {@code ROLE.crt} and {@code ROLE.key}. */
    public void issue(String role, String dnsName, Usage usage, Duration life) throws PkiException, IOException {
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, RANDOM);
        CertificateProfile profile = new CertificateProfile(
                new X500Principal("CN=" + dnsName),
                AlternativeNames.of(List.of(dnsName, "localhost"), List.of("127.0.0.1")),
                Set.of(usage),
                Validity.from(now.minusSeconds(60), life));
        Files.write(folder.resolve(role + ".crt"), Pem.encode(authority.issue(keys.getPublic(), profile)));
        PrivateKeys.store(folder.resolve(role + ".key"), keys.getPrivate());
    }

    /** Writes {@code amesh.toml} of mode manual with more lines for its end. */
    public Path configure(String name, String more) throws IOException {
        String toml = """
                [node]
                name = "%s"
                listen = "127.0.0.1:0"
                mode = "manual"

                [tls]
                ca = "ca.crt"
                server-certificate = "server.crt"
                server-key = "server.key"
                client-certificate = "client.crt"
                client-key = "client.key"
                %s
                """.formatted(name, more);
        return Files.writeString(folder.resolve("amesh.toml"), toml);
    }

    public Path path(String name) {
        return folder.resolve(name);
    }
}
