package io.attestedmesh.cli.trust;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.ReleasesSection;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.trust.Requirements;
import java.io.IOException;
import java.nio.file.Path;

/** The trust root that was given, and what else is asked of lists under it. */
public final class TrustAnchor {
    private TrustAnchor() {}

    /** Reads a signed trust root, whose own threshold must have signed it. */
    public static SignedRoot read(Path file) throws IOException, CommandException {
        try {
            return SignedRoot.of(InputFile.read(file).root());
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(file + ": " + e.getMessage(), "'amesh root show' reads trust roots", e);
        } catch (RejectedReleasesException e) {
            throw CommandException.rejected(
                    file + " is not signed as a trust root must be",
                    e.reason().name(),
                    e.expected(),
                    e.actual(),
                    "the threshold of its own keys has to sign it: 'amesh root sign'");
        }
    }

    static Requirements requirements(ReleasesSection section) throws IOException, CommandException {
        Requirements least = Requirements.of(read(section.root())).withMinimumVersion(section.minimumVersion());
        Requirements logged = section.requireInclusion() ? least.requiringInclusion() : least;
        return section.maxCheckpointAge().isPresent()
                ? logged.withMaxCheckpointAge(section.maxCheckpointAge().get())
                : logged;
    }
}
