package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.TransactionId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A store in memory whose answers a test holds back or refuses. */
final class FlakyCoordination implements Coordination {
    private final ConcurrentHashMap<TransactionId, StoredOutcome> rows = new ConcurrentHashMap<>();
    private final Set<TransactionId> failing = ConcurrentHashMap.newKeySet();
    private final Queue<Runnable> held = new ArrayDeque<>();
    private final Set<TransactionId> asked = new HashSet<>();
    private boolean holding;
    private boolean away;
    private int calls;
    private long revision;

    synchronized void holdAnswers() {
        holding = true;
    }

    synchronized void releaseAnswers() {
        holding = false;
        held.forEach(Runnable::run);
        held.clear();
    }

    synchronized int heldAnswers() {
        return held.size();
    }

    synchronized void away(boolean now) {
        away = now;
    }

    synchronized int calls() {
        return calls;
    }

    void failing(TransactionId transaction, boolean now) {
        if (now) {
            failing.add(transaction);
        } else {
            failing.remove(transaction);
        }
    }

    synchronized boolean wasAsked(TransactionId transaction) {
        return asked.contains(transaction);
    }

    synchronized void put(TransactionId transaction, Bytes content) {
        rows.put(transaction, new StoredOutcome(content, ++revision));
    }

    @Override
    public Optional<StoredOutcome> outcome(TransactionId transaction) {
        return Optional.ofNullable(rows.get(transaction));
    }

    @Override
    public synchronized CompletableFuture<Swap> swap(
            TransactionId transaction, long expectedRevision, Bytes certificate) {
        calls++;
        asked.add(transaction);
        CompletableFuture<Swap> answer = new CompletableFuture<>();
        if (away || failing.contains(transaction)) {
            answer.completeExceptionally(new CoordinationException("away"));
        } else if (holding) {
            held.add(() -> answer.complete(now(transaction, expectedRevision, certificate)));
        } else {
            answer.complete(now(transaction, expectedRevision, certificate));
        }
        return answer;
    }

    private synchronized Swap now(TransactionId transaction, long expectedRevision, Bytes certificate) {
        Optional<StoredOutcome> present = outcome(transaction);
        if (present.map(StoredOutcome::revision).orElse(0L) != expectedRevision) {
            return new Swap(false, present);
        }
        put(transaction, certificate);
        return Swap.DONE;
    }

    @Override
    public Membership join(MemberRecord me, Duration ttl) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<MemberRecord> members() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Watch watch(WatchFrom from, Watcher watcher) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
