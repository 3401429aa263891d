package io.attestedmesh.voting.coordination;

import static io.attestedmesh.voting.coordination.CoordinationFixture.COMMITTEE;
import static io.attestedmesh.voting.coordination.CoordinationFixture.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class OutcomeWatcherTest {
    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<TransactionId> learned = new CopyOnWriteArrayList<>();
    private final List<VerifiedCertificate> certificates = new CopyOnWriteArrayList<>();
    private final CapturedLog log = new CapturedLog(OutcomeWatcher.class);
    private CoordinationFixture fixture;
    private Coordination store;

    @BeforeEach
    void open() throws Exception {
        fixture = new CoordinationFixture();
        store = EmbeddedCoordination.open(folder.resolve("c.mv"), COMMITTEE, meters, Clock.systemUTC());
    }

    @AfterEach
    void close() {
        store.close();
        log.close();
    }

    private OutcomeWatcher watch(CoordinationFixture keys) throws CoordinationException {
        return OutcomeWatcher.start(
                store,
                keys.verifier(),
                transaction -> !learned.contains(transaction),
                verified -> {
                    certificates.add(verified);
                    learned.add(verified.transaction());
                },
                meters);
    }

    private void put(String id, Bytes content) throws CoordinationException {
        assertThat(store.compareAndSet(id(id), 0, content)).isTrue();
    }

    private double rejected() {
        return meters.counter("amesh.voting.coordination.rejected").count();
    }

    /** Rows are told in order, so what comes behind the forged one shows that it was looked at. */
    private void assertNeverHandedOn(Bytes forged) throws Exception {
        put("forged", forged);
        try (OutcomeWatcher watcher = watch(fixture)) {
            Eventually.holds(() -> rejected() == 1);
            put("true", fixture.decided("true", "1").encoded());
            Eventually.holds(() -> learned.contains(id("true")));
            assertThat(watcher).isNotNull();
        }
        assertThat(learned).containsExactly(id("true"));
        assertThat(log.lines("event=voting.coordination.rejected transaction=forged"))
                .singleElement()
                .satisfies(line -> assertThat(line).matches("[ -~]*"));
    }

    @Test
    void start_rowsWereThereBefore_handsThemOn() throws Exception {
        put("one", fixture.decided("one", "42").encoded());
        put("two", fixture.failed("two").encoded());
        try (OutcomeWatcher watcher = watch(fixture)) {
            Eventually.holds(() -> learned.size() == 2);
            assertThat(watcher).isNotNull();
        }
        assertThat(certificates)
                .extracting(VerifiedCertificate::value)
                .containsExactlyInAnyOrder(Optional.of(new Value("42")), Optional.empty());
    }

    @Test
    void row_garbage_isNeverHandedOn() throws Exception {
        assertNeverHandedOn(Bytes.of("\u001b[2J\nevent=forged".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void row_empty_isNeverHandedOn() throws Exception {
        assertNeverHandedOn(Bytes.EMPTY);
    }

    @Test
    void row_certificateOfAnotherTransaction_isNeverHandedOn() throws Exception {
        assertNeverHandedOn(fixture.decided("another", "1").encoded());
    }

    @Test
    void row_tooFewVotes_isNeverHandedOn() throws Exception {
        assertNeverHandedOn(fixture.by(List.of("a", "b"), "forged", Optional.of(new Value("1")))
                .encoded());
    }

    @Test
    void row_valueIsNotWhatWasVotedFor_isNeverHandedOn() throws Exception {
        Certificate decided = fixture.decided("forged", "1");
        assertNeverHandedOn(new Certificate(id("forged"), Optional.of(new Value("2")), decided.statements()).encoded());
    }

    @Test
    void row_decisionShownAsFailure_isNeverHandedOn() throws Exception {
        Certificate decided = fixture.decided("forged", "1");
        assertNeverHandedOn(new Certificate(id("forged"), Optional.empty(), decided.statements()).encoded());
    }

    @Test
    void row_forgedSignature_isNeverHandedOn() throws Exception {
        Certificate decided = fixture.decided("forged", "1");
        List<SignedStatement> statements = new ArrayList<>(decided.statements());
        statements.set(
                2,
                new SignedStatement(
                        statements.get(2).statement(), statements.get(1).signature()));
        assertNeverHandedOn(new Certificate(id("forged"), decided.value(), statements).encoded());
    }

    @Test
    void row_forgedManyTimes_isCountedEachTimeAndLoggedOnce() throws Exception {
        try (OutcomeWatcher watcher = watch(fixture)) {
            put("forged", Bytes.EMPTY);
            for (int i = 1; i < 4; i++) {
                int seen = i;
                Eventually.holds(() -> rejected() == seen);
                long revision = store.outcome(id("forged")).orElseThrow().revision();
                assertThat(store.compareAndSet(id("forged"), revision, Bytes.of((byte) i)))
                        .isTrue();
            }
            Eventually.holds(() -> rejected() == 4);
            assertThat(watcher).isNotNull();
        }
        assertThat(log.lines("event=voting.coordination.rejected")).hasSize(1);
    }

    @Test
    void row_forgedAndThenReplaced_handsTheTrueOneOn() throws Exception {
        put("tx", Bytes.EMPTY);
        try (OutcomeWatcher watcher = watch(fixture)) {
            Eventually.holds(() -> rejected() == 1);
            long revision = store.outcome(id("tx")).orElseThrow().revision();
            store.compareAndSet(id("tx"), revision, fixture.decided("tx", "1").encoded());
            Eventually.holds(() -> learned.contains(id("tx")));
            assertThat(watcher).isNotNull();
        }
    }

    @Test
    void row_keyIsNotKnownYet_isHandedOnOnceItIs() throws Exception {
        CoordinationFixture late = new CoordinationFixture(List.of("a", "b"));
        put("tx", fixture.decided("tx", "1").encoded());
        try (OutcomeWatcher watcher = watch(late)) {
            Eventually.holds(() -> rejected() == 1);
            watcher.keyAnnounced();
            assertThat(learned).isEmpty();
            late.announce("c");
            watcher.keyAnnounced();
            assertThat(learned).containsExactly(id("tx"));
        }
    }

    @Test
    void row_isKnownAlready_isNotVerified() throws Exception {
        learned.add(id("known"));
        put("known", Bytes.EMPTY);
        put("tx", fixture.decided("tx", "1").encoded());
        try (OutcomeWatcher watcher = watch(fixture)) {
            Eventually.holds(() -> learned.contains(id("tx")));
            assertThat(watcher).isNotNull();
        }
        assertThat(rejected()).isZero();
    }
}
