package io.attestedmesh.releases.trust;

import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.root.RootChain;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The trust roots that a client came by, without a gap.
 *
 * @param envelopes by ascending version up to the newest; those older than the anchor are kept and never believed
 * @param newest the only one that counts
 */
record RootHistory(List<SignedEnvelope> envelopes, SignedRoot newest) {
    RootHistory {
        envelopes = List.copyOf(envelopes);
    }

    static RootHistory from(SignedRoot anchor) {
        return new RootHistory(List.of(anchor.envelope()), anchor);
    }

    /** Step 1: the way from the newest root seen to the newest one offered. */
    RootHistory extendedBy(List<SignedEnvelope> offered) throws RejectedReleasesException, MalformedReleasesException {
        SignedRoot reached = RootChain.walk(newest, offered);
        SortedMap<Long, SignedEnvelope> newer = new TreeMap<>();
        for (SignedEnvelope root : offered) {
            newer.put(TrustRoot.versionOf(root.payload()), root);
        }
        List<SignedEnvelope> longer = new ArrayList<>(envelopes);
        longer.addAll(newer.tailMap(newest.version() + 1).values());
        return new RootHistory(longer, reached);
    }

    boolean isNewerThan(RootHistory other) {
        return newest.version() > other.newest.version();
    }
}
