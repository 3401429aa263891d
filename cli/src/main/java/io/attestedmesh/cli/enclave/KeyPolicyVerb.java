package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.trust.ListFile;
import io.attestedmesh.cli.trust.TrustAnchor;
import io.attestedmesh.enclave.secrets.IamArn;
import io.attestedmesh.enclave.secrets.KeyPolicy;
import io.attestedmesh.enclave.secrets.PolicyRelease;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.trust.VerifiedList;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh enclave key-policy}. */
@Command(
        name = "key-policy",
        description = {
            "Print the policy of a KMS key that the releases of a list may use, and nobody else.",
            "The list is verified as by a client. A policy does not follow it: make it again when a release is revoked."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh enclave key-policy bundle.json --root root.1.json --role arn:aws:iam::111122223333:role/enclave \\",
            "      --admin arn:aws:iam::111122223333:role/keys --release kms-core --pcr 0,3 > policy.json",
            "",
            "Exit status: 0 printed, 1 the list is rejected, 2 malformed, or registers that do not name the code."
        })
final class KeyPolicyVerb implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "LIST", description = "A bundle, or a signed list.")
    private Path file;

    @Option(names = "--root", required = true, paramLabel = "ROOT", description = "The trust root of the list.")
    private Path root;

    @Option(
            names = "--role",
            required = true,
            paramLabel = "ARN",
            description = "The role that signs the calls of the enclaves.")
    private String role;

    @Option(
            names = "--release",
            paramLabel = "NAME",
            description = "Only releases of this name, or the one of this name and version; repeated.")
    private List<String> names = List.of();

    @Option(
            names = "--pcr",
            paramLabel = "N",
            split = ",",
            defaultValue = "0",
            description = "Registers that must fit; 0, 8, or 1 and 2 must be among them. Default: 0, the image.")
    private List<Integer> registers;

    @Option(
            names = "--admin",
            paramLabel = "ARN",
            description = "Who may change the policy and delete the key, and so holds it in the end.")
    private Optional<String> administrator = Optional.empty();

    @Option(
            names = "--operator",
            paramLabel = "ARN",
            description = "Who may seal, by 'amesh enclave seal', and not open.")
    private Optional<String> operator = Optional.empty();

    KeyPolicyVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException, RejectedReleasesException {
        Instant now = terminal.clock().instant();
        VerifiedList list = ListFile.verify(file, TrustAnchor.read(root), now);
        List<Release> chosen = chosen(list, now);
        try {
            policy(chosen).json().lines().forEach(terminal::print);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage(e.getMessage(), "'amesh enclave key-policy --help' says what is needed", e);
        }
        if (administrator.isEmpty()) {
            terminal.warn("nobody may change this policy: KMS refuses it as a lock-out, unless told not to; --admin");
        }
        terminal.say(chosen.size() + " of " + list.list().releases().size() + " releases of "
                + list.list().name() + ", version " + list.version());
        return ExitStatus.DONE;
    }

    private KeyPolicy policy(List<Release> chosen) {
        Set<Integer> wanted = new TreeSet<>(registers);
        KeyPolicy policy = KeyPolicy.of(
                new IamArn(role),
                chosen.stream()
                        .map(release -> PolicyRelease.of(release.title(), release.pcrs(), wanted))
                        .toList());
        if (administrator.isPresent()) {
            policy = policy.withAdministrator(new IamArn(administrator.get()));
        }
        return operator.isPresent() ? policy.withOperator(new IamArn(operator.get())) : policy;
    }

    private List<Release> chosen(VerifiedList list, Instant now) throws CommandException {
        List<Release> chosen = new ArrayList<>();
        for (Release release : list.list().releases()) {
            if (!isNamed(release)) {
                continue;
            }
            if (release.status() != ReleaseStatus.REVOKED && release.isInForce(now)) {
                chosen.add(release);
            } else {
                terminal.warn(release.title() + " is left out: it is not accepted now");
            }
        }
        for (String name : names) {
            if (list.list().releases().stream().noneMatch(release -> isNamed(release, name))) {
                throw CommandException.usage(
                        "--release " + name + " is not in the list", "'amesh release show' lists what is");
            }
        }
        if (chosen.isEmpty()) {
            throw CommandException.usage("no release of the list is accepted now", "nothing was printed");
        }
        return chosen;
    }

    private boolean isNamed(Release release) {
        return names.isEmpty() || names.stream().anyMatch(name -> isNamed(release, name));
    }

    private static boolean isNamed(Release release, String name) {
        return release.name().equals(name) || release.title().equals(name);
    }
}
