package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.TrustAnchors;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The peers that may talk to us. Immutable; a change is another instance, and verdicts reached under the old one are
 * forgotten. Without entries nobody may.
 */
public final class Roster {
    private final Map<String, RosterEntry> entries;
    private final Optional<AnyNode> anyNode;

    /** What holds for every node of a CA. */
    private record AnyNode(TrustAnchors anchors, PeerMode mode, EvidenceProfile profile, Freshness freshness) {
        RosterEntry as(PeerIdentity identity) {
            return new RosterEntry(
                    identity,
                    NamePolicy.SAN,
                    mode,
                    profile,
                    Optional.of(anchors),
                    Optional.empty(),
                    Map.of(),
                    Optional.empty(),
                    freshness);
        }
    }

    private Roster(Map<String, RosterEntry> entries, Optional<AnyNode> anyNode) {
        this.entries = entries;
        this.anyNode = anyNode;
    }

    /**
     * Exactly these peers.
     *
     * @throws IllegalArgumentException if two entries have one identity
     */
    public static Roster of(Collection<RosterEntry> entries) {
        Map<String, RosterEntry> byName = new LinkedHashMap<>();
        for (RosterEntry entry : entries) {
            if (byName.put(entry.identity().key(), entry) != null) {
                throw new IllegalArgumentException("two roster entries for " + entry.identity());
            }
        }
        return new Roster(byName, Optional.empty());
    }

    /**
     * Every node that this CA names: as a server under the name that was dialled, as a client under the first DNS name
     * or IP address of its SANs.
     *
     * @throws IllegalArgumentException for mode {@link PeerMode#SEMI_AUTO}, which needs registers pinned for each peer, and
     *     for evidence in the session of peers of mode {@link PeerMode#MANUAL}
     */
    public static Roster anyUnder(TrustAnchors anchors, PeerMode mode, EvidenceProfile profile, Freshness freshness) {
        if (mode == PeerMode.SEMI_AUTO) {
            throw new IllegalArgumentException("mode SEMI_AUTO needs PCR3 or PCR4 pinned for each peer by name");
        }
        if (mode == PeerMode.MANUAL && freshness != Freshness.CERTIFICATE) {
            throw new IllegalArgumentException("mode MANUAL reads no evidence, so none can be demanded in the session");
        }
        return new Roster(Map.of(), Optional.of(new AnyNode(anchors, mode, profile, freshness)));
    }

    /** The entry of a peer that was identified by this roster or by an earlier one. */
    public Optional<RosterEntry> entryOf(PeerIdentity identity) {
        return anyNode.isPresent()
                ? Optional.of(anyNode.get().as(identity))
                : Optional.ofNullable(entries.get(identity.key()));
    }

    /** True if evidence in the session is demanded of a peer, or of any. */
    public boolean demandsSession() {
        return anyNode.isPresent()
                ? anyNode.get().freshness() == Freshness.SESSION
                : entries.values().stream().anyMatch(entry -> entry.freshness() == Freshness.SESSION);
    }

    /** The entry for the server that is dialled as {@code host}: a DNS name in any case, or an IP address. */
    public Optional<RosterEntry> server(String host) {
        return PeerIdentity.ofHost(host).flatMap(this::entryOf);
    }

    /**
     * The entries that a client's certificate may belong to by names or key, which nobody has verified yet; first those
     * that it fits in full, so that the others never keep an honest peer from being found.
     */
    public List<RosterEntry> candidates(X509Certificate clientLeaf) throws RejectedCertificateException {
        ClientClaims claims = ClientClaims.of(clientLeaf);
        if (anyNode.isPresent()) {
            return claims.names().firstSan().map(anyNode.get()::as).stream().toList();
        }
        List<RosterEntry> candidates = new ArrayList<>();
        List<RosterEntry> unlikely = new ArrayList<>();
        for (RosterEntry entry : entries.values()) {
            switch (claims.fit(entry)) {
                case FULL -> candidates.add(entry);
                case PARTIAL -> unlikely.add(entry);
                case NONE -> {}
            }
        }
        candidates.addAll(unlikely);
        return candidates;
    }
}
