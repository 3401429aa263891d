package io.attestedmesh.cli.document;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The trust roots of several files, each version once, by ascending version. */
public final class RootFiles {
    private final Map<Long, SignedEnvelope> byVersion = new TreeMap<>();

    /** Signed roots, and all those of bundles. */
    public static RootFiles read(List<Path> files)
            throws IOException, CommandException, RejectedReleasesException, MalformedReleasesException {
        RootFiles roots = new RootFiles();
        for (Path file : files) {
            roots.add(InputFile.read(file).roots());
        }
        return roots;
    }

    /** Two of one version that differ are a fork; signatures of one that was met twice are put together. */
    public RootFiles add(List<SignedEnvelope> roots) throws RejectedReleasesException, MalformedReleasesException {
        for (SignedEnvelope root : roots) {
            long version = TrustRoot.parse(root.payload()).version();
            SignedEnvelope same = byVersion.get(version);
            if (same != null && !same.payload().equals(root.payload())) {
                throw new RejectedReleasesException(
                        ReleasesReason.ROOT_FORK,
                        "one trust root of version " + version,
                        "two, with SHA-384 " + digest(same) + " and " + digest(root));
            }
            byVersion.put(version, same == null ? root : same.merge(root));
        }
        return this;
    }

    private static Bytes digest(SignedEnvelope root) {
        return root.payloadDigest();
    }

    public List<SignedEnvelope> envelopes() {
        return List.copyOf(byVersion.values());
    }

    /** The lowest version, where a walk begins; its own threshold must have signed it. */
    public SignedRoot first() throws RejectedReleasesException, MalformedReleasesException {
        return SignedRoot.of(envelopes().get(0));
    }

    /** The highest version, not verified. */
    public TrustRoot newest() throws MalformedReleasesException {
        List<SignedEnvelope> all = envelopes();
        return TrustRoot.parse(all.get(all.size() - 1).payload());
    }
}
