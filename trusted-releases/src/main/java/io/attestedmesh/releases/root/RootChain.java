package io.attestedmesh.releases.root;

import static io.attestedmesh.releases.ReleasesReason.ROOT_FORK;
import static io.attestedmesh.releases.ReleasesReason.ROOT_ROLLBACK;
import static io.attestedmesh.releases.ReleasesReason.ROOT_VERSION_GAP;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LIST;

import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** From a root that is trusted to the newest offered, one version at a time (TUF, section 5.3). */
public final class RootChain {
    private RootChain() {}

    /**
     * The newest of {@code offered}, or {@code trusted} where it is that one.
     *
     * @param offered in any order; those before {@code trusted} are only looked at for their version, and none after one
     *     that is refused is looked at
     */
    public static SignedRoot walk(SignedRoot trusted, List<SignedEnvelope> offered)
            throws MalformedReleasesException, RejectedReleasesException {
        SortedMap<Long, SignedEnvelope> byVersion = byVersion(offered);
        requireNoRollback(trusted, byVersion);
        if (byVersion.containsKey(trusted.version())) {
            requireSame(trusted.version(), trusted.envelope(), byVersion.get(trusted.version()));
        }
        SignedRoot newest = trusted;
        for (SignedEnvelope next : byVersion.tailMap(trusted.version() + 1).values()) {
            newest = step(newest, next);
        }
        return newest;
    }

    /** Of each version one, by its own word. */
    private static SortedMap<Long, SignedEnvelope> byVersion(List<SignedEnvelope> offered)
            throws MalformedReleasesException, RejectedReleasesException {
        SortedMap<Long, SignedEnvelope> byVersion = new TreeMap<>();
        for (SignedEnvelope envelope : offered) {
            long version = TrustRoot.versionOf(envelope.payload());
            SignedEnvelope same = byVersion.put(version, envelope);
            if (same != null) {
                requireSame(version, same, envelope);
            }
        }
        return byVersion;
    }

    private static void requireNoRollback(SignedRoot trusted, SortedMap<Long, SignedEnvelope> byVersion)
            throws RejectedReleasesException {
        if (!byVersion.isEmpty() && byVersion.lastKey() < trusted.version()) {
            throw new RejectedReleasesException(
                    ROOT_ROLLBACK,
                    "trust root version " + trusted.version() + " or later",
                    "version " + byVersion.lastKey());
        }
    }

    private static void requireSame(long version, SignedEnvelope one, SignedEnvelope other)
            throws RejectedReleasesException {
        if (!one.payload().equals(other.payload())) {
            throw new RejectedReleasesException(ROOT_FORK, "one trust root of version " + version, "two that differ");
        }
    }

    private static SignedRoot step(SignedRoot before, SignedEnvelope envelope)
            throws MalformedReleasesException, RejectedReleasesException {
        TrustRoot next = TrustRoot.parse(envelope.payload());
        long expected = before.version() + 1;
        if (next.version() != expected) {
            throw new RejectedReleasesException(
                    ROOT_VERSION_GAP, "trust root version " + expected, "version " + next.version());
        }
        if (!next.list().equals(before.root().list())) {
            throw new RejectedReleasesException(
                    WRONG_LIST, "a trust root of " + before.root().list(), next.list());
        }
        envelope.requireThreshold(DocumentType.TRUST_ROOT, before.root().keys());
        return SignedRoot.of(envelope, next);
    }
}
