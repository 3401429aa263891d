package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code amesh release deprecate}. */
@Command(
        name = "deprecate",
        description = "Say in a draft that a release is on its way out: still accepted, with a warning.",
        sortOptions = false,
        footer = {"", "Example:", "  amesh release deprecate draft.json kms-core 1.4.1"})
final class Deprecate extends DraftVerb {
    @Parameters(index = "1", paramLabel = "NAME", description = "The program.")
    private String name;

    @Parameters(index = "2", paramLabel = "VERSION", description = "Its version.")
    private String version;

    Deprecate(Terminal terminal) {
        super(terminal);
    }

    @Override
    Edit edit(Draft draft) throws CommandException {
        Release release = draft.release(name, version);
        if (release.status() == ReleaseStatus.REVOKED) {
            throw CommandException.usage(
                    release.title() + " is revoked, and deprecating it would bring it back",
                    "to bring it back all the same, remove it and add it again");
        }
        return new Edit(draft.changing(release, Release::deprecated), release);
    }

    @Override
    String done() {
        return "deprecated";
    }
}
