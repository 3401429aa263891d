package io.attestedmesh.cli.root;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.cli.document.PublicKeys;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh root init}. */
@Command(
        name = "init",
        description = {
            "Draft version 1 of a trust root: who signs a list, how many of them must, and which log shows it.",
            "Its own threshold signs it ('amesh root sign'); then it is given to clients by a way that they trust."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  amesh root init acme-kms --key alice=alice.pub --key bob=bob.pub --key carol=carol.pub \\",
            "      --threshold 2 --log log.vkey --out root.json"
        })
final class Init implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "LISTNAME", description = "Name of the one list that it is about.")
    private String list;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "NAME=FILE",
            description = "Somebody who signs, and the file with the public key; repeated.")
    private List<String> keys = List.of();

    @Option(names = "--threshold", required = true, paramLabel = "K", description = "How many of them must sign.")
    private int threshold;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            defaultValue = "365d",
            description = "When no list under it counts any more: from now (365d, default), or 2026-01-31T12:00:00Z.")
    private String expires;

    @Option(
            names = "--minimum-list-version",
            paramLabel = "N",
            defaultValue = "1",
            description = "Lists of lower versions are refused (default: 1).")
    private long minimumListVersion;

    @Mixin
    private LogOptions log;

    @Mixin
    private Destination destination;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Init(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        destination.refuseTaken(destination.required());
        Instant now = Times.seconds(terminal.clock().instant());
        Instant until = Times.until("--expires", expires, now);
        List<NamedKey> named = new ArrayList<>();
        for (String typed : keys) {
            named.add(PublicKeys.named("--key", typed));
        }
        Optional<LogTrust> shownBy = log.over(Optional.empty());
        TrustRoot root = RootDraft.checked(() -> new TrustRoot(
                list, 1, now, until, RootDraft.keys(named, threshold, terminal), minimumListVersion, shownBy));
        RootDraft.write(root, destination, terminal, json);
        return ExitStatus.DONE;
    }
}
