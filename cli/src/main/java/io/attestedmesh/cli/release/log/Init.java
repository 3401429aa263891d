package io.attestedmesh.cli.release.log;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.NoteSigners;
import io.attestedmesh.releases.log.NoteSigner;
import io.attestedmesh.releases.log.TileLog;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release log init}. */
@Command(
        name = "init",
        description = {
            "Begin an empty log in a folder, which any static file server can then serve (C2SP tlog-tiles).",
            "A folder that holds a log is never overwritten."
        },
        sortOptions = false,
        footer = {
            "",
            "Example:",
            "  amesh release log init log --origin acme.example/releases --key keys/acme.example_releases.key"
        })
final class Init implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Folder to make.")
    private Path folder;

    @Option(names = "--origin", required = true, paramLabel = "NAME", description = "Name of the log, that of its key.")
    private String origin;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "Private key of the log.")
    private Path key;

    @Mixin
    private Passwords passwords;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Init(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run() throws CommandException, IOException {
        NoteSigner signer = NoteSigners.open(origin, key, passwords, terminal);
        try {
            TileLog.create(folder, signer, terminal.clock());
        } catch (FileAlreadyExistsException e) {
            throw CommandException.failed(folder + " holds a log already", "'amesh release log show' shows it", e);
        }
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("folder", folder);
            line.put("origin", origin);
            line.put("vkey", signer.key().vkey());
            terminal.json(line);
        } else {
            terminal.print(signer.key().vkey());
        }
        terminal.say("Log " + origin + " in " + folder + ", empty; next: amesh root init … --log with that vkey,"
                + " then amesh release publish --log " + folder);
        return ExitStatus.DONE;
    }
}
