package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.tls.AttestedPeer;

/** How a node is, for others to see. Used by the node's loop. */
record Overview(
        Setup setup,
        boolean attested,
        Stages stages,
        Rounds rounds,
        Neighbours neighbours,
        Reports reports,
        Refusals refusals) {

    GossipStatus now() {
        return new GossipStatus(
                setup.self(),
                attested,
                stages.now(),
                rounds.experiment(),
                rounds.round(),
                rounds.trainSet(),
                rounds.contributors(),
                neighbours.all().stream().map(Overview::shown).toList(),
                reports.metrics(),
                reports.disagreements(),
                refusals.byReason(),
                refusals.byPeer());
    }

    private static GossipStatus.Peer shown(Neighbour neighbour) {
        return new GossipStatus.Peer(
                neighbour.address(),
                neighbour.direct(),
                neighbour.own(),
                neighbour.heard(),
                neighbour.proved().map(AttestedPeer::identity).map(Object::toString),
                Neighbours.release(neighbour));
    }
}
