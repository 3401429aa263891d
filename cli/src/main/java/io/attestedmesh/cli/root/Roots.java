package io.attestedmesh.cli.root;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.document.InputFile;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.TrustRoot;

/** Trust roots out of files, not verified. */
final class Roots {
    private Roots() {}

    /** The signed root of a file, or the one of the highest version in a bundle. */
    static TrustRoot newest(InputFile file) throws CommandException {
        TrustRoot newest = null;
        for (SignedEnvelope envelope : file.roots()) {
            TrustRoot root = parse(file, envelope);
            newest = newest == null || root.version() > newest.version() ? root : newest;
        }
        return newest;
    }

    static TrustRoot parse(InputFile file, SignedEnvelope envelope) throws CommandException {
        try {
            return TrustRoot.parse(envelope.payload());
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(file.path() + ": " + e.getMessage(), "", e);
        }
    }
}
