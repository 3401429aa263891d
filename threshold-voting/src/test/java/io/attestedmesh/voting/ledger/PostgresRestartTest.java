package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is killed and comes back while votes are recorded. */
@Timeout(300)
final class PostgresRestartTest {
    private static final int KILLS = 4;
    private static final long MOST_WAITING = 5000;

    @Test
    void server_killedAndStartedUnderLoad_hasEachRowOnce() throws Exception {
        try (PostgresServer server = PostgresServer.start();
                Ledger ledger = SqlLedger.postgresql(
                        server.newDatabase(), PostgresServer.USER, () -> PostgresServer.PASSWORD)) {
            MemorySpool spool = MemorySpool.from(1);
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            AtomicBoolean enough = new AtomicBoolean();
            AtomicLong recorded = new AtomicLong();
            LedgerWriter writer =
                    LedgerWriter.start(spool, ledger, LedgerFixture.signer("a.example"), WriterPace.DEFAULT, registry);
            Thread load = new Thread(() -> {
                while (!enough.get()) {
                    spool.add(LedgerFixture.vote(recorded.incrementAndGet()));
                    writer.wake();
                    Waiting.until(() -> spool.size() < MOST_WAITING || enough.get(), writer::status);
                }
            });
            load.start();
            for (int kill = 0; kill < KILLS; kill++) {
                long before = rows(registry);
                Waiting.until(() -> rows(registry) > before + 500, writer::status);
                server.kill();
                Waiting.until(writer, LedgerState.AWAY);
                server.startAgain();
                Waiting.until(writer, LedgerState.WRITING);
            }
            enough.set(true);
            load.join();
            Waiting.untilWritten(writer);
            writer.close();
            AuditReport report = new LedgerAudit(LedgerFixture.keys()).audit(ledger, "a.example", recorded.get());
            assertThat(report.findings()).isEmpty();
            assertThat(report.rows()).isEqualTo(recorded.get()).isGreaterThan(500 * KILLS);
        }
    }

    private static long rows(SimpleMeterRegistry registry) {
        return (long) registry.counter("amesh.voting.ledger.rows", "node", "a.example")
                .count();
    }
}
