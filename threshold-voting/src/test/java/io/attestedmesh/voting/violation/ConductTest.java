package io.attestedmesh.voting.violation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.TestCommittee;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three of five observers are believed: four have to agree, so two may lie. */
final class ConductTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final TestCommittee committee = new TestCommittee(5, 4);
    private final Conduct conduct = conduct(10);

    private Conduct conduct(int keep) {
        return new Conduct(committee.committee(), new ConductRules(DAY, DAY, Duration.ofDays(30), keep));
    }

    private VerifiedViolation doubleVote(String node, String transaction) {
        return VerifiedViolation.doubleVote(
                        committee.vote(node, 1, transaction, "a"), committee.vote(node, 2, transaction, "b"))
                .orElseThrow();
    }

    private VerifiedViolation minority(String node, String transaction) {
        return VerifiedViolation.minorityVote(
                        committee.vote(node, 1, transaction, "b"),
                        committee.decision(transaction, "a", "n1", "n2", "n3", "n4"))
                .orElseThrow();
    }

    private VerifiedViolation seen(String observer, ViolationType type, Instant at) {
        return VerifiedViolation.observed(committee.signer(observer), type, "n5", at, Bytes.EMPTY);
    }

    private static void know(Conduct by, VerifiedViolation violation, Instant since) {
        boolean unused = by.add(violation, since);
    }

    private VerifiedViolation silence(String observer) {
        return seen(observer, ViolationType.SILENCE, NOW);
    }

    @Test
    void nothingKnown_fullScore() {
        assertThat(conduct.score("n5", NOW)).isEqualTo(100);
        assertThat(conduct.isExcluded("n5", NOW)).isFalse();
    }

    @Test
    void freshViolations_takeTheirWeights() {
        assertThat(conduct.add(minority("n5", "tx_1"), NOW)).isTrue();
        assertThat(conduct.score("n5", NOW)).isEqualTo(95);
        assertThat(conduct.add(silence("n1"), NOW)).isTrue();
        assertThat(conduct.score("n5", NOW)).isEqualTo(85);
        assertThat(conduct.add(seen("n1", ViolationType.INVALID_SIGNATURE, NOW), NOW))
                .isTrue();
        assertThat(conduct.score("n5", NOW)).isEqualTo(65);
        assertThat(conduct.score("n4", NOW)).isEqualTo(100);
    }

    @Test
    void silentNodeAnswers_countsAgainAtLowerScore() {
        for (String observer : List.of("n1", "n2", "n3")) {
            know(conduct, silence(observer), NOW);
        }
        assertThat(conduct.isExcluded("n5", NOW)).isTrue();

        conduct.answered("n5", NOW.plusSeconds(1));

        assertThat(conduct.isExcluded("n5", NOW.plusSeconds(1))).isFalse();
        assertThat(conduct.score("n5", NOW)).isEqualTo(70);
    }

    @Test
    void answers_excuseNoInvalidSignature() {
        for (String observer : List.of("n1", "n2", "n3")) {
            know(conduct, seen(observer, ViolationType.INVALID_SIGNATURE, NOW), NOW);
        }

        conduct.answered("n5", NOW.plusSeconds(1));

        assertThat(conduct.isExcluded("n5", NOW.plusSeconds(1))).isTrue();
    }

    @Test
    void halfLives_giveHalfOfItBack() {
        know(conduct, seen("n1", ViolationType.INVALID_SIGNATURE, NOW), NOW);

        assertThat(conduct.score("n5", NOW.plus(DAY))).isEqualTo(90);
        assertThat(conduct.score("n5", NOW.plus(DAY.multipliedBy(2)))).isEqualTo(95);
        assertThat(conduct.score("n5", NOW.plus(Duration.ofHours(12)))).isCloseTo(85.857864, within(1e-6));
    }

    @Test
    void twoDoubleVotes_notBelowZero() {
        know(conduct, doubleVote("n5", "tx_1"), NOW);
        know(conduct, doubleVote("n5", "tx_2"), NOW);

        assertThat(conduct.score("n5", NOW)).isZero();
    }

    @Test
    void clockGoesBack_countsAsFresh() {
        know(conduct, silence("n1"), NOW);

        assertThat(conduct.score("n5", NOW.minus(DAY))).isEqualTo(90);
    }

    @Test
    void doubleVote_excludedHoweverOld() {
        know(conduct, doubleVote("n5", "tx_1"), NOW);

        assertThat(conduct.isExcluded("n5", NOW.plus(DAY.multipliedBy(1000)))).isTrue();
    }

    @Test
    void minorityVotes_neverExcluded() {
        for (int i = 0; i < 10; i++) {
            assertThat(conduct.add(minority("n5", "tx_" + i), NOW)).isTrue();
        }

        assertThat(conduct.isExcluded("n5", NOW)).isFalse();
    }

    @Test
    void twoObservers_notExcluded() {
        for (int period = 0; period < 2; period++) {
            Instant at = NOW.plus(Observation.PERIOD.multipliedBy(period));
            for (ViolationType type : new ViolationType[] {ViolationType.SILENCE, ViolationType.INVALID_SIGNATURE}) {
                assertThat(conduct.add(seen("n1", type, at), NOW)).isTrue();
                assertThat(conduct.add(seen("n2", type, at), NOW)).isTrue();
            }
        }

        assertThat(conduct.isExcluded("n5", NOW)).isFalse();
    }

    @Test
    void threeObserversWithinTheWindow_excludedUntilItIsOver() {
        know(conduct, silence("n1"), NOW);
        know(conduct, seen("n2", ViolationType.INVALID_SIGNATURE, NOW), NOW.plusSeconds(1));
        know(conduct, silence("n3"), NOW.plus(DAY));

        assertThat(conduct.isExcluded("n5", NOW.plus(DAY))).isTrue();
        assertThat(conduct.isExcluded("n5", NOW.plus(DAY).plusMillis(1))).isFalse();
    }

    @Test
    void sameObservationWithinAPeriod_oneOnly() {
        assertThat(conduct.add(silence("n1"), NOW)).isTrue();
        assertThat(conduct.add(seen("n1", ViolationType.SILENCE, NOW.plusSeconds(599)), NOW))
                .isFalse();
        assertThat(conduct.add(seen("n1", ViolationType.SILENCE, NOW.plusSeconds(600)), NOW))
                .isTrue();
    }

    @Test
    void reinstated_forgivesOnlyWhatWasBefore() {
        know(conduct, doubleVote("n5", "tx_1"), NOW);
        assertThat(conduct.reinstate("n5", NOW)).isTrue();
        assertThat(conduct.isExcluded("n5", NOW)).isFalse();
        assertThat(conduct.score("n5", NOW)).isEqualTo(100);

        know(conduct, doubleVote("n5", "tx_2"), NOW.plusMillis(1));

        assertThat(conduct.isExcluded("n5", NOW.plusMillis(1))).isTrue();
    }

    @Test
    void earlierReinstatement_takesNothingBack() {
        know(conduct, doubleVote("n5", "tx_1"), NOW);
        assertThat(conduct.reinstate("n5", NOW)).isTrue();
        assertThat(conduct.reinstate("n5", NOW.minus(DAY))).isFalse();
        assertThat(conduct.reinstate("n5", NOW)).isFalse();

        assertThat(conduct.isExcluded("n5", NOW)).isFalse();
    }

    @Test
    void reinstatementOfAnother_forgivesNothing() {
        know(conduct, doubleVote("n5", "tx_1"), NOW);
        assertThat(conduct.reinstate("n4", NOW)).isTrue();

        assertThat(conduct.isExcluded("n5", NOW)).isTrue();
    }

    @Test
    void roomOfOneKind_full() {
        for (int i = 0; i < 10; i++) {
            assertThat(conduct.add(minority("n5", "tx_" + i), NOW)).isTrue();
        }

        assertThat(conduct.add(minority("n5", "tx_10"), NOW)).isFalse();
        assertThat(conduct.add(doubleVote("n5", "tx_10"), NOW)).isTrue();
        assertThat(conduct.add(doubleVote("n4", "tx_10"), NOW)).isTrue();
    }

    @Test
    void oneObserverMakesManyUp_roomForTheOthers() {
        for (int i = 0; i < 100; i++) {
            know(conduct, seen("n4", ViolationType.SILENCE, NOW.plus(Observation.PERIOD.multipliedBy(i))), NOW);
        }
        for (String observer : new String[] {"n1", "n2", "n3"}) {
            assertThat(conduct.add(silence(observer), NOW)).isTrue();
        }

        assertThat(conduct.isExcluded("n5", NOW)).isTrue();
        assertThat(conduct.of("n5")).hasSize(5);
    }

    @Test
    void observersShareFull_oldestGivesWayOnceItCountsNoMore() {
        for (int i = 0; i < 2; i++) {
            Instant at = NOW.plus(Observation.PERIOD.multipliedBy(i));
            assertThat(conduct.add(seen("n1", ViolationType.SILENCE, at), at)).isTrue();
        }
        Instant later = NOW.plus(DAY);
        assertThat(conduct.add(seen("n1", ViolationType.SILENCE, later), later)).isFalse();

        Instant dayOver = later.plus(Observation.PERIOD);
        assertThat(conduct.add(seen("n1", ViolationType.SILENCE, dayOver), dayOver))
                .isTrue();

        assertThat(conduct.of("n5"))
                .extracting(Conduct.Known::since)
                .containsExactly(NOW.plus(Observation.PERIOD), dayOver);
        assertThat(conduct.gaveWay()).containsExactly(silence("n1").id());
        assertThat(conduct.gaveWay()).isEmpty();
        assertThat(conduct.expire(dayOver)).isEmpty();
    }

    /** Else whoever kept it could have it count for another day, again and again. */
    @Test
    void observationThatCountsNoMore_notTakenAsIfItWereNew() {
        assertThat(conduct.add(silence("n1"), NOW.plus(DAY).plusMillis(1))).isFalse();
        assertThat(conduct.add(silence("n1"), NOW.plus(DAY))).isTrue();
    }

    @Test
    void observersGoOnForMonths_stillExcluded() {
        for (int day = 0; day < 90; day++) {
            Instant at = NOW.plus(DAY.multipliedBy(day));
            for (String observer : List.of("n1", "n2", "n3")) {
                know(conduct, seen(observer, ViolationType.INVALID_SIGNATURE, at), at);
            }
            assertThat(conduct.isExcluded("n5", at)).as("day %s", day).isTrue();
        }
        assertThat(conduct.of("n5")).hasSize(6);
    }

    @Test
    void roomOfProofsFull_oldestGivesWayAfterItsTime() {
        for (int i = 0; i < 10; i++) {
            know(conduct, minority("n5", "tx_" + i), NOW);
        }
        Instant kept = NOW.plus(Duration.ofDays(30));

        assertThat(conduct.add(minority("n5", "tx_10"), kept)).isFalse();
        assertThat(conduct.add(minority("n5", "tx_10"), kept.plusMillis(1))).isTrue();
        assertThat(conduct.of("n5")).hasSize(10);
        assertThat(conduct.add(minority("n5", "tx_0"), kept.plusMillis(1))).isTrue();
    }

    @Test
    void oldAndMoreThanHaveToBeKept_expired() {
        Conduct few = conduct(2);
        know(few, minority("n5", "tx_1"), NOW);
        know(few, minority("n5", "tx_2"), NOW);
        know(few, silence("n1"), NOW);

        assertThat(few.expire(NOW.plus(Duration.ofDays(30)))).isEmpty();
        assertThat(few.expire(NOW.plus(Duration.ofDays(31))))
                .containsExactly(minority("n5", "tx_1").id());
        assertThat(few.expire(NOW.plus(Duration.ofDays(9999)))).isEmpty();
    }

    /** Else it could vote twice as often as it likes until the oldest had been kept long enough. */
    @Test
    void roomFullOfWhatIsForgiven_oneMoreTaken() {
        for (int i = 0; i < 10; i++) {
            know(conduct, doubleVote("n5", "tx_" + i), NOW);
        }
        assertThat(conduct.add(doubleVote("n5", "tx_10"), NOW)).isFalse();
        assertThat(conduct.reinstate("n5", NOW)).isTrue();
        assertThat(conduct.isExcluded("n5", NOW)).isFalse();

        Instant later = NOW.plusMillis(1);
        assertThat(conduct.add(doubleVote("n5", "tx_10"), later)).isTrue();
        assertThat(conduct.isExcluded("n5", later)).isTrue();
        assertThat(conduct.add(doubleVote("n5", "tx_11"), later)).isFalse();
    }

    @Test
    void forgivenDoubleVotes_neverForgottenAndSoNeverNew() {
        Conduct few = conduct(2);
        know(few, doubleVote("n5", "tx_1"), NOW);
        know(few, doubleVote("n5", "tx_2"), NOW);
        know(few, minority("n5", "tx_3"), NOW);
        assertThat(few.reinstate("n5", NOW)).isTrue();
        Instant later = NOW.plus(Duration.ofDays(31));

        assertThat(few.expire(later)).containsExactly(minority("n5", "tx_3").id());
        assertThat(few.add(doubleVote("n5", "tx_1"), later)).isFalse();
        assertThat(few.isExcluded("n5", later)).isFalse();
    }

    @Test
    void clockGoesBack_answersAndActsCountAllTheSame() {
        for (String observer : List.of("n1", "n2", "n3")) {
            know(conduct, silence(observer), NOW);
        }
        know(conduct, doubleVote("n4", "tx_1"), NOW);
        Instant back = NOW.minus(Duration.ofHours(1));
        conduct.wentBack(back);
        assertThat(conduct.isExcluded("n5", back)).isTrue();
        assertThat(conduct.isExcluded("n4", back)).isTrue();

        conduct.answered("n5", back.plusSeconds(1));
        assertThat(conduct.reinstate("n4", back)).isTrue();

        assertThat(conduct.isExcluded("n5", back.plusSeconds(1))).isFalse();
        assertThat(conduct.isExcluded("n4", back.plusSeconds(1))).isFalse();
    }

    @Test
    void clockGoesBackAfterAnAct_whatIsDoneLaterCounts() {
        know(conduct, doubleVote("n5", "tx_1"), NOW);
        assertThat(conduct.reinstate("n5", NOW)).isTrue();
        Instant back = NOW.minus(Duration.ofHours(1));
        conduct.wentBack(back);
        assertThat(conduct.isExcluded("n5", back)).isFalse();

        know(conduct, doubleVote("n5", "tx_2"), back.plusMillis(1));

        assertThat(conduct.isExcluded("n5", back.plusMillis(1))).isTrue();
    }

    @Test
    void lastDoubleVote_neverExpires() {
        Conduct few = conduct(1);
        know(few, doubleVote("n5", "tx_1"), NOW);
        know(few, silence("n1"), NOW);

        assertThat(few.expire(NOW.plus(Duration.ofDays(31))))
                .containsExactly(silence("n1").id());
        assertThat(few.isExcluded("n5", NOW.plus(Duration.ofDays(31)))).isTrue();
    }
}
