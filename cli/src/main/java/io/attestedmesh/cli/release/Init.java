package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.list.ReleaseList;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release init}. */
@Command(
        name = "init",
        description = {
            "Begin a draft of a release list: version 1 of a new list, or the version after one that is there.",
            "The draft is the very JSON that will be signed (docs/releases.md)."
        },
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  amesh release init acme-kms --expires 30d --out draft.json",
            "  amesh release init acme-kms --from bundle.json --out draft.json"
        })
final class Init implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "LISTNAME", description = "Name of the list, as the trust root has it.")
    private String name;

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            defaultValue = "30d",
            description = "When nothing of it counts any more: from now (30d, default), or 2026-01-31T12:00:00Z.")
    private String expires;

    @Option(
            names = "--from",
            paramLabel = "LIST",
            description = "The list before: a bundle, a signed list or a draft. Its releases are taken over.")
    private Optional<Path> from = Optional.empty();

    @Mixin
    private Destination destination;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Init(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        Path file = destination.required();
        Instant now = Times.seconds(terminal.clock().instant());
        ReleaseList draft = draft(now, Times.until("--expires", expires, now));
        destination.write(file, Draft.encoded(draft));
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file);
            line.put("list", draft.name());
            line.put("version", draft.version());
            line.put("expiresAt", draft.expiresAt());
            line.put("releases", draft.releases().size());
            terminal.json(line);
        } else {
            terminal.print(file.toString());
        }
        terminal.say("Draft of " + ListWords.title(draft) + " with " + ListWords.releases(draft) + ", expires "
                + draft.expiresAt() + "; next: amesh release add " + file + " --name NAME --version VERSION …");
        return ExitStatus.DONE;
    }

    private ReleaseList draft(Instant now, Instant until) throws CommandException, IOException {
        if (from.isEmpty()) {
            return Draft.made(() -> new ReleaseList(name, 1, now, until, List.of()));
        }
        ReleaseList before = InputFile.read(from.get()).releases();
        if (!before.name().equals(name)) {
            throw CommandException.usage(
                    from.get() + " is a list of " + before.name() + ", not of " + name, "name the list that it is");
        }
        return Draft.made(() -> before.next(now, until, before.releases()));
    }
}
