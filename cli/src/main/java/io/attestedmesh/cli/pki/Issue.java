package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.CaFolder;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh pki issue}. */
@Command(
        name = "issue",
        description = {
            "Make a node's keys and certificates: ca.crt server.crt server.key client.crt client.key.",
            "Keys made here travel to the node with 'bundle'; 'csr' and 'sign' keep them on the node instead."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh pki issue server-a --ca ca --dns server-a.example.org --ip 10.0.1.10",
            "  amesh pki issue client-b --ca ca --dns client-b.example.org --client --days 30",
            "  amesh pki issue server-a --ca ca --ip 10.0.1.10 --force    # renew: new keys, same place"
        })
final class Issue extends PkiVerb {
    @Parameters(paramLabel = "NODE", description = "Name of the node, for people and folders.")
    private String node;

    @Mixin
    private CaOptions authorityOptions;

    @Mixin
    private CertificateOptions options;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "365",
            description = "Life of the certificates (default: ${DEFAULT-VALUE}), at most the CA's.")
    private int days;

    @Option(
            names = "--key-type",
            paramLabel = "KIND",
            defaultValue = "p256",
            description = "p256 (default), p384, ed25519 or rsa.")
    private String keyType;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the files go (default: nodes/NODE in the CA).")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--force", description = "Overwrite files that are there.")
    private boolean force;

    @Option(names = "--json", description = JSON)
    private boolean json;

    Issue(Terminal terminal, SecureRandom random) {
        super(terminal, random);
    }

    @Override
    ExitStatus perform() throws Exception {
        NodeName name = NodeName.of(node);
        KeyKind kind = KeyKind.named(keyType);
        Validity validity = CertificateOptions.validity(terminal.clock().instant(), days);
        Path folder = out.orElseGet(() -> authorityOptions.nodeFolder(name));
        NewFiles files = new NewFiles(force);
        for (Usage usage : options.usages()) {
            files.refuseTaken(folder.resolve(NodeFiles.certificate(usage)), folder.resolve(NodeFiles.key(usage)));
            CertificateProfile.node(name.value(), options.names(), EnumSet.of(usage), validity);
        }
        CaFolder ca = authorityOptions.open();
        CertificateAuthority authority = authorityOptions.unlock(ca, terminal, random);
        new NewFiles(true)
                .add(folder.resolve(NodeFiles.CA), Pem.encode(ca.certificate()), Access.PUBLIC)
                .write();
        for (Usage usage : options.usages()) {
            CertificateProfile profile =
                    CertificateProfile.node(name.value(), options.names(), EnumSet.of(usage), validity);
            KeyPair keys = PrivateKeys.generate(kind, random);
            X509Certificate issued = ca.issue(authority, name.value(), keys.getPublic(), profile);
            Path certificate = folder.resolve(NodeFiles.certificate(usage));
            new NewFiles(force)
                    .add(folder.resolve(NodeFiles.key(usage)), PrivateKeys.encode(keys.getPrivate()), Access.OWNER)
                    .add(certificate, Pem.encode(issued), Access.PUBLIC)
                    .write();
            new Issued(terminal, json).print(issued, NodeFiles.title(usage), certificate);
        }
        terminal.say("Node " + name + " is in " + folder + ", certified as " + options.names() + " until "
                + shortest(validity, ca.certificate()) + ".");
        return ExitStatus.DONE;
    }

    private static Object shortest(Validity validity, X509Certificate ca) {
        return validity.notAfter().isBefore(ca.getNotAfter().toInstant())
                ? validity.notAfter()
                : ca.getNotAfter().toInstant() + " (the CA's own end)";
    }
}
