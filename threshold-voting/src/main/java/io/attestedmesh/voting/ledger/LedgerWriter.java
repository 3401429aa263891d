package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.voting.journal.Spool;
import io.attestedmesh.voting.statement.StatementSigner;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes what waits in a node's spool into its ledger, on a thread of its own, for as long as the node runs. While the ledger
 * is away it tries again; nothing leaves the spool before the ledger has it. Thread-safe.
 */
public final class LedgerWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LedgerWriter.class.getName());

    private final SpoolToChain chain;
    private final Spool spool;
    private final WriterPace pace;
    private final LedgerMeters meters;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition called = lock.newCondition();
    private boolean woken;
    private boolean closing;
    private long closingSince;
    private boolean told;
    private long notBefore = System.nanoTime();
    private volatile LedgerStatus status = new LedgerStatus(LedgerState.AWAY, "the ledger was not reached yet", 0, 0);

    private LedgerWriter(Spool spool, Ledger ledger, StatementSigner signer, WriterPace pace, MeterRegistry registry) {
        this.spool = spool;
        this.chain = new SpoolToChain(spool, ledger, signer);
        this.pace = pace;
        this.meters = new LedgerMeters(registry, signer.node(), () -> status.state());
        this.thread = new Thread(this::run, "voting-ledger-" + signer.node());
        this.thread.setDaemon(true);
        this.thread.setUncaughtExceptionHandler(
                (ended, e) -> became(LedgerState.AWAY, "the writer's thread ended: " + e));
    }

    /**
     * Begins to write. Spool and ledger stay the caller's to close, after this.
     *
     * @param signer of the node whose spool it is, by whose key the chain's heads are signed
     */
    public static LedgerWriter start(
            Spool spool, Ledger ledger, StatementSigner signer, WriterPace pace, MeterRegistry registry) {
        LedgerWriter writer = new LedgerWriter(spool, ledger, signer, pace, registry);
        writer.thread.start();
        return writer;
    }

    /** Something new waits in the spool: it is looked at now, unless the ledger is away. */
    public void wake() {
        lock.lock();
        try {
            woken = true;
            called.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Where it stands now. */
    public LedgerStatus status() {
        LedgerStatus last = status;
        return now(last.state(), last.message());
    }

    private LedgerStatus now(LedgerState state, String message) {
        return new LedgerStatus(state, message, spool.removed(), spool.size());
    }

    private void run() {
        try {
            int failures = 0;
            boolean more = true;
            while (more) {
                boolean last = isClosing(); // asked before the spool is, so that nothing put before is missed
                int rows = 0;
                long begin = System.nanoTime();
                try {
                    rows = chain.step();
                    long end = System.nanoTime();
                    notBefore = end + (end - begin);
                    failures = 0;
                    wrote(rows);
                } catch (LedgerException | RuntimeException e) { // whatever a driver throws, the thread goes on
                    failures++;
                    failed(e);
                }
                more = last ? rows > 0 && !isLate() : rows == SpoolToChain.BATCH || await(failures);
            }
        } catch (DivergedException e) {
            became(LedgerState.DIVERGED, e.getMessage());
        }
    }

    private void wrote(int rows) {
        meters.wrote(rows);
        became(LedgerState.WRITING, "the ledger has what was recorded, but for what waits");
    }

    private void failed(Exception e) {
        chain.forget();
        meters.failed();
        became(LedgerState.AWAY, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }

    private void became(LedgerState state, String message) {
        LedgerState before = status.state();
        LedgerStatus after = now(state, OneLine.of(message));
        status = after;
        if (state != before || !told) {
            told = true;
            LOG.log(
                    level(state),
                    () -> "event=voting.ledger." + state.name().toLowerCase(Locale.ROOT) + " written=" + after.written()
                            + " message=" + after.message());
        }
    }

    private static System.Logger.Level level(LedgerState state) {
        return switch (state) {
            case WRITING -> System.Logger.Level.INFO;
            case AWAY -> System.Logger.Level.WARNING;
            case DIVERGED -> System.Logger.Level.ERROR;
        };
    }

    private boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    private boolean isLate() {
        lock.lock();
        try {
            return System.nanoTime() - closingSince > pace.closing().toNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there may be something to do; being woken does not shorten the wait after failures. */
    private boolean await(int failures) {
        lock.lock();
        try {
            long left = (failures == 0 ? pace.idle() : pace.retry(failures)).toNanos();
            while (left > 0 && !closing && (failures > 0 || !woken)) {
                left = called.awaitNanos(left);
            }
            long lingers = woken ? pace.linger(notBefore - System.nanoTime()).toNanos() : 0;
            while (lingers > 0 && !closing) {
                lingers = called.awaitNanos(lingers);
            }
            woken = false;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody of ours does; whoever it is wants the thread to end
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Writes what waits, for as long as the pace allows and the ledger is there, and ends. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closing) {
                closing = true;
                closingSince = System.nanoTime();
            }
            called.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(pace.closing().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
