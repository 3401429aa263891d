package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.ReleasesReason.STATE_INVALID;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The list in force, and all that was ever seen of roots, versions and log. Thread-safe: {@link #get} and {@link #current}
 * wait for nothing, offers wait for each other only.
 *
 * <p>A refused offer changes nothing but the trust root, if a newer one was in it and verified: the list in force stays
 * until its own expiry, and only lists under the newer root are accepted from then on.
 */
public final class TrustedReleases implements Supplier<ReferenceValues>, Closeable {
    /** What an accepted offer came to. */
    public enum Outcome {
        /** Another list is in force: {@link TrustedReleases#get} gives another object. */
        UPDATED,
        /** The list in force was offered again, perhaps with a newer root, other signatures or a newer checkpoint. */
        UNCHANGED
    }

    private record InForce(Optional<VerifiedList> list, ReferenceValues values) {}

    private static final Logger LOG = System.getLogger(TrustedReleases.class.getName());

    private final BundleVerifier verifier;
    private final Clock clock;
    private final Optional<StateFile> file;

    private final ReentrantLock offers = new ReentrantLock();
    private Memory memory;
    private boolean closed;

    private volatile InForce inForce;

    private TrustedReleases(BundleVerifier verifier, Clock clock, Optional<StateFile> file, Memory memory) {
        this.verifier = verifier;
        this.clock = clock;
        this.file = file;
        this.memory = memory;
        this.inForce = new InForce(Optional.empty(), new NoListYet());
    }

    /**
     * Begins where the state file left off, or at the requirements' anchor and lowest version where there is none. The
     * list of the state is in force if it still passes every step.
     *
     * @param state used by one process at a time; empty for one that can keep nothing, as an enclave without a disk
     * @throws IOException if the state file cannot be read or is in use
     * @throws RejectedReleasesException STATE_INVALID if it is there and is not what was written for this anchor
     */
    public static TrustedReleases open(Requirements requirements, Optional<Path> state, Clock clock)
            throws IOException, RejectedReleasesException {
        BundleVerifier verifier = new BundleVerifier(requirements);
        if (state.isEmpty()) {
            return new TrustedReleases(verifier, clock, Optional.empty(), Memory.of(requirements));
        }
        StateFile file = StateFile.open(state.get());
        Optional<TrustedReleases> opened = Optional.empty();
        try {
            opened = Optional.of(resumed(requirements, verifier, clock, file));
            return opened.get();
        } finally {
            if (opened.isEmpty()) {
                file.close();
            }
        }
    }

    private static TrustedReleases resumed(
            Requirements requirements, BundleVerifier verifier, Clock clock, StateFile file)
            throws IOException, RejectedReleasesException {
        Optional<Bytes> written = file.read();
        if (written.isEmpty()) {
            return new TrustedReleases(verifier, clock, Optional.of(file), Memory.of(requirements));
        }
        try {
            ReleaseState state = ReleaseState.parse(written.get());
            Memory memory = new StateReading(requirements, state).memory();
            TrustedReleases releases = new TrustedReleases(verifier, clock, Optional.of(file), memory);
            releases.resume(state);
            return releases;
        } catch (RejectedReleasesException e) {
            throw new RejectedReleasesException(
                    STATE_INVALID, "the state that was written for this trust root", e.getMessage(), e);
        } catch (MalformedReleasesException e) {
            // It may be any file, a private key by mistake: nothing of it is shown.
            throw new RejectedReleasesException(STATE_INVALID, "a state file", file + ", which is none, or damaged", e);
        }
    }

    private void resume(ReleaseState state) {
        // What is remembered of it, without the proof of a log that no root names any more, else what was written.
        Optional<Bundle> kept = memory.accepted().map(Accepted::bundle).or(state::accepted);
        if (kept.isEmpty()) {
            return;
        }
        try {
            VerifiedList list = verifier.verify(kept.get(), memory.roots().newest(), memory, clock.instant());
            memory = memory.after(memory.roots(), list);
            inForce = new InForce(Optional.of(list), ListedReleases.of(list));
        } catch (RejectedReleasesException | MalformedReleasesException e) {
            LOG.log(Level.WARNING, "the list of the state file is not in force again: {0}", e.getMessage());
        }
    }

    /**
     * Verifies a bundle and puts its list in force, first on disk and then in memory.
     *
     * @throws IOException if the state cannot be written: then nothing has changed in memory, and the file has the old
     *     state or the new one
     */
    public Outcome offer(Bytes offered) throws RejectedReleasesException, MalformedReleasesException, IOException {
        offers.lock();
        try {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            Bundle bundle = Bundle.parse(offered);
            RootHistory roots = memory.roots().extendedBy(bundle.roots());
            VerifiedList list;
            try {
                list = verifier.verify(bundle, roots.newest(), memory, clock.instant());
            } catch (RejectedReleasesException | MalformedReleasesException e) {
                adopt(roots, e);
                throw e;
            }
            return accept(roots, list);
        } finally {
            offers.unlock();
        }
    }

    private void adopt(RootHistory roots, Exception refusal) throws IOException {
        if (roots.isNewerThan(memory.roots())) {
            try {
                remember(memory.withRoots(roots));
            } catch (IOException e) {
                e.addSuppressed(refusal);
                throw e;
            }
        }
    }

    private Outcome accept(RootHistory roots, VerifiedList list) throws IOException {
        InForce before = inForce;
        Optional<VerifiedList> same =
                before.list().filter(earlier -> earlier.payloadDigest().equals(list.payloadDigest()));
        if (same.isPresent() && !saysMore(list, same.get())) {
            return Outcome.UNCHANGED;
        }
        remember(memory.after(roots, list));
        // Verdicts are kept for as long as this object is: the same releases must be the same object.
        ReferenceValues values = same.isPresent() ? before.values() : ListedReleases.of(list);
        inForce = new InForce(Optional.of(list), values);
        if (same.isEmpty()) {
            LOG.log(
                    Level.INFO,
                    "event=releases.accepted list={0} version={1} expires={2}",
                    list.list().name(),
                    Long.toString(list.version()),
                    list.list().expiresAt());
        }
        return same.isPresent() ? Outcome.UNCHANGED : Outcome.UPDATED;
    }

    /** The same list under a newer root, or shown to be in the log later than it was. */
    private boolean saysMore(VerifiedList list, VerifiedList same) {
        if (list.root().version() > same.root().version()) {
            return true;
        }
        return list.checkpoint().isPresent()
                && (memory.checkpoint().isEmpty()
                        || list.checkpoint()
                                .get()
                                .isFresherThan(memory.checkpoint().get()));
    }

    private void remember(Memory changed) throws IOException {
        if (file.isPresent()) {
            file.get().write(changed.state());
        }
        memory = changed;
    }

    /** The list in force, which may have expired since; empty before the first. */
    public Optional<VerifiedList> current() {
        return inForce.list();
    }

    /** The same object until another list is in force; before the first list, one that refuses everything. */
    @Override
    public ReferenceValues get() {
        return inForce.values();
    }

    /** Takes no further offers and lets go of the state file; what is in force stays readable. */
    @Override
    public void close() throws IOException {
        offers.lock();
        try {
            closed = true;
            if (file.isPresent()) {
                file.get().close();
            }
        } finally {
            offers.unlock();
        }
    }
}
