package io.attestedmesh.mpc.canary;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.mpc.canary.CheckedRounds.Outcome;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.transport.HandDriven;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class CanaryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:30Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final CanaryPlan PLAN = new CanaryPlan(MINUTE, 3, 5, 100, Duration.ofSeconds(20));
    private static final CanaryPlan IMPATIENT = new CanaryPlan(MINUTE, 3, 5, 100, Duration.ofSeconds(5));

    private final HandDriven time = new HandDriven(START);
    private final List<Canary> canaries = new ArrayList<>();
    private PlainParties parties;

    @BeforeEach
    void start() throws Exception {
        parties = new PlainParties(4);
    }

    @AfterEach
    void stop() {
        canaries.forEach(Canary::close);
        parties.close();
    }

    private Canary canary(int party, CanaryPlan plan) {
        PlainParties.Node node = parties.node(party);
        Canary canary = new Canary(node.network(), node.contexts(), plan, node.meters(), time.clock(), time);
        canaries.add(canary);
        return canary;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(1); // until the test's time is over
        }
    }

    private static CanaryRun next(Canary canary, Instant began) throws InterruptedException {
        await(() -> canary.last(PlainParties.CONTEXT)
                .filter(run -> run.began().equals(began))
                .isPresent());
        return canary.last(PlainParties.CONTEXT).orElseThrow();
    }

    private static double good(PlainParties.Node node) {
        return node.meters().get("amesh.mpc.canary.good").gauge().value();
    }

    @Test
    void parties_meetWithoutBeingTold() throws Exception {
        for (int party = 1; party <= 4; party++) {
            canary(party, PLAN);
        }
        time.advance(Duration.ofSeconds(29));
        assertThat(parties.network(1).openSessions()).isEmpty();

        for (int run = 1; run <= 2; run++) {
            time.advance(run == 1 ? Duration.ofSeconds(1) : MINUTE);
            for (Canary canary : canaries) {
                CanaryRun done = next(canary, START.plusSeconds(60L * run - 30));
                assertThat(done.isGood()).isTrue();
                assertThat(done.completed()).isEqualTo(3);
                assertThat(done.messages()).isEqualTo(3 * 5 * 3);
            }
        }
        PlainParties.Node two = parties.node(2);
        assertThat(two.count("amesh.mpc.canary.sessions", "result", "completed"))
                .isEqualTo(3 * 2);
        assertThat(two.count("amesh.mpc.canary.messages")).isEqualTo(3 * 5 * 3 * 2);
        assertThat(good(two)).isEqualTo(1);
    }

    @Test
    void clockThatIsSetBack_beginsNoRunAgain() throws Exception {
        HandDriven wall = new HandDriven(START);
        for (int party = 1; party <= 4; party++) {
            PlainParties.Node node = parties.node(party);
            canaries.add(new Canary(node.network(), node.contexts(), PLAN, node.meters(), wall.clock(), time));
        }
        wall.set(START.plusSeconds(25)); // when it should be 30
        time.advance(Duration.ofSeconds(30));
        next(canaries.get(0), START.plusSeconds(30));

        wall.set(START.plusSeconds(30));
        time.advance(Duration.ofSeconds(5));

        assertThat(parties.node(1).count("amesh.mpc.canary.sessions", "result", "id_used"))
                .isZero();
        wall.set(START.plusSeconds(90));
        time.advance(MINUTE);
        assertThat(next(canaries.get(0), START.plusSeconds(90)).failures()).isEmpty();
    }

    @Test
    void partyThatIsAway_isNamedByAllOthers_andComesBack() throws Exception {
        List<Canary> three = List.of(canary(1, IMPATIENT), canary(2, IMPATIENT), canary(3, IMPATIENT));
        parties.stop(4);
        time.advance(MINUTE);
        for (Canary canary : three) {
            CanaryRun run = next(canary, START.plusSeconds(30));
            assertThat(run.failures()).containsOnly(Map.entry("TIMEOUT [" + parties.party(4) + "]", 3));
            assertThat(run.completed()).isZero();
        }
        assertThat(good(parties.node(1))).isZero();

        parties.start(4);
        canary(4, IMPATIENT);
        time.advance(MINUTE);
        for (Canary canary : canaries) {
            assertThat(next(canary, START.plusSeconds(90)).failures()).isEmpty();
        }
    }

    @Test
    void partyWithAnotherPlan_isNamed() throws Exception {
        Canary one = canary(1, PLAN);
        canary(2, PLAN);
        canary(3, PLAN);
        canary(4, new CanaryPlan(MINUTE, 3, 5, 200, Duration.ofSeconds(20)));

        time.advance(MINUTE);

        assertThat(next(one, START.plusSeconds(30)).failures())
                .containsOnlyKeys("WRONG_MESSAGE [" + parties.party(4) + "]");
    }

    @Test
    void contextThatIsGone_isForgotten() throws Exception {
        Canary one = canary(1, IMPATIENT);
        time.advance(MINUTE);
        next(one, START.plusSeconds(30));

        parties.node(1).contexts().remove(PlainParties.CONTEXT);
        time.advance(MINUTE);

        assertThat(one.last(PlainParties.CONTEXT)).isEmpty();
        assertThat(parties.network(1).openSessions()).isEmpty();
    }

    @Test
    void closedCanary_beginsNothing() {
        canary(1, PLAN).close();

        time.advance(MINUTE);

        assertThat(parties.network(1).openSessions()).isEmpty();
    }

    @Test
    void messageOfAnotherRound_isWrong() throws Exception {
        SessionId id = SessionId.random(new SecureRandom());
        NetworkSession one = parties.open(1, id);
        CompletableFuture<Outcome> outcome = rounds(one, 2);
        for (int party = 2; party <= 4; party++) {
            parties.open(party, id).send(1, new byte[100]);
        }

        Outcome ended = outcome.get(20, TimeUnit.SECONDS);
        assertThat(ended.messages()).isZero();
        assertThat(ended.failure().orElseThrow().reason()).isEqualTo("WRONG_MESSAGE");
        assertThat(ended.failure().orElseThrow().parties()).hasSize(3);
        assertThat(parties.network(1).openSessions()).contains(one);
    }

    @Test
    void manyRounds_needNoDeepStack() throws Exception {
        SessionId id = SessionId.random(new SecureRandom());
        List<CompletableFuture<Outcome>> all = new ArrayList<>();
        for (int party = 1; party <= 4; party++) {
            all.add(rounds(parties.open(party, id), 1000));
        }
        for (CompletableFuture<Outcome> outcome : all) {
            assertThat(outcome.get(200, TimeUnit.SECONDS)).isEqualTo(new Outcome(3000, Optional.empty()));
        }
    }

    private static CompletableFuture<Outcome> rounds(NetworkSession session, int rounds) {
        return new CheckedRounds(session, rounds, 100, Duration.ofSeconds(20), nanos -> {}).start();
    }
}
