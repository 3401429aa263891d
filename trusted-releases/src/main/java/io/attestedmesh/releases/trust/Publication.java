package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.ReleasesReason.CHECKPOINT_UNSIGNED;
import static io.attestedmesh.releases.ReleasesReason.INCLUSION_MISSING;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LOG;

import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.log.NoteSigner;
import io.attestedmesh.releases.log.TileLog;
import io.attestedmesh.releases.root.LogTrust;
import io.attestedmesh.releases.root.RootChain;
import io.attestedmesh.releases.root.SignedRoot;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The publisher's side: a list goes into the log, and then out as a bundle. What a client with these roots would refuse is
 * refused here first, for what is in a log stays there.
 *
 * <pre>{@code
 * Publication publication = new Publication(roots, clock);
 * publication.enter(list, log, logKey);
 * // with witnesses, now is the time to ask them: log.addCosignature(witness, cosignature)
 * Files.write(file, publication.bundle(list, log).encode().toByteArray());
 * }</pre>
 */
public final class Publication {
    private final List<SignedEnvelope> roots;
    private final SignedRoot first;
    private final Clock clock;

    /**
     * A publication under the newest of some roots.
     *
     * @param roots by ascending version, from the oldest that a client may have built in to the newest
     */
    public Publication(List<SignedEnvelope> roots, Clock clock)
            throws MalformedReleasesException, RejectedReleasesException {
        this.roots = List.copyOf(roots);
        this.first = SignedRoot.of(roots.get(0));
        this.clock = clock;
    }

    /** The bundle of a list whose trust root names no log, or whose clients do not ask for one. */
    public Bundle bundle(SignedEnvelope list) throws MalformedReleasesException, RejectedReleasesException {
        return checked(new Bundle(roots, list, Optional.empty()), Requirements.of(first));
    }

    /**
     * Adds the list to the log, or finds it there.
     *
     * @return the index of its entry
     * @throws RejectedReleasesException also if the log has that version with another content, or a higher one
     */
    public long enter(SignedEnvelope list, TileLog log, NoteSigner signer)
            throws MalformedReleasesException, RejectedReleasesException, IOException {
        bundle(list);
        LogTrust named = RootChain.walk(first, roots)
                .root()
                .log()
                .orElseThrow(() -> new RejectedReleasesException(
                        WRONG_LOG, "a log that the trust root names", "a trust root that names none"));
        log.checkpoint().requireSignedBy(named.origin(), named.keys());
        if (!named.keys().contains(signer.key())) {
            throw new RejectedReleasesException(
                    CHECKPOINT_UNSIGNED,
                    "a key of the log that the trust root names",
                    signer.key().vkey());
        }
        return log.enter(entry(list), signer, clock);
    }

    /** The bundle of a list that is in the log, with its proof in the checkpoint in force. */
    public Bundle bundle(SignedEnvelope list, TileLog log)
            throws MalformedReleasesException, RejectedReleasesException, IOException {
        LogEntry entry = entry(list);
        OptionalLong there = log.find(entry);
        if (there.isEmpty()) {
            throw new RejectedReleasesException(
                    INCLUSION_MISSING,
                    "a log with version " + entry.version() + " of " + entry.list(),
                    "one of " + log.checkpoint().checkpoint().size() + " other entries");
        }
        Bundle bundle = new Bundle(roots, list, Optional.of(log.prove(there.getAsLong())));
        return checked(bundle, Requirements.of(first).requiringInclusion());
    }

    private Bundle checked(Bundle bundle, Requirements requirements)
            throws MalformedReleasesException, RejectedReleasesException {
        new BundleVerifier(requirements).verify(bundle, clock.instant());
        return bundle;
    }

    private static LogEntry entry(SignedEnvelope list) throws MalformedReleasesException {
        ReleaseList read = ReleaseList.parse(list.payload());
        return new LogEntry(read.name(), read.version(), list.payloadDigest());
    }
}
