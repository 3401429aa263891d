package io.attestedmesh.cli.release;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.document.Times;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.list.Revocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code amesh release revoke}. */
@Command(
        name = "revoke",
        description = {
            "Say in a draft that a release is refused from now on, whatever else the list says of the same code.",
            "Once the list is published, nodes drop peers that run it."
        },
        sortOptions = false,
        footer = {"", "Example:", "  amesh release revoke draft.json kms-core 1.4.1 --reason \"CVE-2026-0001\""})
final class Revoke extends DraftVerb {
    @Parameters(index = "1", paramLabel = "NAME", description = "The program.")
    private String name;

    @Parameters(index = "2", paramLabel = "VERSION", description = "Its version.")
    private String version;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, on one line.")
    private String reason;

    Revoke(Terminal terminal) {
        super(terminal);
    }

    @Override
    Edit edit(Draft draft) throws CommandException {
        Release release = draft.release(name, version);
        if (release.status() == ReleaseStatus.REVOKED) {
            throw CommandException.usage(
                    release.title() + " is revoked already, since "
                            + release.revocation().orElseThrow().at(),
                    "");
        }
        Revocation why = revocation();
        return new Edit(draft.changing(release, each -> each.revoked(why)), release);
    }

    private Revocation revocation() throws CommandException {
        if (reason.indexOf('\uFFFD') >= 0) {
            throw CommandException.usage(
                    "--reason has characters that this locale does not have", "set LC_ALL=C.UTF-8, or use ASCII");
        }
        try {
            return new Revocation(Times.seconds(terminal.clock().instant()), reason);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--reason: " + e.getMessage(), "", e);
        }
    }

    @Override
    String done() {
        return "revoked";
    }
}
