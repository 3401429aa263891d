package io.attestedmesh.voting.statement;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class TallyTest {
    private static final TransactionId TX = new TransactionId("tx_1");
    /** Two values, one that nobody else has, and a timeout. */
    private static final int SAYINGS = 4;

    private static Committee committee(int size, int threshold) {
        return new Committee(
                "test",
                1,
                threshold,
                IntStream.rangeClosed(1, size).mapToObj(i -> "n" + i).toList());
    }

    private static SignedStatement says(int node, int what) {
        Optional<Value> value = what == 0 ? Optional.empty() : Optional.of(new Value("v" + what));
        return new SignedStatement(new Statement("test", 1, "n" + node, 1, TX, value), Bytes.EMPTY);
    }

    @Test
    void oneNodeSaysTwoThings_firstCounts() {
        Tally tally = new Tally(committee(3, 2), List.of(says(1, 1), says(1, 2), says(1, 1)));

        assertThat(tally.heard()).isEqualTo(1);
        assertThat(tally.votes()).containsExactly(Map.entry(new Value("v1"), 1));
        assertThat(tally.decided()).isEmpty();
    }

    @Test
    void thresholdVotes_decided() {
        Tally tally = new Tally(committee(5, 4), List.of(says(1, 1), says(2, 1), says(3, 1), says(4, 1)));

        assertThat(tally.decided()).contains(new Value("v1"));
        assertThat(tally.failed()).isFalse();
        assertThat(tally.mayFail()).isFalse();
    }

    /** A random set of statements within the bound: liars say one thing to some, another to the rest. */
    @Property(tries = 3000)
    void decidedAndFailed_neverBothWithinTheBound(
            @ForAll @IntRange(min = 1, max = 9) int size, @ForAll @IntRange(max = 8) int spare, @ForAll long seed) {
        Random random = new Random(seed);
        int threshold = Math.max(size / 2 + 1, size - spare);
        Committee committee = committee(size, threshold);
        List<SignedStatement> here = new ArrayList<>();
        List<SignedStatement> there = new ArrayList<>();
        int favourite = random.nextInt(SAYINGS);
        for (int node = 1; node <= size; node++) {
            int said = random.nextInt(3) > 0 ? favourite : random.nextInt(SAYINGS);
            boolean lies = node <= committee.safeLiars();
            if (random.nextInt(6) > 0) {
                here.add(says(node, said));
            }
            if (random.nextInt(6) > 0) {
                there.add(says(node, lies ? random.nextInt(SAYINGS) : said));
            }
        }
        Tally one = new Tally(committee, here);
        Tally other = new Tally(committee, there);

        assertThat(one.decided().isPresent() && other.failed()).isFalse();
        assertThat(one.failed() && other.decided().isPresent()).isFalse();
        if (one.decided().isPresent() && other.decided().isPresent()) {
            assertThat(one.decided()).isEqualTo(other.decided());
        }
    }

    @Test
    void oneLiarMoreThanTheBound_decidedAndFailed() {
        Committee committee = committee(5, 4); // bears two
        List<SignedStatement> decided = List.of(says(1, 1), says(2, 1), says(3, 1), says(4, 1));
        List<SignedStatement> failed = List.of(says(1, 0), says(2, 0), says(3, 0), says(5, 0));

        assertThat(new Tally(committee, decided).decided()).isPresent();
        assertThat(new Tally(committee, failed).failed()).isTrue();
    }

    @Property(tries = 400)
    void mayFailAndMayDecide_asIfAllWereTried(
            @ForAll @IntRange(min = 1, max = 5) int size, @ForAll @IntRange(max = 4) int spare, @ForAll long seed) {
        Random random = new Random(seed);
        Committee committee = committee(size, Math.max(size / 2 + 1, size - spare));
        List<SignedStatement> said = new ArrayList<>();
        int heard = random.nextInt(size + 1);
        for (int node = 1; node <= heard; node++) {
            said.add(says(node, random.nextInt(3)));
        }
        Tally tally = new Tally(committee, said);

        assertThat(tally.mayFail()).isEqualTo(someWay(committee, said, Tally::failed));
        assertThat(tally.mayDecide())
                .isEqualTo(someWay(committee, said, end -> end.decided().isPresent()));
    }

    /** Whether the nodes that are left can say what makes it so. */
    private static boolean someWay(Committee committee, List<SignedStatement> said, Predicate<Tally> so) {
        if (so.test(new Tally(committee, said))) {
            return true;
        }
        if (said.size() == committee.size()) {
            return false;
        }
        for (int what = 0; what < SAYINGS; what++) {
            List<SignedStatement> more = new ArrayList<>(said);
            more.add(says(said.size() + 1, what));
            if (someWay(committee, more, so)) {
                return true;
            }
        }
        return false;
    }
}
