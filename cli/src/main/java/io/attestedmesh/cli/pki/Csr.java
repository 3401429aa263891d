package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.CertificateRequest;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh pki csr}. */
@Command(
        name = "csr",
        description = {
            "On the node: make its keys, which stay there, and a request for each, which goes to the CA's host.",
            "There, 'amesh pki sign' answers with certificates."
        },
        sortOptions = false,
        footer = {"", "Example:", "  amesh pki csr server-a --dns server-a.example.org --ip 10.0.1.10 --out tls"})
final class Csr extends PkiVerb {
    @Parameters(paramLabel = "NODE", description = "Name of the node, for people.")
    private String node;

    @Mixin
    private CertificateOptions options;

    @Option(
            names = "--key-type",
            paramLabel = "KIND",
            defaultValue = "p256",
            description = "p256 (default), p384, ed25519 or rsa.")
    private String keyType;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the files go (default: NODE).")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--force", description = "Overwrite files that are there.")
    private boolean force;

    @Option(names = "--json", description = JSON)
    private boolean json;

    Csr(Terminal terminal, SecureRandom random) {
        super(terminal, random);
    }

    @Override
    ExitStatus perform() throws Exception {
        NodeName name = NodeName.of(node);
        KeyKind kind = KeyKind.named(keyType);
        AlternativeNames names = options.names();
        Path folder = out.orElse(Path.of(name.value()));
        NewFiles files = new NewFiles(force);
        List<Path> requests = new ArrayList<>();
        for (Usage usage : options.usages()) {
            Path key = folder.resolve(NodeFiles.key(usage));
            Path request = folder.resolve(NodeFiles.request(usage));
            files.refuseTaken(key, request);
            KeyPair keys = PrivateKeys.generate(kind, random);
            files.add(key, PrivateKeys.encode(keys.getPrivate()), Access.OWNER)
                    .add(
                            request,
                            Pem.encode(CertificateRequest.create(keys, name.value(), names, EnumSet.of(usage))),
                            Access.PUBLIC);
            requests.add(request);
        }
        files.write();
        for (Path request : requests) {
            if (json) {
                terminal.json(Map.of("file", request));
            } else {
                terminal.print(request.toString());
            }
        }
        terminal.say("The keys are in " + folder + " and stay there; take the .csr files to the CA's host.");
        return ExitStatus.DONE;
    }
}
