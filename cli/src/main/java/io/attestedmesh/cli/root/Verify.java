package io.attestedmesh.cli.root;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.Progress;
import io.attestedmesh.cli.document.RootWords;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.RootChain;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh root verify}. */
@Command(
        name = "verify",
        description = {
            "Walk from a trust root to the newest, as clients do.",
            "Each version has to be signed by its own threshold and by that of the one before. Without --anchor, the lowest version given is where the walk begins, trusted as it is."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh root verify root.1.json",
            "  amesh root verify root.2.json root.3.json --anchor root.1.json",
            "",
            "Exit status: 0 the newest is in force, 1 refused, 2 malformed, 3 unreadable."
        })
final class Verify implements Verb {
    private static final Duration SOON = Duration.ofDays(30);

    private final Terminal terminal;

    @Parameters(paramLabel = "ROOT", arity = "1..*", description = "Signed roots in any order, or a bundle.")
    private List<Path> files;

    @Option(names = "--anchor", paramLabel = "ROOT", description = "The root that is trusted because it was given.")
    private Optional<Path> anchor = Optional.empty();

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
        List<SignedEnvelope> offered = new ArrayList<>();
        for (Path file : files) {
            offered.addAll(InputFile.read(file).roots());
        }
        SignedRoot first = SignedRoot.of(anchor.isPresent() ? anchor(anchor.get()) : lowest(offered));
        SignedRoot newest = RootChain.walk(first, offered);
        printChain(first, offered, now);
        newest.requireNotExpired(now);
        Instant end = newest.root().expiresAt();
        if (end.isBefore(now.plus(SOON))) {
            terminal.warn("trust root " + newest.version() + " expires " + end + ", " + Times.relative(end, now)
                    + ": make the next one");
        }
        terminal.say("Version " + newest.version() + " of " + newest.root().list() + " is in force"
                + (anchor.isPresent() ? "" : ", if version " + first.version() + " is trusted") + ".");
        return ExitStatus.DONE;
    }

    private static SignedEnvelope anchor(Path file) throws CommandException, IOException {
        InputFile input = InputFile.read(file);
        List<SignedEnvelope> roots = input.roots();
        if (roots.size() != 1) {
            throw input.unexpected("one signed trust root");
        }
        return roots.get(0);
    }

    private static SignedEnvelope lowest(List<SignedEnvelope> offered) throws MalformedReleasesException {
        SignedEnvelope lowest = null;
        long version = Long.MAX_VALUE;
        for (SignedEnvelope envelope : offered) {
            long each = TrustRoot.parse(envelope.payload()).version();
            if (each < version) {
                version = each;
                lowest = envelope;
            }
        }
        return lowest;
    }

    /** The walk has passed: from the anchor on, each version is there once and its signatures count. */
    private void printChain(SignedRoot first, List<SignedEnvelope> offered, Instant now)
            throws MalformedReleasesException, RejectedReleasesException {
        Map<Long, SignedEnvelope> chain = new TreeMap<>();
        for (SignedEnvelope envelope : offered) {
            chain.put(TrustRoot.parse(envelope.payload()).version(), envelope);
        }
        chain.keySet().removeIf(version -> version < first.version());
        chain.put(first.version(), first.envelope());
        Optional<TrustRoot> before = Optional.empty();
        for (SignedEnvelope envelope : chain.values()) {
            TrustRoot root = TrustRoot.parse(envelope.payload());
            print(RootProgress.of(envelope, root, before), now);
            before = Optional.of(root);
        }
    }

    private void print(RootProgress found, Instant now) {
        TrustRoot root = found.root();
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("list", root.list());
            line.put("version", root.version());
            line.put("expiresAt", root.expiresAt());
            line.put("own", found.own().view());
            line.put("previous", found.before().map(Progress::view));
            terminal.json(line);
            return;
        }
        terminal.print(RootWords.title(root) + ": " + margin(found.own())
                + found.before()
                        .map(old -> "; by the keys of version " + (root.version() - 1) + " " + margin(old))
                        .orElse("")
                + "; expires " + root.expiresAt() + ", " + Times.relative(root.expiresAt(), now));
    }

    /** How many signatures could be taken away, and how many keys lost, before nothing can be signed any more. */
    private static String margin(Progress progress) {
        int spare = progress.signers().size() - progress.keys().threshold();
        int keys = progress.keys().keys().size();
        return progress.words() + ", " + spare + " to spare, " + keys + " keys of which "
                + (keys - progress.keys().threshold()) + " may be lost";
    }
}
