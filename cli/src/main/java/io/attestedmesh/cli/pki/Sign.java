package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.NewFiles;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.CaFolder;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.CertificateRequest;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.Validity;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh pki sign}. */
@Command(
        name = "sign",
        description = {
            "On the CA's host: certify the keys of requests that nodes made with 'csr' (or with openssl req).",
            "What a request asks for is shown. It is granted only as far as --dns and --ip name it, or whole with"
                    + " --accept-names. The subject is NODE, whatever the request says."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh pki sign server-a server.csr client.csr --ca ca --ip 10.0.1.10",
            "  amesh pki sign server-a server.csr --ca ca --accept-names --out signed"
        })
final class Sign extends PkiVerb {
    @Parameters(index = "0", paramLabel = "NODE", description = "Name of the node, for people and folders.")
    private String node;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "CSR", description = "Requests of this node.")
    private List<Path> requests;

    @Mixin
    private CaOptions authorityOptions;

    @Mixin
    private CertificateOptions options;

    @Option(names = "--accept-names", description = "Grant all names that the request asks for.")
    private boolean acceptNames;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "365",
            description = "Life of the certificates (default: ${DEFAULT-VALUE}), at most the CA's.")
    private int days;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the files go (default: nodes/NODE in the CA).")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--force", description = "Overwrite files that are there.")
    private boolean force;

    @Option(names = "--json", description = JSON)
    private boolean json;

    private record Grant(CertificateRequest request, AlternativeNames names, Set<Usage> usages, Path file) {}

    Sign(Terminal terminal, SecureRandom random) {
        super(terminal, random);
    }

    @Override
    ExitStatus perform() throws Exception {
        NodeName name = NodeName.of(node);
        Validity validity = CertificateOptions.validity(terminal.clock().instant(), days);
        Path folder = out.orElseGet(() -> authorityOptions.nodeFolder(name));
        NewFiles files = new NewFiles(force);
        List<Grant> grants = new java.util.ArrayList<>();
        for (Path file : requests) {
            Grant grant = grant(file, folder);
            files.refuseTaken(grant.file);
            if (grants.stream().anyMatch(other -> other.file.equals(grant.file))) {
                throw CommandException.usage("two requests would become " + grant.file, "sign them one at a time");
            }
            grants.add(grant);
        }
        CaFolder ca = authorityOptions.open();
        CertificateAuthority authority = authorityOptions.unlock(ca, terminal, random);
        new NewFiles(true)
                .add(folder.resolve(NodeFiles.CA), Pem.encode(ca.certificate()), Access.PUBLIC)
                .write();
        for (Grant grant : grants) {
            CertificateProfile profile = CertificateProfile.node(name.value(), grant.names, grant.usages, validity);
            X509Certificate signed = ca.sign(authority, name.value(), grant.request, profile);
            new NewFiles(force)
                    .add(grant.file, Pem.encode(signed), Access.PUBLIC)
                    .write();
            new Issued(terminal, json).print(signed, titles(grant.usages), grant.file);
        }
        terminal.say("Signed for " + name + " in " + folder + "; take these files back to the node.");
        return ExitStatus.DONE;
    }

    private Grant grant(Path file, Path folder) throws Exception {
        CertificateRequest request = CertificateRequest.parse(file);
        request.checkPossession();
        Optional<AlternativeNames> asked = request.names();
        Set<Usage> usages = request.usages();
        terminal.say(file + " asks for subject " + request.subject().getName() + ", "
                + asked.map(AlternativeNames::toString).orElse("no names") + ", use "
                + (usages.isEmpty() ? "unstated" : titles(usages)) + ", key "
                + KeyKind.of(request.publicKey()).title());
        if (options.areUsagesGiven()) {
            usages = options.usages();
        } else if (usages.isEmpty()) {
            throw CommandException.usage(
                    file + " does not say what the certificate is for", "give --server or --client");
        }
        return new Grant(request, granted(file, asked), usages, folder.resolve(title(file, usages)));
    }

    /** A certificate for one use has the name that a node's folder has for it. */
    private static String title(Path request, Set<Usage> usages) {
        return usages.size() == 1
                ? NodeFiles.certificate(usages.iterator().next())
                : request.getFileName().toString().replaceFirst("\\.(csr|req|pem)$", "") + ".crt";
    }

    private AlternativeNames granted(Path file, Optional<AlternativeNames> asked)
            throws CommandException, PkiException {
        if (acceptNames && options.areNamesGiven()) {
            throw CommandException.usage("--accept-names and --dns or --ip exclude each other", "");
        }
        if (acceptNames) {
            return asked.orElseThrow(() -> CommandException.usage(
                    file + " asks for no names, so there are none to accept", "give --dns or --ip"));
        }
        if (!options.areNamesGiven()) {
            throw CommandException.usage(
                    "nobody has confirmed the names that " + file + " asks for",
                    "give those that are right as --dns and --ip, or --accept-names if all are");
        }
        AlternativeNames confirmed = options.names();
        if (asked.isPresent()) {
            refuseUnasked(confirmed, asked.get());
        }
        return confirmed;
    }

    private void refuseUnasked(AlternativeNames confirmed, AlternativeNames asked) throws CommandException {
        List<String> wanted = flat(asked).toList();
        List<String> unasked =
                flat(confirmed).filter(name -> !wanted.contains(name)).toList();
        if (!unasked.isEmpty()) {
            throw CommandException.rejected(
                    "the request does not ask for what was confirmed",
                    "NAME_MISMATCH",
                    asked.toString(),
                    String.join(", ", unasked),
                    "is it the request of another node?");
        }
        List<String> given = flat(confirmed).toList();
        String dropped = wanted.stream().filter(name -> !given.contains(name)).collect(Collectors.joining(", "));
        if (!dropped.isEmpty()) {
            terminal.warn("asked for and not granted: " + dropped);
        }
    }

    private static Stream<String> flat(AlternativeNames names) {
        return Stream.concat(names.dnsNames().stream(), names.addresses().stream());
    }

    private static String titles(Set<Usage> usages) {
        return usages.stream().sorted().map(NodeFiles::title).collect(Collectors.joining("+"));
    }
}
