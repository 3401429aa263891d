package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.x509.CertificationPath;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.ServerNames;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh pki verify}. */
@Command(
        name = "verify",
        description = {
            "Check certificates as a peer will: chain, dates, names, key usages, revocation; and that keys fit.",
            "PATH is a node's folder (ca.crt, server.crt, server.key, …, ca.crl if there), or a certificate file.",
            "Without --ca, a certificate file must be self-signed and is taken as its own anchor."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh pki verify server-a",
            "  amesh pki verify server-a --name server-a.example.org",
            "  amesh pki verify server.crt --ca ca.crt --server --key server.key",
            "",
            "Exit status: 0 all accepted, 1 one rejected, 2 malformed, 3 unreadable."
        })
final class Verify extends PkiVerb {
    private static final Duration SOON = Duration.ofDays(30);

    @Parameters(paramLabel = "PATH", description = "A node's folder or a certificate file.")
    private Path path;

    @Option(names = "--ca", paramLabel = "FILE", description = "Certificates to trust (default: ca.crt in the folder).")
    private Optional<Path> authority = Optional.empty();

    @Option(names = "--server", description = "Check for use as a server.")
    private boolean server;

    @Option(names = "--client", description = "Check for use as a client. Without either: what the files are for.")
    private boolean client;

    @Option(names = "--name", paramLabel = "HOST", description = "DNS name or IP address by which clients reach it.")
    private Optional<String> host = Optional.empty();

    @Option(names = "--key", paramLabel = "FILE", description = "Private key of the certificate file.")
    private Optional<Path> key = Optional.empty();

    @Option(names = "--crl", paramLabel = "FILE", description = "Revocation lists (default: ca.crl in the folder).")
    private Optional<Path> revoked = Optional.empty();

    @Option(
            names = "--time",
            paramLabel = "INSTANT",
            description = "Time to check at, as 2026-01-31T12:00:00Z (default: now).")
    private Optional<String> time = Optional.empty();

    @Option(names = "--json", description = JSON)
    private boolean json;

    Verify(Terminal terminal, SecureRandom random) {
        super(terminal, random);
    }

    @Override
    ExitStatus perform() throws CommandException, IOException, PkiException {
        Instant at = time();
        boolean rejected = false;
        for (NodeCheck check : Files.isDirectory(path) ? ofFolder() : ofFile()) {
            try {
                accepted(check, check.perform(at), at);
            } catch (RejectedCertificateException refused) {
                rejected(check, refused);
                rejected = true;
            }
        }
        return rejected ? ExitStatus.REJECTED : ExitStatus.DONE;
    }

    private List<NodeCheck> ofFolder() throws CommandException {
        if (key.isPresent()) {
            throw CommandException.usage("--key goes with a certificate file, and " + path + " is a folder", "");
        }
        List<NodeCheck> checks = new ArrayList<>();
        for (Usage usage : wanted()) {
            Path file = path.resolve(NodeFiles.certificate(usage));
            if (Files.exists(file)) {
                checks.add(new NodeCheck(
                        file,
                        usage,
                        present(path.resolve(NodeFiles.key(usage))),
                        Optional.of(authority.orElse(path.resolve(NodeFiles.CA))),
                        revoked.or(() -> present(path.resolve(NodeFiles.REVOKED))),
                        usage == Usage.SERVER ? host : Optional.empty()));
            }
        }
        if (checks.isEmpty()) {
            throw CommandException.usage(
                    path + " holds none of the certificates asked for", "server.crt and client.crt are looked for");
        }
        return checks;
    }

    private List<NodeCheck> ofFile() {
        Set<Usage> usages = wanted();
        boolean named = path.getFileName().toString().equals(NodeFiles.certificate(Usage.CLIENT));
        if (!server && !client) {
            usages = EnumSet.of(named ? Usage.CLIENT : Usage.SERVER);
        }
        return usages.stream()
                .map(usage -> new NodeCheck(path, usage, key, authority, revoked, host))
                .toList();
    }

    private Set<Usage> wanted() {
        Set<Usage> usages = EnumSet.noneOf(Usage.class);
        if (server || !client) {
            usages.add(Usage.SERVER);
        }
        if (client || !server) {
            usages.add(Usage.CLIENT);
        }
        return usages;
    }

    private static Optional<Path> present(Path file) {
        return Files.exists(file) ? Optional.of(file) : Optional.empty();
    }

    private Instant time() throws CommandException {
        try {
            return time.map(Instant::parse).orElseGet(() -> terminal.clock().instant());
        } catch (DateTimeException e) {
            throw CommandException.usage("not an instant: " + time.orElseThrow(), "as 2026-01-31T12:00:00Z", e);
        }
    }

    private void accepted(NodeCheck check, CertificationPath path, Instant at) throws RejectedCertificateException {
        Map<String, Object> line = line(check, "accepted");
        line.put("reason", null);
        line.put("expected", null);
        line.put("actual", null);
        line.put("names", ServerNames.names(path.endEntity()));
        line.put("notAfter", path.notAfter());
        line.put(
                "path",
                path.certificates().stream()
                        .map(certificate ->
                                certificate.getSubjectX500Principal().getName())
                        .toList());
        if (json) {
            terminal.json(line);
        } else {
            terminal.print("accepted " + check.file() + " (" + NodeFiles.title(check.usage()) + ", "
                    + String.join(", ", ServerNames.names(path.endEntity())) + ", until " + path.notAfter() + ")");
        }
        if (path.notAfter().isBefore(at.plus(SOON))) {
            terminal.warn(check.file() + " ends at " + path.notAfter() + ": renew it");
        }
    }

    private void rejected(NodeCheck check, RejectedCertificateException refused) {
        if (json) {
            Map<String, Object> line = line(check, "rejected");
            line.put("reason", refused.reason());
            line.put("expected", refused.expected());
            line.put("actual", refused.actual());
            terminal.json(line);
        } else {
            terminal.print("rejected " + check.file() + " (" + NodeFiles.title(check.usage()) + ")");
        }
        terminal.say("amesh: error: " + check.file() + " would be refused");
        terminal.say("reason: " + refused.reason().name());
        terminal.say("expected: " + refused.expected());
        terminal.say("actual: " + refused.actual());
        Advice.on(refused.reason()).ifPresent(hint -> terminal.say("amesh: hint: " + hint));
    }

    private static Map<String, Object> line(NodeCheck check, String result) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("file", check.file());
        line.put("use", NodeFiles.title(check.usage()));
        line.put("result", result);
        return line;
    }
}
