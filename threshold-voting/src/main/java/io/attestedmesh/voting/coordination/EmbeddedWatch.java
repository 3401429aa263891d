package io.attestedmesh.voting.coordination;

import io.attestedmesh.voting.statement.TransactionId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Tells a watcher on a thread of its own. Past a bound of changes that wait, the file is read again instead. */
final class EmbeddedWatch implements Watch {
    static final int WAITING = 10_000;

    private static final System.Logger LOG = System.getLogger(EmbeddedWatch.class.getName());
    private static final long EXPIRY_MILLIS = 250;

    private final EmbeddedCoordination store;
    private final WatchDelivery delivery;
    private final Consumer<EmbeddedWatch> onClose;
    private final Thread thread = new Thread(this::run, "amesh-coordination-watch");
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Changed> waiting = new ArrayDeque<>();
    private boolean missed = true;
    private boolean members = true;
    private long last; // every row up to this revision was told; only of this thread once it runs

    EmbeddedWatch(EmbeddedCoordination store, WatchDelivery delivery, Consumer<EmbeddedWatch> onClose) {
        this.store = store;
        this.delivery = delivery;
        this.onClose = onClose;
    }

    /** Begins behind this revision, before {@link #begin}. */
    void skipThrough(long revision) {
        lock.lock();
        try {
            last = revision;
            missed = false;
        } finally {
            lock.unlock();
        }
    }

    void begin() {
        thread.setDaemon(true);
        thread.start();
    }

    void changed(TransactionId transaction, long revision) {
        lock.lock();
        try {
            if (waiting.size() >= WAITING) {
                waiting.clear();
                missed = true;
            } else if (!missed) {
                waiting.add(new Changed(transaction, revision));
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void membersChanged() {
        lock.lock();
        try {
            members = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private record Work(boolean all, boolean members, Optional<Changed> one) {}

    private record Changed(TransactionId transaction, long revision) {}

    private Work next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean expired = false;
            while (!missed && !members && !expired && waiting.isEmpty()) {
                expired = !changed.await(EXPIRY_MILLIS, TimeUnit.MILLISECONDS);
            }
            Work work = new Work(missed, members || expired, Optional.ofNullable(waiting.poll()));
            missed = false;
            members = false;
            return work;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (!delivery.isClosed()) {
            try {
                tell(next());
            } catch (InterruptedException e) {
                return;
            } catch (CoordinationException | RuntimeException e) {
                if (!delivery.isClosed()) {
                    LOG.log(System.Logger.Level.ERROR, "event=voting.coordination.watch.ended", e);
                }
                return;
            }
        }
    }

    private void tell(Work work) throws CoordinationException {
        if (work.all()) {
            long[] highest = {last};
            store.changedAfter(last, (transaction, row) -> {
                highest[0] = Math.max(highest[0], row.revision());
                tell(transaction, row);
            });
            last = highest[0];
        }
        if (work.one().isPresent() && work.one().get().revision() > last) {
            Changed one = work.one().get();
            last = one.revision();
            store.outcome(one.transaction())
                    .filter(row -> row.revision() == one.revision()) // a later one waits too
                    .ifPresent(row -> tell(one.transaction(), row));
        }
        if (work.members()) {
            delivery.members(store.members());
        }
    }

    private void tell(TransactionId transaction, StoredOutcome row) {
        if (delivery.wants(transaction)) {
            delivery.outcome(transaction, row);
        }
    }

    @Override
    public void close() {
        delivery.close();
        onClose.accept(this);
        thread.interrupt();
    }
}
