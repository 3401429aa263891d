package io.attestedmesh.cli.trust;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.document.FileKind;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.trust.Bundle;
import io.attestedmesh.releases.trust.BundleVerifier;
import io.attestedmesh.releases.trust.Requirements;
import io.attestedmesh.releases.trust.VerifiedList;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A bundle, or a signed list by itself, verified as by a client that has seen nothing before. */
public final class ListFile {
    private ListFile() {}

    public static VerifiedList verify(Path file, SignedRoot anchor, Instant at)
            throws IOException, CommandException, RejectedReleasesException {
        InputFile input = InputFile.read(file);
        try {
            Bundle bundle = input.kind() == FileKind.SIGNED_LIST
                    ? new Bundle(List.of(anchor.envelope()), input.list(), Optional.empty())
                    : input.bundle();
            return new BundleVerifier(Requirements.of(anchor)).verify(bundle, at);
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(file + ": " + e.getMessage(), "'amesh release show' reads lists", e);
        }
    }
}
