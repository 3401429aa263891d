package io.attestedmesh.cli.release.log;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Passwords;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.NoteSigners;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.log.NoteSigner;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.log.TileLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release log rotate}. */
@Command(
        name = "rotate",
        description = {
            "Let another key of the log go on: hash all of it again, and sign its checkpoint with that key too.",
            "Clients take checkpoints by the new key once they have a trust root that names it, which comes with the",
            "next bundle: amesh root next --log VKEY, then amesh release publish."
        },
        sortOptions = false,
        footer = {"", "Example:", "  amesh release log rotate log --root root.1.json --key keys/new.key"})
final class Rotate implements Verb {
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Folder of the log.")
    private Path folder;

    @Mixin
    private LogFolder log;

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "Private key that goes on.")
    private Path key;

    @Mixin
    private Passwords passwords;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    Rotate(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public ExitStatus run()
            throws CommandException, IOException, RejectedReleasesException, MalformedReleasesException {
        List<NoteKey> before = log.keys();
        if (before.isEmpty()) {
            throw CommandException.usage(
                    "nothing says whose log it is", "give --root ROOT, which names its key until now, or --vkey VKEY");
        }
        TileLog tiles = LogFolder.open(folder);
        NoteSigner signer = NoteSigners.open(before.get(0).name(), key, passwords, terminal);
        SignedCheckpoint signed = LogFolder.sound(folder, () -> tiles.rotate(before, signer, terminal.clock()));
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("folder", folder);
            line.put("origin", signer.key().name());
            line.put("size", signed.checkpoint().size());
            line.put("vkey", signer.key().vkey());
            terminal.json(line);
        } else {
            terminal.print(signer.key().vkey());
        }
        terminal.say("Log " + signer.key().name() + " goes on with that key at size "
                + signed.checkpoint().size() + "; next: amesh release publish with a root that names it");
        return ExitStatus.DONE;
    }
}
