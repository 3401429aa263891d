package io.attestedmesh.releases.root;

import static io.attestedmesh.releases.ReleasesReason.ROOT_FORK;
import static io.attestedmesh.releases.ReleasesReason.ROOT_ROLLBACK;
import static io.attestedmesh.releases.ReleasesReason.ROOT_VERSION_GAP;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LIST;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** From a root that is trusted to the newest offered, one version at a time (TUF, section 5.3). */
public final class RootChain {
    private RootChain() {}

    /**
     * The newest of {@code offered}, or {@code trusted} where it is that one.
     *
     * @param offered in any order; those before {@code trusted} are only looked at for their version
     */
    public static SignedRoot walk(SignedRoot trusted, List<SignedEnvelope> offered)
            throws MalformedReleasesException, RejectedReleasesException {
        SortedMap<Long, Offer> byVersion = byVersion(offered);
        requireNoRollback(trusted, byVersion);
        requireSame(trusted, byVersion.get(trusted.version()));
        SignedRoot newest = trusted;
        for (Map.Entry<Long, Offer> next :
                byVersion.tailMap(trusted.version() + 1).entrySet()) {
            newest = step(newest, next.getValue());
        }
        return newest;
    }

    private record Offer(TrustRoot root, SignedEnvelope envelope) {}

    private static SortedMap<Long, Offer> byVersion(List<SignedEnvelope> offered)
            throws MalformedReleasesException, RejectedReleasesException {
        SortedMap<Long, Offer> byVersion = new TreeMap<>();
        for (SignedEnvelope envelope : offered) {
            Offer offer = new Offer(TrustRoot.parse(envelope.payload()), envelope);
            Offer same = byVersion.put(offer.root.version(), offer);
            if (same != null) {
                requireSame(offer.root.version(), same.envelope.payload(), envelope.payload());
            }
        }
        return byVersion;
    }

    private static void requireNoRollback(SignedRoot trusted, SortedMap<Long, Offer> byVersion)
            throws RejectedReleasesException {
        if (!byVersion.isEmpty() && byVersion.lastKey() < trusted.version()) {
            throw new RejectedReleasesException(
                    ROOT_ROLLBACK,
                    "trust root version " + trusted.version() + " or later",
                    "version " + byVersion.lastKey());
        }
    }

    private static void requireSame(SignedRoot trusted, Offer offer) throws RejectedReleasesException {
        if (offer != null) {
            requireSame(trusted.version(), trusted.payload(), offer.envelope.payload());
        }
    }

    private static void requireSame(long version, Bytes one, Bytes other) throws RejectedReleasesException {
        if (!one.equals(other)) {
            throw new RejectedReleasesException(ROOT_FORK, "one trust root of version " + version, "two that differ");
        }
    }

    private static SignedRoot step(SignedRoot before, Offer next) throws RejectedReleasesException {
        long expected = before.version() + 1;
        if (next.root.version() != expected) {
            throw new RejectedReleasesException(
                    ROOT_VERSION_GAP, "trust root version " + expected, "version " + next.root.version());
        }
        if (!next.root.list().equals(before.root().list())) {
            throw new RejectedReleasesException(
                    WRONG_LIST, "a trust root of " + before.root().list(), next.root.list());
        }
        next.envelope.requireThreshold(DocumentType.TRUST_ROOT, before.root().keys());
        return SignedRoot.of(next.envelope, next.root);
    }
}
