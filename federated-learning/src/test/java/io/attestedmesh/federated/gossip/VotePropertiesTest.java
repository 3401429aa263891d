package io.attestedmesh.federated.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class VotePropertiesTest {
    @Provide
    Arbitrary<List<Map<String, Integer>>> votes() {
        Arbitrary<String> nodes = Arbitraries.of("127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4", "[::1]:1");
        // few points, so that there are ties
        return Arbitraries.maps(nodes, Arbitraries.integers().between(0, 3))
                .ofMaxSize(5)
                .list()
                .ofMaxSize(6);
    }

    @Property
    void tally_takesThoseWithMostPoints_ofEqualsTheLaterName(
            @ForAll("votes") List<Map<String, Integer>> votes, @ForAll @IntRange(min = 1, max = 6) int size) {
        Map<String, Integer> sums = new HashMap<>();
        votes.forEach(vote -> vote.forEach((node, points) -> sums.merge(node, points, Integer::sum)));
        List<String> elected = Vote.tally(votes, size);
        assertThat(elected).hasSize(Math.min(size, sums.size())).doesNotHaveDuplicates();
        for (int i = 1; i < elected.size(); i++) {
            int before = sums.get(elected.get(i - 1));
            int after = sums.get(elected.get(i));
            assertThat(before > after || (before == after && elected.get(i - 1).compareTo(elected.get(i)) > 0))
                    .isTrue();
        }
        Set<String> left = new TreeSet<>(sums.keySet());
        left.removeAll(elected);
        for (String loser : left) {
            String last = elected.get(elected.size() - 1);
            assertThat(sums.get(loser)).isLessThanOrEqualTo(sums.get(last));
            assertThat(sums.get(loser) < sums.get(last) || loser.compareTo(last) < 0)
                    .isTrue();
        }
    }

    @Property
    void tally_doesNotDependOnTheOrderOfVotes(@ForAll("votes") List<Map<String, Integer>> votes, @ForAll long seed) {
        List<Map<String, Integer>> shuffled = new ArrayList<>(votes);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(Vote.tally(shuffled, 3)).isEqualTo(Vote.tally(votes, 3));
    }

    @Property
    void cast_isInBounds_andSurvivesTheWire(
            @ForAll @IntRange(min = 1, max = 20) int candidates,
            @ForAll @IntRange(min = 1, max = 20) int size,
            @ForAll @LongRange(min = 0) long seed)
            throws Exception {
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < candidates; i++) {
            nodes.add("node-" + i);
        }
        Map<String, Integer> points = Vote.cast(nodes, size, new Random(seed));
        assertThat(points).hasSize(Math.min(candidates, size));
        assertThat(nodes).containsAll(points.keySet());
        int place = 1;
        for (int given : points.values()) {
            assertThat(given).isBetween(0, Vote.MOST_POINTS / place++);
        }
        assertThat(Vote.parse(Vote.arguments(points), 20)).isEqualTo(points);
    }

    @Example
    void parse_refusesWhatIsNoVote() {
        for (List<String> arguments : List.of(
                List.of("a"),
                List.of("a", "x"),
                List.of("a", "1001"),
                List.of("a", "-1"),
                List.of("a", "1", "a", "1"),
                List.of("a", "1", "b", "1", "c", "1"))) {
            assertThatThrownBy(() -> Vote.parse(arguments, 2))
                    .isInstanceOfSatisfying(
                            RefusedMessageException.class,
                            e -> assertThat(e.reason()).isEqualTo(GossipReason.BAD_VOTE));
        }
    }
}
