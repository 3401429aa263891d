package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.RootFiles;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.cli.trust.ClientState;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.trust.Bundle;
import io.attestedmesh.releases.trust.Requirements;
import io.attestedmesh.releases.trust.SeenCheckpoint;
import io.attestedmesh.releases.trust.TrustedReleases;
import io.attestedmesh.releases.trust.VerifiedList;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release verify}. */
@Command(
        name = "verify",
        description = {
            "Verify a bundle, or a signed list, as a client does that trusts this root (docs/releases.md, steps 1 to 9).",
            "With --state it remembers as a client does: nothing older is accepted the next time."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh release verify bundle.json --root root.1.json",
            "  amesh release verify bundle.json --root root.1.json --max-checkpoint-age 1d --state seen.json",
            "",
            "Exit status: 0 accepted, 1 rejected, 2 malformed, 3 unreadable."
        })
final class Verify implements Verb {
    private static final Duration SOON = Duration.ofDays(7);

    private final Terminal terminal;

    @Parameters(paramLabel = "LIST", description = "A bundle, or a signed list.")
    private Path file;

    @Option(
            names = "--root",
            required = true,
            paramLabel = "ROOT",
            description =
                    "The trust root that is trusted because it was given; with a list by itself, also those after it.")
    private List<Path> roots = List.of();

    @Option(names = "--state", paramLabel = "FILE", description = "What was seen before; written after it.")
    private Optional<Path> state = Optional.empty();

    @Option(
            names = "--minimum-version",
            paramLabel = "N",
            defaultValue = "1",
            description = "Lists of lower versions are refused.")
    private long minimumVersion;

    @Option(names = "--require-inclusion", description = "The list must be shown to be in the log.")
    private boolean requireInclusion;

    @Option(
            names = "--max-checkpoint-age",
            paramLabel = "SPAN",
            description = "The log's checkpoint must be this recent: 36h, 7d. Requires inclusion.")
    private Optional<String> maxCheckpointAge = Optional.empty();

    @Option(names = "--at", paramLabel = "TIME", description = "As of when, 2026-01-31T12:00:00Z (default: now).")
    private Optional<String> at = Optional.empty();

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Verify(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run()
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        Instant now = at.isPresent()
                ? Times.instant("--at", at.get())
                : terminal.clock().instant();
        InputFile input = InputFile.read(file);
        RootFiles given = RootFiles.read(roots);
        Requirements requirements = requirements(given);
        Bundle bundle = bundle(input, given);
        String what = "--state " + state.map(Path::toString).orElse("");
        try (TrustedReleases client = ClientState.open(requirements, state, what, Clock.fixed(now, ZoneOffset.UTC))) {
            client.offer(bundle.encode());
            accepted(client.current().orElseThrow(), now);
            return ExitStatus.DONE;
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(file + ": " + e.getMessage(), "", e);
        } catch (RejectedReleasesException e) {
            throw rejected(e);
        }
    }

    private Requirements requirements(RootFiles given)
            throws CommandException, RejectedReleasesException, MalformedReleasesException {
        if (minimumVersion < 1) {
            throw CommandException.usage(
                    "--minimum-version " + minimumVersion + " is no version of a list", "1 or more");
        }
        Requirements least = Requirements.of(given.first()).withMinimumVersion(minimumVersion);
        Requirements logged = requireInclusion ? least.requiringInclusion() : least;
        return maxCheckpointAge.isPresent()
                ? logged.withMaxCheckpointAge(Times.span("--max-checkpoint-age", maxCheckpointAge.get()))
                : logged;
    }

    private static Bundle bundle(InputFile input, RootFiles given) throws CommandException {
        return switch (input.kind()) {
            case BUNDLE -> input.bundle();
            case SIGNED_LIST -> new Bundle(given.envelopes(), input.list(), Optional.empty());
            default -> throw input.unexpected("a bundle or a signed list");
        };
    }

    private void accepted(VerifiedList list, Instant now) throws RejectedReleasesException {
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file);
            line.put("result", "accepted");
            line.put("list", list.list().name());
            line.put("version", list.version());
            line.put("sha384", list.payloadDigest().hex());
            line.put("expiresAt", list.list().expiresAt());
            line.put("rootVersion", list.root().version());
            line.put("signers", list.signers().stream().map(NamedKey::name).toList());
            line.put("threshold", list.root().root().keys().threshold());
            line.put(
                    "checkpointSize",
                    list.checkpoint().map(seen -> seen.checkpoint().size()));
            line.put("checkpointTime", list.checkpoint().flatMap(SeenCheckpoint::time));
            terminal.json(line);
        } else {
            terminal.print("accepted " + file + ": " + ListWords.title(list.list()) + ", signed by " + signers(list)
                    + " (" + list.root().root().keys().threshold() + " needed), " + ListWords.releases(list.list())
                    + ", expires " + list.list().expiresAt() + ", "
                    + list.checkpoint().map(Verify::words).orElse("no log looked at"));
        }
        if (list.list().expiresAt().isBefore(now.plus(SOON))) {
            terminal.warn("the list expires " + Times.relative(list.list().expiresAt(), now));
        }
    }

    private static String signers(VerifiedList list) {
        return list.signers().stream().map(NamedKey::name).collect(Collectors.joining(", "));
    }

    private static String words(SeenCheckpoint seen) {
        return "in the log " + seen.checkpoint().origin() + " at size "
                + seen.checkpoint().size()
                + seen.time().map(time -> ", checkpoint of " + time).orElse("");
    }

    private CommandException rejected(RejectedReleasesException refused) {
        if (!json) {
            terminal.print("rejected " + file);
        }
        return CommandException.rejected(
                file + " is refused",
                refused.reason().name(),
                refused.expected(),
                refused.actual(),
                "docs/releases.md, \"Verification\", has the rule");
    }
}
