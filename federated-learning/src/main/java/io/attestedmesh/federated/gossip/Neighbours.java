package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/** The nodes around us: direct ones, which were shaken hands with, and those that others pass messages of. */
final class Neighbours {
    private static final System.Logger LOG = System.getLogger(Neighbours.class.getName());

    /** Makes a way to a node. */
    interface Links {
        PeerLink to(Member member) throws IOException;
    }

    private final Map<String, Neighbour> byAddress = new LinkedHashMap<>();
    private final Links links;
    private final int most;
    private final Executor closing;
    private final Runnable changed;

    /**
     * @param closing closes links, which waits for them
     * @param changed runs after somebody came or left
     */
    Neighbours(Links links, int most, Executor closing, Runnable changed) {
        this.links = links;
        this.most = most;
        this.closing = closing;
        this.changed = changed;
    }

    Optional<Neighbour> get(String address) {
        return Optional.ofNullable(byAddress.get(address));
    }

    List<Neighbour> all() {
        return List.copyOf(byAddress.values());
    }

    List<Neighbour> direct() {
        return byAddress.values().stream().filter(Neighbour::direct).toList();
    }

    /** Direct neighbours that have told us something since then. */
    Set<String> toldOfThemselves(Instant since) {
        return direct().stream()
                .filter(neighbour -> neighbour.tellsUsItself(since))
                .map(Neighbour::address)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    Set<String> addresses() {
        return new TreeSet<>(byAddress.keySet());
    }

    PeerLink open(Member member) throws RefusedMessageException {
        try {
            return links.to(member);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "event=federated.gossip.no-channel", e);
            throw new RefusedMessageException(GossipReason.NO_ROOM, "a channel to it", member.address());
        }
    }

    /** The neighbour there, from now on if it was none. */
    Neighbour add(Member member, boolean direct, Instant now) throws RefusedMessageException {
        Neighbour known = byAddress.get(member.address());
        if (known == null) {
            requireRoom(member);
            known = new Neighbour(member, open(member), now);
        }
        return put(known, direct);
    }

    /** The direct neighbour at the other end of {@code link}, which is kept or closed. */
    Neighbour shaken(Member member, PeerLink link, Instant now) throws RefusedMessageException {
        Neighbour known = byAddress.get(member.address());
        if (known == null && link.isClosed()) { // it left meanwhile
            throw new RefusedMessageException(GossipReason.NOT_EXPECTED, "an open link", "a closed one");
        }
        if (known == null) {
            requireRoom(member);
            known = new Neighbour(member, link, now);
        } else if (known.link() != link) {
            closing.execute(link::close);
        }
        return put(known, true);
    }

    private void requireRoom(Member member) throws RefusedMessageException {
        if (byAddress.size() >= most) {
            throw new RefusedMessageException(GossipReason.NO_ROOM, most + " neighbours", member.address());
        }
    }

    private Neighbour put(Neighbour neighbour, boolean direct) {
        boolean news = byAddress.put(neighbour.address(), neighbour) == null || (direct && !neighbour.direct());
        if (direct) {
            neighbour.makeDirect();
        }
        if (news) {
            log("neighbour", neighbour);
            changed.run();
        }
        return neighbour;
    }

    void remove(String address, String why) {
        Neighbour gone = byAddress.remove(address);
        if (gone != null) {
            log("gone why=" + why, gone);
            closing.execute(gone.link()::close);
            changed.run();
        }
    }

    /** Drops those that nothing was heard of for that long, by our own clock. */
    void dropSilent(Instant now, Duration silence) {
        for (Neighbour neighbour : all()) {
            if (neighbour.heard().plus(silence).isBefore(now)) {
                remove(neighbour.address(), "silence");
            }
        }
    }

    /** What is proved of it: its identity, and the release that it runs. */
    static String release(Neighbour neighbour) {
        return neighbour
                .proved()
                .map(peer -> peer.attestation()
                        .map(AttestationResult::releaseName)
                        .map(OneLine::of)
                        .orElse("none, a certificate alone"))
                .orElse("none, nothing is proved");
    }

    private static void log(String event, Neighbour neighbour) {
        LOG.log(
                System.Logger.Level.INFO,
                () -> "event=federated.gossip." + event + " address=" + neighbour.address() + " direct="
                        + neighbour.direct() + " identity="
                        + neighbour
                                .proved()
                                .map(AttestedPeer::identity)
                                .map(Object::toString)
                                .orElse("unproved")
                        + " release=\"" + release(neighbour) + "\"");
    }
}
