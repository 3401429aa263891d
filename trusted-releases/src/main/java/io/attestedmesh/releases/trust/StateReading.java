package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.ReleasesReason.STATE_INVALID;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LIST;

import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import java.util.List;
import java.util.Optional;

/**
 * From a state that was read back to what a client may remember of it. Its signatures are checked again, its times are
 * not: a list that has expired still says how high versions were.
 *
 * <p>What was accepted under a root older than the anchor cannot be traced to it: the image is newer than the state. It
 * binds all the same where the keys of the newest root signed it, see {@link Accepted#bindsListsUnder}.
 */
final class StateReading {
    private final SignedRoot anchor;
    private final ReleaseState state;

    StateReading(Requirements requirements, ReleaseState state) {
        this.anchor = requirements.anchor();
        this.state = state;
    }

    /**
     * What of the state verifies.
     *
     * @throws RejectedReleasesException for what nobody who began at this anchor has written
     */
    Memory memory() throws RejectedReleasesException, MalformedReleasesException {
        RootHistory roots = roots();
        Optional<SeenCheckpoint> checkpoint = checkpoint(roots);
        return new Memory(roots, accepted(checkpoint.isPresent()), checkpoint);
    }

    private RootHistory roots() throws RejectedReleasesException, MalformedReleasesException {
        TrustRoot newestKept = TrustRoot.parse(last(state.roots()).payload());
        if (newestKept.version() < anchor.version()) {
            requireOfTheList(newestKept.list());
            return RootHistory.from(anchor);
        }
        SignedRoot newest = RootHistory.from(anchor).extendedBy(state.roots()).newest();
        return new RootHistory(state.roots(), newest);
    }

    /** @param logKnown whether the checkpoint beside the list is of a log that a root names; else it is not kept either */
    private Optional<Accepted> accepted(boolean logKnown) throws RejectedReleasesException, MalformedReleasesException {
        if (state.accepted().isEmpty()) {
            return Optional.empty();
        }
        Bundle bundle = state.accepted().get();
        SignedRoot root = SignedRoot.of(last(bundle.roots()));
        requireOfTheList(root.root().list());
        requireKnown(root);
        bundle.list().requireThreshold(DocumentType.RELEASE_LIST, root.root().keys());
        ReleaseList list = ReleaseList.parse(bundle.list().payload());
        requireOfTheList(list.name());
        return Optional.of(new Accepted(
                root,
                bundle.list(),
                bundle.log().filter(log -> logKnown),
                list.version(),
                bundle.list().payloadDigest()));
    }

    /** The signers of one list may be those of another too, whose versions mean nothing here. */
    private void requireOfTheList(String list) throws RejectedReleasesException {
        if (!list.equals(anchor.root().list())) {
            throw new RejectedReleasesException(WRONG_LIST, anchor.root().list(), list);
        }
    }

    /** The root that the list was accepted under is one of the chain, or older than where the chain can be checked. */
    private void requireKnown(SignedRoot root) throws RejectedReleasesException, MalformedReleasesException {
        if (root.version() < anchor.version()) {
            return;
        }
        for (SignedEnvelope known : state.roots()) {
            if (known.payload().equals(root.envelope().payload())) {
                return;
            }
        }
        throw new RejectedReleasesException(
                STATE_INVALID,
                "a list accepted under one of the roots beside it",
                "one accepted under another, of version " + root.version());
    }

    /** The log may have changed its key or name since, so any of the roots may be the one that names it. */
    private Optional<SeenCheckpoint> checkpoint(RootHistory roots)
            throws RejectedReleasesException, MalformedReleasesException {
        Optional<SignedCheckpoint> note =
                state.accepted().flatMap(Bundle::log).map(LogProof::checkpoint).or(state::checkpoint);
        if (note.isEmpty()) {
            return Optional.empty();
        }
        RejectedReleasesException refused = new RejectedReleasesException(
                STATE_INVALID, "a checkpoint beside a root that names a log", "no such root");
        for (SignedEnvelope envelope : roots.envelopes()) {
            TrustRoot root = TrustRoot.parse(envelope.payload());
            if (root.version() >= anchor.version() && root.log().isPresent()) {
                try {
                    return Optional.of(
                            LogVerifier.remembered(note.get(), root.log().get()));
                } catch (RejectedReleasesException e) {
                    refused = e;
                }
            }
        }
        if (version(state.roots().get(0)) < anchor.version()) {
            return Optional.empty();
        }
        throw refused;
    }

    private static SignedEnvelope last(List<SignedEnvelope> roots) {
        return roots.get(roots.size() - 1);
    }

    private static long version(SignedEnvelope root) throws MalformedReleasesException {
        return TrustRoot.versionOf(root.payload());
    }
}
