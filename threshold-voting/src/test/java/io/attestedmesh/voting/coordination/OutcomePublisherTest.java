package io.attestedmesh.voting.coordination;

import static io.attestedmesh.voting.coordination.CoordinationFixture.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.Value;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OutcomePublisherTest {
    private static final PublisherSettings QUICK = new PublisherSettings(
            8, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMillis(5), Duration.ofSeconds(10));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FlakyCoordination store = new FlakyCoordination();
    private final MemorySpool spool = new MemorySpool();
    private final CapturedLog log = new CapturedLog(OutcomePublisher.class);
    private CoordinationFixture fixture;
    private OutcomePublisher publisher;

    @BeforeEach
    void start() throws Exception {
        fixture = new CoordinationFixture();
        publisher = OutcomePublisher.start(spool, store, fixture.verifier(), QUICK, meters);
    }

    @AfterEach
    void stop() {
        publisher.close();
        log.close();
    }

    private void publishAll() throws Exception {
        publisher.wake();
        Eventually.holds(() -> spool.size() == 0);
    }

    private double count(String name) {
        return meters.counter("amesh.voting.coordination." + name).count();
    }

    private Bytes stored(String id) {
        return store.outcome(id(id)).orElseThrow().certificate();
    }

    @Test
    void publish_absentRow_isWritten() throws Exception {
        Certificate decided = fixture.decided("tx", "42");
        spool.add(decided);
        publishAll();
        assertThat(stored("tx")).isEqualTo(decided.encoded());
        assertThat(count("written")).isEqualTo(1);
    }

    @Test
    void publish_failedTransaction_isWritten() throws Exception {
        Certificate failed = fixture.failed("tx");
        spool.add(failed);
        publishAll();
        assertThat(stored("tx")).isEqualTo(failed.encoded());
    }

    @Test
    void publish_sameOutcomeByOtherVotes_isLeft() throws Exception {
        Certificate theirs = fixture.by(List.of("b", "c", "d"), "tx", Optional.of(new Value("42")));
        store.put(id("tx"), theirs.encoded());
        spool.add(fixture.decided("tx", "42"));
        publishAll();
        assertThat(stored("tx")).isEqualTo(theirs.encoded());
        assertThat(count("present")).isEqualTo(1);
    }

    @Test
    void publish_garbageStandsThere_isReplacedCountedAndLoggedOnce() throws Exception {
        store.put(id("tx"), Bytes.of("\u001b[2J\nevent=forged".getBytes(StandardCharsets.UTF_8)));
        Certificate decided = fixture.decided("tx", "42");
        spool.add(decided);
        publishAll();
        assertThat(stored("tx")).isEqualTo(decided.encoded());
        assertThat(count("replaced")).isEqualTo(1);
        assertThat(log.lines("event=voting.coordination.forged transaction=tx"))
                .singleElement()
                .satisfies(line -> assertThat(line).matches("[ -~]*"));
    }

    @Test
    void publish_forgedAgainAndAgain_isLoggedOnce() throws Exception {
        Certificate decided = fixture.decided("tx", "42");
        for (int i = 0; i < 3; i++) {
            store.put(id("tx"), Bytes.of((byte) i));
            spool.add(decided);
            publishAll();
        }
        assertThat(count("replaced")).isEqualTo(3);
        assertThat(log.lines("event=voting.coordination.forged")).hasSize(1);
    }

    @Test
    void publish_certificateOfAnotherTransactionStandsThere_isReplaced() throws Exception {
        store.put(id("tx"), fixture.decided("another", "41").encoded());
        Certificate decided = fixture.decided("tx", "42");
        spool.add(decided);
        publishAll();
        assertThat(stored("tx")).isEqualTo(decided.encoded());
    }

    @Test
    void publish_tooFewVotesStandThere_isReplaced() throws Exception {
        store.put(
                id("tx"),
                fixture.by(List.of("a", "b"), "tx", Optional.of(new Value("41")))
                        .encoded());
        Certificate decided = fixture.decided("tx", "42");
        spool.add(decided);
        publishAll();
        assertThat(stored("tx")).isEqualTo(decided.encoded());
    }

    @Test
    void publish_sameValueWithForgedSignatureStandsThere_isReplaced() throws Exception {
        Certificate decided = fixture.decided("tx", "42");
        List<SignedStatement> forged = new ArrayList<>(decided.statements());
        forged.set(0, new SignedStatement(forged.get(0).statement(), Bytes.of(new byte[64])));
        store.put(id("tx"), new Certificate(id("tx"), decided.value(), forged).encoded());
        spool.add(decided);
        publishAll();
        assertThat(stored("tx")).isEqualTo(decided.encoded());
        assertThat(count("replaced")).isEqualTo(1);
    }

    @Test
    void publish_anotherDecisionStandsThere_isAConflictAndNothingIsOverwritten() throws Exception {
        Certificate theirs = fixture.decided("tx", "41");
        store.put(id("tx"), theirs.encoded());
        Certificate ours = fixture.decided("tx", "42");
        spool.add(ours);
        spool.add(fixture.decided("next", "1"));
        publishAll();
        assertThat(stored("tx")).isEqualTo(theirs.encoded());
        assertThat(store.outcome(id("next"))).isPresent();
        assertThat(publisher.state()).isEqualTo(PublisherState.CONFLICT);
        Conflict conflict = publisher.conflicts().get(0);
        assertThat(conflict.ours().certificate()).isEqualTo(ours);
        assertThat(conflict.stored().certificate()).isEqualTo(theirs);
        assertThat(count("conflict")).isEqualTo(1);
        assertThat(log.lines("SEVERE event=voting.coordination.conflict")).hasSize(1);
    }

    @Test
    void publish_failureStandsWhereOursIsDecided_isAConflict() throws Exception {
        store.put(id("tx"), fixture.failed("tx").encoded());
        spool.add(fixture.decided("tx", "42"));
        publishAll();
        assertThat(publisher.state()).isEqualTo(PublisherState.CONFLICT);
    }

    @Test
    void publish_ourOwnDoesNotVerify_accusesNobody() throws Exception {
        Certificate theirs = fixture.decided("tx", "41");
        store.put(id("tx"), theirs.encoded());
        spool.add(fixture.by(List.of("a", "b"), "tx", Optional.of(new Value("42"))));
        publishAll();
        assertThat(publisher.state()).isEqualTo(PublisherState.PUBLISHING);
        assertThat(count("unreadable")).isEqualTo(1);
    }

    @Test
    void publish_ourOwnIsGarbage_isLoggedAndTheNextIsWritten() throws Exception {
        spool.add(Bytes.of((byte) 7));
        spool.add(fixture.decided("next", "1"));
        publishAll();
        assertThat(store.outcome(id("next"))).isPresent();
        assertThat(log.lines("SEVERE event=voting.coordination.unreadable")).hasSize(1);
    }

    @Test
    void publish_answersAreSlow_manyAreUnderWay() throws Exception {
        store.holdAnswers();
        for (int i = 0; i < 20; i++) {
            spool.add(fixture.decided("tx." + i, "1"));
        }
        publisher.wake();
        Eventually.holds(() -> store.heldAnswers() == QUICK.window());
        assertThat(spool.removals()).isEmpty();
        store.releaseAnswers();
        publishAll();
        assertThat(count("written")).isEqualTo(20);
    }

    @Test
    void remove_firstFailsAndOthersAreWritten_keepsItAndThem() throws Exception {
        store.failing(id("tx.0"), true);
        for (int i = 0; i < 4; i++) {
            spool.add(fixture.decided("tx." + i, "1"));
        }
        publisher.wake();
        Eventually.holds(() -> count("written") == 3);
        int calls = store.calls();
        Eventually.holds(() -> store.calls() > calls + 3);
        assertThat(spool.size()).isEqualTo(4);
        store.failing(id("tx.0"), false);
        publishAll();
        assertThat(spool.removals()).isSorted().last().isEqualTo(4L);
        assertThat(count("written")).isEqualTo(4);
    }

    @Test
    void away_forALongTime_isTriedOneAtATimeAndSaidOnce() throws Exception {
        store.away(true);
        for (int i = 0; i < 20; i++) {
            spool.add(fixture.decided("tx." + i, "1"));
        }
        publisher.wake();
        Eventually.holds(() -> store.calls() > 30);
        assertThat(publisher.state()).isEqualTo(PublisherState.AWAY);
        assertThat(store.wasAsked(id("tx." + QUICK.window()))).isFalse();
        assertThat(spool.size()).isEqualTo(20);
        store.away(false);
        publishAll();
        assertThat(count("written")).isEqualTo(20);
        assertThat(publisher.state()).isEqualTo(PublisherState.PUBLISHING);
        assertThat(log.lines("event=voting.coordination.away")).hasSize(1);
        assertThat(log.lines("event=voting.coordination.back")).hasSize(1);
    }

    @Test
    void close_answersNeverCome_isBoundedAndKeepsTheSpool() throws Exception {
        store.holdAnswers();
        MemorySpool other = new MemorySpool();
        PublisherSettings impatient = new PublisherSettings(
                8, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMillis(5), Duration.ofMillis(50));
        OutcomePublisher closing =
                OutcomePublisher.start(other, store, fixture.verifier(), impatient, new SimpleMeterRegistry());
        other.add(fixture.decided("tx", "1"));
        closing.wake();
        Eventually.holds(() -> store.heldAnswers() == 1);
        closing.close();
        store.releaseAnswers();
        assertThat(other.size()).isEqualTo(1);
    }

    @Test
    void close_answersCome_removesWhatWasWritten() throws Exception {
        store.holdAnswers();
        spool.add(fixture.decided("tx", "1"));
        publisher.wake();
        Eventually.holds(() -> store.heldAnswers() == 1);
        Thread closing = new Thread(publisher::close);
        closing.start();
        store.releaseAnswers();
        closing.join();
        assertThat(spool.size()).isZero();
    }

    @Test
    void publish_spoolThrows_isTriedAgain() throws Exception {
        MemorySpool inner = new MemorySpool();
        inner.add(fixture.decided("tx", "1"));
        ThrowingSpool throwing = new ThrowingSpool(inner, 3);
        try (OutcomePublisher other =
                OutcomePublisher.start(throwing, store, fixture.verifier(), QUICK, new SimpleMeterRegistry())) {
            Eventually.holds(() -> inner.size() == 0);
            assertThat(other.state()).isEqualTo(PublisherState.PUBLISHING);
        }
    }

    @Test
    void waiting_showsTheSpool() throws Exception {
        store.away(true);
        spool.add(fixture.decided("tx", "1"));
        assertThat(meters.get("amesh.voting.coordination.waiting").gauge().value())
                .isEqualTo(1);
        Eventually.holds(
                () -> meters.get("amesh.voting.coordination.away").gauge().value() == 1);
    }
}
