package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.CaFolder;
import io.attestedmesh.transport.pki.IssuedCertificate;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PemException;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh pki bundle}. */
@Command(
        name = "bundle",
        description = {
            "Pack what one node needs, and nothing more, as tar.gz: ca.crt, ca.crl if the CA has one, and the node's"
                    + " certificates and keys, keys with mode 0600.",
            "Each certificate is checked first: of this CA, not revoked, its key the right one."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  amesh pki bundle server-a --ca ca --out server-a.tar.gz",
            "  scp server-a.tar.gz 10.0.1.10: && ssh 10.0.1.10 tar xzf server-a.tar.gz    # makes server-a/"
        })
final class Bundle extends PkiVerb {
    private static final int MAX_KEY = 64 * 1024;
    private static final int SECRET = 0600;
    private static final int READABLE = 0644;

    @Parameters(paramLabel = "NODE", description = "Name of the node.")
    private String node;

    @Option(names = "--ca", required = true, paramLabel = "DIR", description = "Folder of the CA.")
    private Path authority;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "Where the node's files are (default: nodes/NODE in the CA).")
    private Optional<Path> from = Optional.empty();

    @Option(names = "--out", paramLabel = "FILE", description = "The archive to write (default: NODE.tar.gz).")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--force", description = "Overwrite the archive if it is there.")
    private boolean force;

    @Option(names = "--json", description = JSON)
    private boolean json;

    Bundle(Terminal terminal, SecureRandom random) {
        super(terminal, random);
    }

    @Override
    ExitStatus perform() throws CommandException, IOException, PkiException {
        NodeName name = NodeName.of(node);
        Path file = out.orElse(Path.of(name + ".tar.gz"));
        NewFiles files = new NewFiles(force);
        files.refuseTaken(file);
        CaFolder ca = CaFolder.open(authority);
        Path folder = from.orElse(authority.resolve("nodes").resolve(name.value()));
        TarArchive archive = new TarArchive();
        List<String> packed = new ArrayList<>();
        add(archive, packed, name, NodeFiles.CA, READABLE, Pem.encode(ca.certificate()));
        if (Files.exists(ca.revocationListFile())) {
            add(archive, packed, name, NodeFiles.REVOKED, READABLE, Pem.read(ca.revocationListFile()));
        }
        for (Usage usage : Usage.values()) {
            add(archive, packed, name, ca, folder, usage);
        }
        if (packed.stream().noneMatch(one -> one.endsWith(".crt") && !one.endsWith(NodeFiles.CA))) {
            throw CommandException.usage(
                    folder + " holds no certificate of a node",
                    "make them with: amesh pki issue " + name + " --ca " + authority);
        }
        files.add(file, archive.compress(), Access.OWNER).write();
        print(file, packed);
        return ExitStatus.DONE;
    }

    private static void add(
            TarArchive archive, List<String> packed, NodeName name, String file, int mode, byte[] content) {
        String path = name + "/" + file;
        archive.add(path, mode, content);
        packed.add(path);
    }

    private static void add(
            TarArchive archive, List<String> packed, NodeName name, CaFolder ca, Path folder, Usage usage)
            throws CommandException, IOException, PkiException {
        Path file = folder.resolve(NodeFiles.certificate(usage));
        if (!Files.exists(file)) {
            return;
        }
        X509Certificate certificate = Pem.certificates(file).get(0);
        requireOurs(ca, file, certificate);
        add(archive, packed, name, NodeFiles.certificate(usage), READABLE, Pem.read(file));
        Path key = folder.resolve(NodeFiles.key(usage));
        // A node that made its own keys has kept them.
        if (Files.exists(key)) {
            add(archive, packed, name, NodeFiles.key(usage), SECRET, matchingKey(key, certificate));
        }
    }

    private static byte[] matchingKey(Path key, X509Certificate certificate)
            throws IOException, PemException, CommandException {
        if (!PrivateKeys.matches(PrivateKeys.load(key), certificate.getPublicKey())) {
            throw CommandException.rejected(
                    key + " does not belong to its certificate",
                    "KEY_MISMATCH",
                    "the key of " + certificate.getSubjectX500Principal().getName(),
                    "another key",
                    "issue both again with --force");
        }
        return SecretFile.read(key, MAX_KEY);
    }

    private static void requireOurs(CaFolder ca, Path file, X509Certificate certificate)
            throws CommandException, IOException, PkiException {
        try {
            certificate.verify(ca.certificate().getPublicKey());
        } catch (GeneralSecurityException notOurs) {
            throw CommandException.rejected(
                    file + " is not a certificate of this CA",
                    "UNTRUSTED_ISSUER",
                    ca.certificate().getSubjectX500Principal().getName(),
                    certificate.getIssuerX500Principal().getName(),
                    "issue it again, or name the CA that did");
        }
        Optional<IssuedCertificate> issued = ca.issued().stream()
                .filter(one -> one.serial().equals(certificate.getSerialNumber()))
                .findFirst();
        if (issued.isPresent() && issued.get().revocation().isPresent()) {
            throw CommandException.rejected(
                    file + " is revoked",
                    "CERTIFICATE_REVOKED",
                    "a certificate in force",
                    "revoked at " + issued.get().revocation().get().at(),
                    "issue it again with --force");
        }
    }

    private void print(Path file, List<String> packed) {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file);
            line.put("contents", packed);
            terminal.json(line);
        } else {
            terminal.print(file.toString());
        }
        terminal.say("Packed " + String.join(", ", packed) + ".");
    }
}
