package io.attestedmesh.cli.release;

import io.attestedmesh.attest.file.LockFile;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.command.Verb;
import io.attestedmesh.cli.document.Destination;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.list.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A verb that changes one release of a draft in its file. */
abstract class DraftVerb implements Verb {
    final Terminal terminal;

    @Parameters(index = "0", paramLabel = "DRAFT", description = "The draft, which is changed in place.")
    private Path file;

    @Option(names = "--json", description = Verb.JSON)
    private boolean json;

    DraftVerb(Terminal terminal) {
        this.terminal = terminal;
    }

    /** A draft that was changed, and the release that it was about. */
    record Edit(Draft draft, Release release) {}

    abstract Edit edit(Draft draft) throws CommandException, IOException, RejectedReleasesException;

    /** What was done, after the release's title: {@code "added"}. */
    abstract String done();

    @Override
    public final ExitStatus run() throws CommandException, IOException, RejectedReleasesException {
        Path draft = Destination.real(file);
        Edit edit;
        try (LockFile lock = Destination.lock(draft)) {
            edit = edit(Draft.open(draft));
            lock.requireHeld();
            edit.draft.write();
        }
        String title = edit.release.title();
        int count = edit.draft.list().releases().size();
        if (json) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("file", file);
            line.put("name", edit.release.name());
            line.put("version", edit.release.version());
            line.put("done", done());
            line.put("releases", count);
            terminal.json(line);
        } else {
            terminal.print(title + " " + done());
        }
        terminal.say("Version " + edit.draft.list().version() + " of "
                + edit.draft.list().name() + " has " + ListWords.releases(edit.draft.list())
                + "; next: more changes, or amesh release sign " + file + " --key KEY");
        return ExitStatus.DONE;
    }
}
