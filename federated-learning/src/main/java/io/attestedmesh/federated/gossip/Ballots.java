package io.attestedmesh.federated.gossip;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The votes of one round and of the next, whose voters may be ahead of us. */
final class Ballots {
    // a node that is started again votes again, and the network goes by its last vote
    private static final int MOST_CHANGES = 3;

    private record Ballot(Map<String, Integer> points, boolean firstHand, int changes) {}

    private final Map<Integer, Map<String, Ballot>> byRound = new HashMap<>();

    /** @param firstHand whether it came from the voter itself: what others passed on never takes the place of that */
    void put(int round, String source, boolean firstHand, Map<String, Integer> points) throws RefusedMessageException {
        Map<String, Ballot> ballots = byRound.computeIfAbsent(round, key -> new HashMap<>());
        Ballot before = ballots.get(source);
        if (before == null || (firstHand && !before.firstHand)) {
            ballots.put(source, new Ballot(Map.copyOf(points), firstHand, 0));
        } else if (firstHand == before.firstHand && !before.points.equals(points)) {
            if (before.changes == MOST_CHANGES) {
                throw new RefusedMessageException(
                        GossipReason.VOTE_FLOOD, MOST_CHANGES + " changes of a vote", "one more, of " + source);
            }
            ballots.put(source, new Ballot(Map.copyOf(points), firstHand, before.changes + 1));
        }
    }

    boolean hasAll(int round, Set<String> voters) {
        return byRound.getOrDefault(round, Map.of()).keySet().containsAll(voters);
    }

    List<Map<String, Integer>> of(int round, Set<String> voters) {
        List<Map<String, Integer>> votes = new ArrayList<>();
        byRound.getOrDefault(round, Map.of()).forEach((source, ballot) -> {
            if (voters.contains(source)) {
                votes.add(ballot.points);
            }
        });
        return votes;
    }

    void forgetBefore(int round) {
        byRound.keySet().removeIf(earlier -> earlier < round);
    }
}
