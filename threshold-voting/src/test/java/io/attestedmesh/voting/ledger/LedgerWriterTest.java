package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the spool while the ledger fails in each way, and when it is not the ledger that it was. */
final class LedgerWriterTest {
    private static final WriterPace PACE = new WriterPace(
            Duration.ofMillis(20),
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMillis(20),
            Duration.ofSeconds(30));

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private FaultyLedger ledger;
    private Optional<LedgerWriter> started = Optional.empty();

    @BeforeEach
    void open() {
        ledger = new FaultyLedger(SqlLedger.embedded(folder.resolve("ledger")));
    }

    @AfterEach
    void close() {
        started.ifPresent(LedgerWriter::close);
        ledger.close();
    }

    private LedgerWriter start(MemorySpool spool) {
        LedgerWriter writer = LedgerWriter.start(spool, ledger, LedgerFixture.signer("a.example"), PACE, registry);
        started = Optional.of(writer);
        return writer;
    }

    private ChainHead written(long through) throws LedgerException {
        return LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, LedgerContract.votes(1, through));
    }

    private static MemorySpool spool(long first, long last) {
        MemorySpool spool = MemorySpool.from(first);
        spool.addAll(LedgerContract.votes(first, last));
        return spool;
    }

    /** Rows 1 to {@code last}, each once and in order, in a chain that is signed to its end. */
    private void assertWritten(long last) throws LedgerException {
        AuditReport report = new LedgerAudit(LedgerFixture.keys()).audit(ledger, "a.example", last);
        assertThat(report.findings()).isEmpty();
        assertThat(LedgerContract.shown(ledger, LedgerFixture.CHAIN).rows())
                .extracting(row -> ((VoteEntry) row.entry()).sequence())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, last).boxed().toList());
    }

    @Test
    void writer_ofASpool_writesAllOfItInOrderAndBatches() throws Exception {
        MemorySpool spool = spool(1, 1200);
        Waiting.untilWritten(start(spool));
        assertWritten(1200);
        assertThat(ledger.largestBatch()).isEqualTo(512);
    }

    @Test
    void writer_thatIsIdle_writesWhatComes() throws Exception {
        MemorySpool spool = MemorySpool.from(1);
        LedgerWriter writer = start(spool);
        Waiting.untilWritten(writer);
        for (VoteEntry vote : LedgerContract.votes(1, 20)) {
            spool.add(vote);
            writer.wake();
        }
        Waiting.until(() -> writer.status().written() == 20, writer::status);
        assertWritten(20);
    }

    @Test
    void writer_thatNobodyWakes_looksAgain() throws Exception {
        MemorySpool spool = MemorySpool.from(1);
        LedgerWriter writer = start(spool);
        Waiting.untilWritten(writer);
        spool.addAll(LedgerContract.votes(1, 3));
        Waiting.untilWritten(writer);
        assertWritten(3);
    }

    @Test
    void append_thatIsDoneAndSaidToHaveFailed_isNotDoneAgain() throws Exception {
        ledger.failAfterCommit(3);
        MemorySpool spool = spool(1, 2000);
        Waiting.untilWritten(start(spool));
        assertWritten(2000);
        assertThat(registry.counter("amesh.voting.ledger.failures", "node", "a.example")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void append_thatFailed_isDoneAgain() throws Exception {
        ledger.failBeforeCommit(3);
        MemorySpool spool = spool(1, 600);
        Waiting.untilWritten(start(spool));
        assertWritten(600);
    }

    @Test
    void removal_thatFails_writesNothingTwice() throws Exception {
        MemorySpool spool = spool(1, 600);
        spool.refuseRemovals(4);
        Waiting.untilWritten(start(spool));
        assertWritten(600);
    }

    @Test
    void ledger_thatIsAway_losesNothing() throws Exception {
        MemorySpool spool = spool(1, 10);
        LedgerWriter writer = start(spool);
        Waiting.untilWritten(writer);
        ledger.setAway(true);
        spool.addAll(LedgerContract.votes(11, 700));
        Waiting.until(writer, LedgerState.AWAY);
        assertThat(writer.status().message()).isEqualTo("nobody answers\\u000aat all");
        assertThat(writer.status().waiting()).isEqualTo(690);
        assertThat(writer.status().written()).isEqualTo(10);
        ledger.setAway(false);
        Waiting.untilWritten(writer);
        assertWritten(700);
    }

    @Test
    void ledger_thatIsAwayAtTheStart_isWaitedFor() throws Exception {
        ledger.setAway(true);
        MemorySpool spool = spool(1, 5);
        LedgerWriter writer = start(spool);
        Waiting.until(() -> failures() > 3, writer::status);
        ledger.setAway(false);
        Waiting.untilWritten(writer);
        assertWritten(5);
    }

    private double failures() {
        return registry.counter("amesh.voting.ledger.failures", "node", "a.example")
                .count();
    }

    @Test
    void ledger_thatHasTheSpoolsFirstRows_isGivenTheOthers() throws Exception {
        ChainHead head = written(5);
        assertThat(head.position()).isEqualTo(5);
        MemorySpool spool = spool(3, 8);
        Waiting.untilWritten(start(spool));
        assertWritten(8);
    }

    @Test
    void ledger_thatHasAllOfTheSpool_isGivenNothing() throws Exception {
        ChainHead head = written(1300);
        MemorySpool spool = spool(1, 1300);
        Waiting.untilWritten(start(spool));
        assertThat(ledger.tail(LedgerFixture.CHAIN).row()).isEqualTo(head);
        assertThat(ledger.largestBatch()).isEqualTo(1300); // the test's own
    }

    private LedgerStatus diverged(MemorySpool spool) {
        long waiting = spool.size();
        LedgerWriter writer = start(spool);
        Waiting.until(writer, LedgerState.DIVERGED);
        assertThat(writer.status().waiting()).isEqualTo(waiting);
        return writer.status();
    }

    @Test
    void ledger_thatEndsBeforeWhatWasWritten_isNotWrittenTo() throws Exception {
        ChainHead head = written(5);
        LedgerStatus status = diverged(spool(8, 9));
        assertThat(status.message())
                .isEqualTo("the ledger ends at row 5, and what waits on this node's disk begins at 8");
        assertThat(status.written())
                .as("what it wrote, not what the ledger says")
                .isEqualTo(7);
        assertThat(ledger.tail(LedgerFixture.CHAIN).row()).isEqualTo(head);
    }

    @Test
    void ledger_thatIsEmptyThoughItWasWritten_isNotWrittenTo() throws Exception {
        assertThat(diverged(spool(6, 6)).message()).contains("ends at row 0");
        assertThat(ledger.tail(LedgerFixture.CHAIN).row()).isEqualTo(ChainHead.EMPTY);
    }

    @Test
    void ledger_thatHasOtherRows_isNotWrittenTo() throws Exception {
        ChainHead head = written(5);
        MemorySpool other = MemorySpool.from(4);
        other.addAll(LedgerContract.votes(104, 109));
        assertThat(diverged(other).message()).startsWith("row 5 of the ledger has hash ");
        assertThat(ledger.tail(LedgerFixture.CHAIN).row()).isEqualTo(head);
    }

    @Test
    void ledger_thatHasMoreThanTheNodeRecorded_isNotWrittenTo() throws Exception {
        ChainHead unused = written(5);
        MemorySpool spool = spool(1, 3);
        LedgerWriter writer = start(spool);
        Waiting.until(writer, LedgerState.DIVERGED);
        assertThat(writer.status().message())
                .isEqualTo("the ledger ends at row 5, and this node has recorded no more than 3");
    }

    @Test
    void ledger_thatTakesRowsFromAnother_isNotWrittenToAnyMore() throws Exception {
        MemorySpool spool = spool(1, 5);
        LedgerWriter writer = start(spool);
        Waiting.untilWritten(writer);
        ChainHead head = ledger.tail(LedgerFixture.CHAIN).row();
        ChainHead unused = LedgerFixture.append(ledger, LedgerFixture.CHAIN, head, LedgerContract.votes(106, 106));
        spool.add(LedgerFixture.vote(6));
        Waiting.until(writer, LedgerState.DIVERGED);
        assertThat(spool.size()).isEqualTo(1);
        assertThat(failures()).isEqualTo(1);
    }

    @Test
    void ledger_whoseEndSomebodyElseSigned_isNotWrittenTo() throws Exception {
        List<LedgerRow> rows = LedgerFixture.rows(LedgerFixture.CHAIN, ChainHead.EMPTY, LedgerContract.votes(1, 2));
        ChainHead end = new ChainHead(2, rows.get(1).hash());
        Bytes signature = LedgerFixture.signer("e.example").sign(LedgerFixture.CHAIN.signed(end));
        ledger.append(LedgerFixture.CHAIN, rows, new SignedHead(end, signature));
        assertThat(diverged(spool(3, 4)).message()).contains("not signed by this node");
    }

    @Test
    void ledger_whoseEndNobodySigned_isNotWrittenTo() throws Exception {
        ChainHead unused = written(3);
        execute("delete from ledger_heads");
        assertThat(diverged(spool(4, 4)).message()).contains("covered by no head");
    }

    @Test
    void ledger_withoutTheRowsThatItsHeadSigns_isNotWrittenTo() throws Exception {
        ChainHead unused = written(3);
        execute("delete from votes where position = 3");
        assertThat(diverged(spool(4, 4)).message()).contains("ends at row 2, and its last head is of row 3");
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = EmbeddedLedgerTest.connect(folder);
                var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    @Test
    void spool_withWhatIsNoEntry_isNotWritten() {
        MemorySpool spool = spool(1, 2);
        spool.put(3, Bytes.of((byte) 1));
        assertThat(diverged(spool).message()).contains("at 3 is no ledger entry");
    }

    @Test
    void spool_withAGap_isNotWritten() {
        MemorySpool spool = spool(1, 2);
        spool.put(4, LedgerFixture.vote(4).encoded());
        assertThat(diverged(spool).message()).contains("begins at 4");
    }

    @Test
    void close_withASpoolThatIsNotEmpty_writesIt() throws Exception {
        MemorySpool spool = spool(1, 2000);
        start(spool).close();
        assertThat(spool.size()).isZero();
        assertWritten(2000);
    }

    @Test
    void close_whileTheLedgerIsAway_keepsTheSpool() {
        ledger.setAway(true);
        MemorySpool spool = spool(1, 5);
        LedgerWriter writer = start(spool);
        Waiting.until(() -> failures() > 0, writer::status);
        writer.close();
        assertThat(spool.size()).isEqualTo(5);
        assertThat(writer.status().state()).isEqualTo(LedgerState.AWAY);
    }

    @Test
    void meters_countRowsAndShowOneState() {
        Waiting.untilWritten(start(spool(1, 40)));
        assertThat(registry.counter("amesh.voting.ledger.rows", "node", "a.example")
                        .count())
                .isEqualTo(40);
        assertThat(state("writing")).isEqualTo(1);
        assertThat(state("away")).isZero();
        assertThat(state("diverged")).isZero();
    }

    private double state(String name) {
        return registry.get("amesh.voting.ledger.state")
                .tag("node", "a.example")
                .tag("state", name)
                .gauge()
                .value();
    }

    @Test
    void log_ofALongOutage_hasALineForEachChange() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord logged) {
                lines.add(logged.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(LedgerWriter.class.getName());
        logger.addHandler(handler);
        try {
            ledger.setAway(true);
            LedgerWriter writer = start(spool(1, 5));
            Waiting.until(() -> failures() > 5, writer::status);
            ledger.setAway(false);
            Waiting.untilWritten(writer);
            writer.close(); // the line comes after the state
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(new ArrayList<>(lines))
                .containsExactly(
                        "event=voting.ledger.away written=0 message=nobody answers\\u000aat all",
                        "event=voting.ledger.writing written=5"
                                + " message=the ledger has what was recorded, but for what waits");
    }
}
