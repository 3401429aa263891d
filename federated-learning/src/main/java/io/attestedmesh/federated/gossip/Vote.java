package io.attestedmesh.federated.gossip;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** How the nodes that train in a round are chosen: each spreads points over some, and those with the most points train. */
final class Vote {
    static final int MOST_POINTS = 1000;

    private Vote() {}

    /** Points for {@code size} of the candidates; the later one is drawn, the fewer it gets. */
    static Map<String, Integer> cast(Collection<String> candidates, int size, RandomGenerator random) {
        List<String> left = new ArrayList<>(candidates);
        left.sort(Comparator.naturalOrder());
        Map<String, Integer> points = new LinkedHashMap<>();
        while (points.size() < size && !left.isEmpty()) {
            String drawn = left.remove(random.nextInt(left.size()));
            points.put(drawn, random.nextInt(MOST_POINTS + 1) / (points.size() + 1));
        }
        return points;
    }

    /** The {@code size} nodes with the most points, of two with as many the one whose address is later in the alphabet. */
    static List<String> tally(Collection<Map<String, Integer>> votes, int size) {
        Map<String, Long> sums = new HashMap<>();
        for (Map<String, Integer> vote : votes) {
            vote.forEach((node, points) -> sums.merge(node, (long) points, Long::sum));
        }
        return sums.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey())
                        .reversed())
                .limit(size)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** As arguments of a message: node, points, node, points. */
    static List<String> arguments(Map<String, Integer> points) {
        List<String> arguments = new ArrayList<>();
        points.forEach((node, given) -> {
            arguments.add(node);
            arguments.add(given.toString());
        });
        return arguments;
    }

    /** The opposite of {@link #arguments}. */
    static Map<String, Integer> parse(List<String> arguments, int most) throws RefusedMessageException {
        if (arguments.size() % 2 != 0 || arguments.size() > 2L * most) {
            throw bad("points for " + most + " nodes at most", arguments.size() + " arguments");
        }
        Map<String, Integer> points = new LinkedHashMap<>();
        for (int i = 0; i < arguments.size(); i += 2) {
            int given;
            try {
                given = Integer.parseInt(arguments.get(i + 1));
            } catch (NumberFormatException e) {
                throw bad("a number of points", arguments.get(i + 1));
            }
            if (given < 0 || given > MOST_POINTS) {
                throw bad("0 to " + MOST_POINTS + " points", String.valueOf(given));
            }
            if (points.put(arguments.get(i), given) != null) {
                throw bad("each node once", arguments.get(i) + " twice");
            }
        }
        List<Integer> largestFirst =
                points.values().stream().sorted(Comparator.reverseOrder()).toList();
        for (int i = 0; i < largestFirst.size(); i++) {
            if (largestFirst.get(i) > MOST_POINTS / (i + 1)) { // as whoever draws them cannot have given
                throw bad(
                        "at most " + MOST_POINTS / (i + 1) + " points for " + (i + 1) + " nodes",
                        String.valueOf(largestFirst.get(i)));
            }
        }
        return points;
    }

    private static RefusedMessageException bad(String expected, String actual) {
        return new RefusedMessageException(GossipReason.BAD_VOTE, expected, actual);
    }
}
