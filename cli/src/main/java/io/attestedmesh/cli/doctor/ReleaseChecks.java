package io.attestedmesh.cli.doctor;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.ReleasesSection;
import io.attestedmesh.cli.trust.FollowedList;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.trust.VerifiedList;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The list of releases: is there one, is it accepted beside what the node has seen, and how long does it last. */
final class ReleaseChecks {
    private static final String CHECK = "releases";
    /** Time to collect signatures. */
    private static final Duration SOON = Duration.ofDays(7);

    private final MeshConfig config;
    private final Clock clock;

    ReleaseChecks(MeshConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    List<Finding> all() {
        if (config.attestation().insecureAnyRelease()) {
            return List.of(Finding.warning(
                    CHECK, "any code of peers is accepted", "name a signed list in [releases] instead"));
        }
        if (config.releases().isEmpty()) {
            return List.of(Finding.ok(CHECK, "no list configured"));
        }
        ReleasesSection section = config.releases().get();
        List<Finding> findings = new ArrayList<>();
        if (section.state().isEmpty()) {
            findings.add(Finding.warning(
                    CHECK + " state",
                    "none: after a restart, only root and minimum-version stop an older list",
                    "set [releases] state"));
        }
        section.state().map(file -> file.toAbsolutePath().getParent()).ifPresent(folder -> {
            if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
                findings.add(Finding.fault(
                        CHECK + " state",
                        folder + " is no folder that can be written to",
                        "make it, or set [releases] state to another place"));
            }
        });
        try (FollowedList list = FollowedList.openBeside(section, clock)) {
            findings.addAll(published(list));
        } catch (CommandException e) {
            findings.add(Finding.fault(CHECK, said(e), e.hint()));
        } catch (IOException e) {
            findings.add(Finding.fault(CHECK, "cannot be read: " + e.getMessage(), "correct [releases]"));
        }
        return findings;
    }

    private static String said(CommandException e) {
        return e.details().isEmpty()
                ? e.getMessage()
                : e.getMessage() + ": " + String.join(", ", e.details().values());
    }

    private List<Finding> published(FollowedList following) {
        try {
            VerifiedList list = following.fetch();
            return List.of(list(list), root(list));
        } catch (IOException e) {
            return List.of(Finding.fault(
                    CHECK,
                    "cannot be fetched from " + following.source().describe() + ": " + e.getMessage(),
                    "correct [releases] source, or start its server"));
        } catch (MalformedReleasesException e) {
            return List.of(Finding.fault(
                    CHECK,
                    following.source().describe() + ": " + e.getMessage(),
                    "'amesh release publish' makes bundles"));
        } catch (RejectedReleasesException e) {
            return List.of(Finding.fault(
                    CHECK,
                    following.source().describe() + " is refused: " + e.reason().name() + ": expected " + e.expected()
                            + ", actual " + e.actual(),
                    "docs/releases.md says what each reason means"));
        }
    }

    private Finding list(VerifiedList list) {
        String what = list.list().name() + " version " + list.version() + ", "
                + list.list().releases().size() + " releases, signed by "
                + list.signers().stream().map(key -> key.name()).collect(Collectors.joining(", "));
        return lasting(CHECK, what, list.list().expiresAt(), "publish the next version: 'amesh release'");
    }

    private Finding root(VerifiedList list) {
        return lasting(
                "trust root",
                "version " + list.root().version(),
                list.root().root().expiresAt(),
                "sign the next one: 'amesh root'");
    }

    private Finding lasting(String check, String what, Instant end, String hint) {
        boolean soon = Duration.between(clock.instant(), end).compareTo(SOON) < 0;
        String until = what + ", until " + end;
        return soon ? Finding.warning(check, until, hint) : Finding.ok(check, until);
    }
}
