package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code amesh release remove}. */
@Command(
        name = "remove",
        description = {
            "Take a release out of a draft. Its code is then unknown, and refused as such.",
            "A revoked release is better left in: it also beats another entry of the same code, and says why."
        },
        sortOptions = false,
        footer = {"", "Example:", "  amesh release remove draft.json kms-core 1.3.0"})
final class Remove extends DraftVerb {
    @Parameters(index = "1", paramLabel = "NAME", description = "The program.")
    private String name;

    @Parameters(index = "2", paramLabel = "VERSION", description = "Its version.")
    private String version;

    Remove(Terminal terminal) {
        super(terminal);
    }

    @Override
    Edit edit(Draft draft) throws CommandException {
        Release release = draft.release(name, version);
        if (release.status() == ReleaseStatus.REVOKED) {
            terminal.warn(release.title() + " was revoked: without its entry, an equal one would be accepted");
        }
        return new Edit(draft.without(release), release);
    }

    @Override
    String done() {
        return "removed";
    }
}
