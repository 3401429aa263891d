package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh pki self-signed}. */
@Command(
        name = "self-signed",
        description = {
            "Make a party's key and a certificate that it signs itself: party.crt and party.key, no CA needed.",
            "Peers pin this very certificate; to replace it, every peer gets the new one."
        },
        sortOptions = false,
        footer = {"", "Example:", "  amesh pki self-signed party-a --dns party-a.example.org --out party-a"})
final class SelfSigned extends PkiVerb {
    @Parameters(paramLabel = "NODE", description = "Name of the party, for people.")
    private String node;

    @Mixin
    private CertificateOptions options;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "365",
            description = "Life of the certificate (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(
            names = "--key-type",
            paramLabel = "KIND",
            defaultValue = "p256",
            description = "p256 (default), p384 (what signs enclave images), ed25519 or rsa.")
    private String keyType;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the files go (default: NODE).")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--force", description = "Overwrite files that are there.")
    private boolean force;

    @Option(names = "--json", description = JSON)
    private boolean json;

    SelfSigned(Terminal terminal, SecureRandom random) {
        super(terminal, random);
    }

    @Override
    ExitStatus perform() throws Exception {
        NodeName name = NodeName.of(node);
        Path folder = out.orElse(Path.of(name.value()));
        Path certificate = folder.resolve("party.crt");
        Path key = folder.resolve("party.key");
        NewFiles files = new NewFiles(force);
        files.refuseTaken(certificate, key);
        CertificateProfile profile = CertificateProfile.node(
                name.value(),
                options.names(),
                options.usages(),
                CertificateOptions.validity(terminal.clock().instant(), days));
        KeyPair keys = PrivateKeys.generate(KeyKind.named(keyType), random);
        X509Certificate party =
                CertificateAuthority.selfSigned(keys, profile, random).sign();
        files.add(key, PrivateKeys.encode(keys.getPrivate()), Access.OWNER)
                .add(certificate, Pem.encode(party), Access.PUBLIC)
                .write();
        new Issued(terminal, json).print(party, "party", certificate);
        terminal.say("Party " + name + " is in " + folder + ". Give party.crt to every peer, by a way you trust.");
        return ExitStatus.DONE;
    }
}
