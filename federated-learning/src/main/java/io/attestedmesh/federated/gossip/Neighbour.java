package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.tls.AttestedPeer;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A node that we have heard of lately. */
final class Neighbour {
    private final Member member;
    private final PeerLink link;
    private boolean direct;
    private boolean own;
    private Optional<AttestedPeer> proved = Optional.empty();
    private Instant heard;
    private Instant heardFirstHand = Instant.MIN;
    private Set<String> hears = Set.of();
    private Instant hearsUntil = Instant.MIN;

    Neighbour(Member member, PeerLink link, Instant now) {
        this.member = member;
        this.link = link;
        this.heard = now;
    }

    String address() {
        return member.address();
    }

    Member member() {
        return member;
    }

    PeerLink link() {
        return link;
    }

    boolean direct() {
        return direct;
    }

    void makeDirect() {
        direct = true;
    }

    boolean own() {
        return own || link.own();
    }

    Optional<AttestedPeer> proved() {
        return proved.isPresent() ? proved : link.proved();
    }

    Instant heard() {
        return heard;
    }

    /** A direct neighbour that was heard of since then, from itself: it sends us everything first-hand. */
    boolean tellsUsItself(Instant since) {
        return direct && heardFirstHand.isAfter(since);
    }

    /** It called us itself. */
    void called(Caller caller, Instant now) {
        heard = now;
        heardFirstHand = now;
        own = caller.own();
        proved = caller.proved();
    }

    /** It says that these tell it everything themselves. */
    void hears(Set<String> others, Instant until) {
        hears = others;
        hearsUntil = until;
    }

    boolean hears(String other, Instant now) {
        return hears.contains(other) && now.isBefore(hearsUntil);
    }

    /** A sign of life that another passed on. Its time is the sender's, and means nothing here. */
    void beat(Instant now) {
        heard = now;
    }
}
