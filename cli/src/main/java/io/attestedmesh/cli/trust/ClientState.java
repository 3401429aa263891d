package io.attestedmesh.cli.trust;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.trust.Requirements;
import io.attestedmesh.releases.trust.TrustedReleases;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** What a client remembers, out of the file that somebody named. */
public final class ClientState {
    private ClientState() {}

    /**
     * Opens it, or begins where there is none.
     *
     * @param what the file by the words of whoever named it, as in {@code --state seen.json}
     */
    public static TrustedReleases open(Requirements requirements, Optional<Path> state, String what, Clock clock)
            throws IOException, CommandException {
        try {
            return TrustedReleases.open(requirements, state, clock);
        } catch (RejectedReleasesException e) {
            // What is no state may be a private key: whoever is told to delete it must know better.
            boolean isState = !(e.getCause() instanceof MalformedReleasesException);
            throw CommandException.rejected(
                    what + " cannot be used",
                    e.reason().name(),
                    e.expected(),
                    e.actual(),
                    isState
                            ? "is it of another trust root? without it, the client begins again from root and lowest version"
                            : "name the state of this client, or a file that is not there yet");
        }
    }
}
