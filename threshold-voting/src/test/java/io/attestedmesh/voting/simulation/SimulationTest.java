package io.attestedmesh.voting.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.statement.TestCommittee;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The argument of docs/voting.md, against schedules drawn from seeds. */
final class SimulationTest {
    private static final int SCHEDULES = 2_000;
    private static final int SOAK = 100_000;

    @Test
    void withinTheBound_neverTwoOutcomes() {
        run(1, SCHEDULES);
    }

    @Test
    @Tag("soak")
    void withinTheBoundForLong_neverTwoOutcomes() {
        run(1_000_000, SOAK);
    }

    private final Map<String, TestCommittee> committees = new ConcurrentHashMap<>();

    private World run(Schedule schedule) {
        TestCommittee committee = committees.computeIfAbsent(
                schedule.threshold() + " of " + schedule.size(),
                key -> new TestCommittee(schedule.size(), schedule.threshold()));
        return new World(schedule, committee).run();
    }

    private void run(long first, int count) {
        Map<Outcome, Integer> outcomes = new TreeMap<>();
        List<String> findings = new ArrayList<>();
        LongStream.range(first, first + count).parallel().forEach(seed -> {
            World world = run(Schedule.within(seed));
            synchronized (outcomes) {
                world.outcomes().forEach((outcome, times) -> outcomes.merge(outcome, times, Integer::sum));
                world.findings().forEach(finding -> findings.add("seed " + seed + ": " + finding));
            }
        });
        System.out.println("simulation: seeds " + first + " to " + (first + count - 1) + ", ballots " + outcomes
                + ", findings " + findings.size());
        assertThat(findings).isEmpty();
        assertThat(outcomes.get(Outcome.DECIDED)).isGreaterThan(count);
        assertThat(outcomes.get(Outcome.FAILED)).isGreaterThan(count / 100);
    }

    @Test
    void beyondTheBound_findsTwoOutcomes() {
        List<Long> found = LongStream.range(1, 200)
                .filter(seed -> run(Schedule.beyond(seed)).findings().stream()
                        .anyMatch(finding -> finding.startsWith("two outcomes")))
                .boxed()
                .toList();

        System.out.println("simulation: beyond the bound, two outcomes by seeds " + found);
        assertThat(found).isNotEmpty();
    }

    @Test
    void sameSeed_sameRun() {
        String first = run(Schedule.within(7)).trace();

        assertThat(run(Schedule.within(7)).trace()).isEqualTo(first);
    }
}
