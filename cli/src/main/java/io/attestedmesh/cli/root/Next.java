package io.attestedmesh.cli.root;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.PublicKeys;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh root next}. */
@Command(
        name = "next",
        description = {
            "Draft the version after a trust root: a key more or less, another threshold or log, a later expiry.",
            "What is not given stays. The threshold of the root before and its own must sign it."
        },
        sortOptions = false,
        footer = {
            "",
            "Example (bob's key is lost):",
            "  amesh root next root.1.json --remove-key bob --add-key dave=dave.pub --out root.json",
            "",
            "A change of keys or threshold lets clients forget the highest list version that they have seen;",
            "--minimum-list-version is what then keeps older lists out."
        })
final class Next implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "ROOT", description = "The signed trust root before, or a bundle: the newest in it.")
    private Path file;

    @Option(names = "--add-key", paramLabel = "NAME=FILE", description = "Somebody who signs from now on; repeated.")
    private List<String> added = List.of();

    @Option(names = "--remove-key", paramLabel = "NAME", description = "Whose signature counts no longer; repeated.")
    private List<String> removed = List.of();

    @Option(names = "--threshold", paramLabel = "K", description = "How many must sign.")
    private Optional<Integer> threshold = Optional.empty();

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            defaultValue = "365d",
            description = "When no list under it counts any more: from now (365d, default), or 2026-01-31T12:00:00Z.")
    private String expires;

    @Option(names = "--minimum-list-version", paramLabel = "N", description = "Lists of lower versions are refused.")
    private Optional<Long> minimumListVersion = Optional.empty();

    @Mixin
    private LogOptions log;

    @Option(names = "--no-log", description = "Name no log any more.")
    private boolean noLog;

    @Mixin
    private Destination destination;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Next(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        destination.refuseTaken(destination.required());
        TrustRoot before = Roots.newest(InputFile.read(file));
        Instant now = Times.seconds(terminal.clock().instant());
        Instant until = Times.until("--expires", expires, now);
        List<NamedKey> keys = keys(before);
        int needed = threshold.orElse(before.keys().threshold());
        Optional<LogTrust> shownBy = noLog ? log.over(Optional.empty()) : log.over(before.log());
        TrustRoot next = RootDraft.checked(() -> new TrustRoot(
                before.list(),
                before.version() + 1,
                now,
                until,
                RootDraft.keys(keys, needed, terminal),
                minimumListVersion.orElse(before.minimumListVersion()),
                shownBy));
        warn(before, next);
        RootDraft.write(next, destination, terminal, json);
        return ExitStatus.DONE;
    }

    private List<NamedKey> keys(TrustRoot before) throws CommandException, IOException {
        List<NamedKey> keys = new ArrayList<>(before.keys().keys());
        for (String name : removed) {
            if (!keys.removeIf(key -> key.name().equals(name))) {
                throw CommandException.usage(
                        "--remove-key " + name + ": the root has no such key",
                        "it has "
                                + before.keys().keys().stream()
                                        .map(NamedKey::name)
                                        .collect(Collectors.joining(", ")));
            }
        }
        for (String typed : added) {
            keys.add(PublicKeys.named("--add-key", typed));
        }
        return keys;
    }

    private void warn(TrustRoot before, TrustRoot next) {
        if (next.minimumListVersion() < before.minimumListVersion()) {
            terminal.warn("the lowest list version goes down from " + before.minimumListVersion() + " to "
                    + next.minimumListVersion());
        }
        if (!before.keys().sameAuthorityAs(next.keys()) && minimumListVersion.isEmpty()) {
            terminal.warn("keys or threshold change, so clients forget the list version they have seen: lists from "
                    + next.minimumListVersion() + " on are accepted (--minimum-list-version)");
        }
        if (before.log().isPresent() && next.log().isEmpty()) {
            terminal.warn("lists under this root need not be in any log");
        }
    }
}
