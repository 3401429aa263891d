package io.attestedmesh.cli.tunnel;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.tunnel.PeerRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** Who, of the peers that the configuration accepts, may use the tunnel. */
final class AccessOptions {
    private static final String HINT = "say --allow-dns NAME, --allow-cn NAME or --releases RELEASE: docs/tunnel.md";

    @Option(
            names = "--allow-dns",
            paramLabel = "NAME",
            split = ",",
            description = "Let in the peer that proves this name, repeatable.")
    private List<String> names = List.of();

    @Option(
            names = "--allow-cn",
            paramLabel = "NAME",
            split = ",",
            description = "The same, if the CN of its certificate is this name too, repeatable.")
    private List<String> commonNames = List.of();

    @Option(
            names = "--releases",
            paramLabel = "RELEASE",
            split = ",",
            description = "Let in code of this release alone, as the list of releases calls it, repeatable.")
    private List<String> releases = List.of();

    @Option(
            names = "--insecure-allow-any",
            description = "Let in every peer that the configuration accepts, whoever it is.")
    private boolean any;

    /** Empty if no rule was given. */
    Optional<AccessRule> rule() throws CommandException {
        boolean some = !(names.isEmpty() && commonNames.isEmpty() && releases.isEmpty());
        if (any && some) {
            throw CommandException.usage(
                    "--insecure-allow-any makes the other rules void", "leave it out, or leave them out");
        }
        for (String word : List.of("--allow-dns", "--allow-cn", "--releases")) {
            if (of(word).stream().anyMatch(String::isBlank)) {
                throw CommandException.usage(word + " is empty", HINT);
            }
        }
        if (any) {
            return Optional.of(AccessRule.EVERY_VERIFIED_PEER);
        }
        return some
                ? Optional.of(new PeerRule(Set.copyOf(names), Set.copyOf(commonNames), Set.copyOf(releases)))
                : Optional.empty();
    }

    private List<String> of(String option) {
        return switch (option) {
            case "--allow-dns" -> names;
            case "--allow-cn" -> commonNames;
            default -> releases;
        };
    }

    /** Without one, nobody said who may come in. */
    AccessRule required() throws CommandException {
        return rule().orElseThrow(() -> CommandException.usage("there is no rule who may use this tunnel", HINT));
    }

    boolean isAny() {
        return any;
    }
}
