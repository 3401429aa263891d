package io.attestedmesh.federated.gossip;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a node is, at one moment.
 *
 * @param address of this node
 * @param attested false if peers are taken that prove no code: then everything below is only as good as their word
 * @param stage what it is doing
 * @param experiment what is being learned; empty if nothing is
 * @param round of it, from 0
 * @param trainSet of the round; empty before the vote
 * @param contributors whose updates of the round are here
 * @param metrics the newest ones
 * @param disagreements the newest ones
 * @param refusals how much was refused, by reason
 * @param refusedPeers how much was refused, by caller
 */
public record GossipStatus(
        String address,
        boolean attested,
        Stage stage,
        Optional<Experiment> experiment,
        int round,
        List<String> trainSet,
        Set<String> contributors,
        List<Peer> neighbours,
        List<Metric> metrics,
        List<Disagreement> disagreements,
        Map<GossipReason, Long> refusals,
        Map<String, Long> refusedPeers) {
    public GossipStatus {
        trainSet = List.copyOf(trainSet);
        contributors = Set.copyOf(contributors);
        neighbours = List.copyOf(neighbours);
        metrics = List.copyOf(metrics);
        disagreements = List.copyOf(disagreements);
        refusals = Map.copyOf(refusals);
        refusedPeers = Map.copyOf(refusedPeers);
    }

    /**
     * A neighbour.
     *
     * @param direct whether hands were shaken; of others we know by gossip
     * @param own whether it is a node of this implementation, by what it says
     * @param heard when the last sign of life came, by our clock
     * @param identity what it proved; empty if nothing
     * @param release what it runs, or why that is unknown
     */
    public record Peer(
            String address, boolean direct, boolean own, Instant heard, Optional<String> identity, String release) {}

    /** A number that a node reported of itself; nobody checks it. */
    public record Metric(String node, int round, String name, double value) {}

    /** Another node came to another train set than we. */
    public record Disagreement(String node, int round, List<String> there, List<String> here) {
        public Disagreement {
            there = List.copyOf(there);
            here = List.copyOf(here);
        }
    }
}
