package io.attestedmesh.federated.gossip;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who trains in a round: each node votes, and counts the votes of those that it knows. Used by the node's loop. */
final class Voting {
    private final Setup setup;
    private final Neighbours neighbours;
    private final Gossip gossip;
    private Ballots ballots = new Ballots();
    private boolean open;

    Voting(Setup setup, Neighbours neighbours, Gossip gossip) {
        this.setup = setup;
        this.neighbours = neighbours;
        this.gossip = gossip;
    }

    /** True from our vote until the votes are counted. */
    boolean isOpen() {
        return open;
    }

    private Set<String> voters() {
        Set<String> voters = neighbours.addresses();
        voters.add(setup.self());
        return voters;
    }

    /** Votes for {@code size} nodes. */
    void vote(int round, int size) {
        ballots.forgetBefore(round);
        Map<String, Integer> points = Vote.cast(voters(), size, setup.random());
        try {
            ballots.put(round, setup.self(), true, points);
        } catch (RefusedMessageException e) {
            throw new IllegalStateException("our own vote", e);
        }
        open = true;
        gossip.broadcast(Commands.VOTE, round, Vote.arguments(points));
    }

    void put(int round, String source, boolean firstHand, Map<String, Integer> points) throws RefusedMessageException {
        for (String candidate : points.keySet()) {
            if (setup.members().get(candidate).isEmpty()) {
                throw new RefusedMessageException(GossipReason.BAD_VOTE, "votes for members", candidate);
            }
        }
        ballots.put(round, source, firstHand, points);
    }

    /** True if every node that is known has voted. */
    boolean isComplete(int round) {
        return open && ballots.hasAll(round, voters());
    }

    /** The {@code size} nodes that train, of those that are there. */
    List<String> count(int round, int size) {
        open = false;
        Set<String> voters = voters();
        Collection<Map<String, Integer>> votes = ballots.of(round, voters);
        List<String> chosen =
                Vote.tally(votes, size).stream().filter(voters::contains).toList();
        if (!chosen.isEmpty()) {
            return chosen;
        }
        // all points are with nodes that are away
        return Vote.tally(votes, Integer.MAX_VALUE).stream()
                .filter(voters::contains)
                .limit(size)
                .toList();
    }

    void close() {
        open = false;
    }

    void forget() {
        open = false;
        ballots = new Ballots();
    }
}
