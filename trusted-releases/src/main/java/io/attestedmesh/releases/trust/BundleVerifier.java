package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.ReleasesReason.LIST_EXPIRED;
import static io.attestedmesh.releases.ReleasesReason.LIST_FORK;
import static io.attestedmesh.releases.ReleasesReason.LIST_NOT_YET_VALID;
import static io.attestedmesh.releases.ReleasesReason.LIST_ROLLBACK;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LIST;

import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.list.ContentRules;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Steps 1 to 9 of {@code docs/releases.md}, in their order: the first rule broken is the reason, and any of them refuses
 * the whole bundle. Immutable; what was seen before is an argument.
 */
public final class BundleVerifier {
    private final Requirements requirements;
    private final LogVerifier logVerifier;

    public BundleVerifier(Requirements requirements) {
        this.requirements = requirements;
        this.logVerifier = new LogVerifier(requirements);
    }

    /**
     * Verifies for one who has seen nothing yet: rollbacks and forks do not show beyond what the requirements and the
     * trust root say. {@link TrustedReleases} remembers.
     */
    public VerifiedList verify(Bundle bundle, Instant at) throws RejectedReleasesException, MalformedReleasesException {
        Memory nothing = Memory.of(requirements);
        RootHistory roots = nothing.roots().extendedBy(bundle.roots());
        return verify(bundle, roots.newest(), nothing, at);
    }

    /** Steps 2 to 9, under {@code newest}, which step 1 led to. */
    VerifiedList verify(Bundle bundle, SignedRoot newest, Memory memory, Instant at)
            throws RejectedReleasesException, MalformedReleasesException {
        TrustRoot root = newest.root();

        // 2: of all roots, only the expiry of the newest counts
        newest.requireNotExpired(at);

        // 3: enough of its keys signed
        List<NamedKey> signers = bundle.list().requireThreshold(DocumentType.RELEASE_LIST, root.keys());
        ReleaseList list = ReleaseList.parse(bundle.list().payload());

        // 4: it is the list that they may sign
        requireNamed(list, root);

        // 5: it is in force
        requireInForce(list, at);

        // 6 and 7: nothing older, nothing else of the same version
        requireNoRollback(list, newest, memory);
        requireNoFork(list, bundle, newest, memory);

        // 8: what no list may say
        ContentRules.check(list);

        // 9: the log has it, and has not changed its past
        Optional<SeenCheckpoint> checkpoint = logVerifier.verify(root, list, bundle, memory.checkpoint(), at);
        return new VerifiedList(newest, bundle.list(), list, signers, bundle.log(), checkpoint);
    }

    private static void requireNamed(ReleaseList list, TrustRoot root) throws RejectedReleasesException {
        if (!list.name().equals(root.list())) {
            throw new RejectedReleasesException(WRONG_LIST, root.list(), list.name());
        }
    }

    private void requireInForce(ReleaseList list, Instant at) throws RejectedReleasesException {
        if (!at.isBefore(list.expiresAt())) {
            throw new RejectedReleasesException(
                    LIST_EXPIRED,
                    "a list in force at " + at,
                    "version " + list.version() + ", which expired at " + list.expiresAt());
        }
        if (list.issuedAt().isAfter(at.plus(requirements.clockSkew()))) {
            throw new RejectedReleasesException(
                    LIST_NOT_YET_VALID,
                    "a list issued at most " + requirements.clockSkew() + " after " + at,
                    "version " + list.version() + ", issued at " + list.issuedAt());
        }
    }

    private void requireNoRollback(ReleaseList list, SignedRoot newest, Memory memory)
            throws RejectedReleasesException {
        requireAtLeast(list, requirements.minimumVersion(), "the lowest version configured");
        requireAtLeast(list, newest.root().minimumListVersion(), "the lowest version of the trust root");
        Optional<Accepted> earlier = binding(newest, memory);
        if (earlier.isPresent()) {
            requireAtLeast(list, earlier.get().version(), "the highest version accepted");
        }
    }

    private static void requireAtLeast(ReleaseList list, long floor, String what) throws RejectedReleasesException {
        if (list.version() < floor) {
            throw new RejectedReleasesException(
                    LIST_ROLLBACK, "at least " + floor + ", " + what, "version " + list.version());
        }
    }

    private static void requireNoFork(ReleaseList list, Bundle bundle, SignedRoot newest, Memory memory)
            throws RejectedReleasesException {
        Optional<Accepted> earlier = binding(newest, memory).filter(seen -> seen.version() == list.version());
        if (earlier.isPresent()
                && !earlier.get().payloadDigest().equals(bundle.list().payloadDigest())) {
            throw new RejectedReleasesException(
                    LIST_FORK,
                    "version " + list.version() + " with SHA-384 "
                            + earlier.get().payloadDigest().hex(),
                    "one with SHA-384 " + bundle.list().payloadDigest().hex());
        }
    }

    private static Optional<Accepted> binding(SignedRoot newest, Memory memory) {
        return memory.accepted().filter(seen -> seen.bindsListsUnder(newest));
    }
}
