package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.tls.AttestedPeer;
import java.time.Instant;
import java.util.Optional;

/** A node that we have heard of lately. */
final class Neighbour {
    private final Member member;
    private final PeerLink link;
    private boolean direct;
    private boolean own;
    private Optional<AttestedPeer> proved = Optional.empty();
    private Instant heard;
    private Instant heardFirstHand = Instant.MIN;

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

    Instant heardFirstHand() {
        return heardFirstHand;
    }

    /** It called us itself. */
    void called(Caller caller, Instant now) {
        heard = now;
        heardFirstHand = now;
        own = caller.own();
        proved = caller.proved();
    }

    /** A sign of life that another passed on. Its time is the sender's, and means nothing here. */
    void beat(Instant now) {
        heard = now;
    }
}
