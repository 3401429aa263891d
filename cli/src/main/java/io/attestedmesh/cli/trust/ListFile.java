package io.attestedmesh.cli.trust;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
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
        Bytes content = TrustAnchor.content(file);
        try {
            return new BundleVerifier(Requirements.of(anchor)).verify(bundle(content, anchor), at);
        } catch (MalformedReleasesException e) {
            throw CommandException.usage(file + ": " + e.getMessage(), "'amesh release show' reads lists", e);
        }
    }

    /** What is no envelope is read as a bundle, so of a file that is neither it is said why it is no bundle. */
    private static Bundle bundle(Bytes content, SignedRoot anchor) throws MalformedReleasesException {
        SignedEnvelope list;
        try {
            list = SignedEnvelope.parse(content);
        } catch (MalformedReleasesException noEnvelope) {
            return Bundle.parse(content);
        }
        return new Bundle(List.of(anchor.envelope()), list, Optional.empty());
    }
}
