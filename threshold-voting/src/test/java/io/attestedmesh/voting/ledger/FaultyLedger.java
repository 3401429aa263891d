package io.attestedmesh.voting.ledger;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A ledger that can be made to fail as networks do. */
final class FaultyLedger implements Ledger {
    private final Ledger beneath;
    private final AtomicInteger unknownOutcomes = new AtomicInteger();
    private final AtomicInteger lostAppends = new AtomicInteger();
    private final AtomicInteger largest = new AtomicInteger();
    private volatile boolean away;

    FaultyLedger(Ledger beneath) {
        this.beneath = beneath;
    }

    /** So many appends are done, and said to have failed. */
    void failAfterCommit(int count) {
        unknownOutcomes.set(count);
    }

    /** So many appends are not done. */
    void failBeforeCommit(int count) {
        lostAppends.set(count);
    }

    void setAway(boolean newAway) {
        away = newAway;
    }

    /** Of the batches that were appended. */
    int largestBatch() {
        return largest.get();
    }

    private void requireHere() throws LedgerException {
        if (away) {
            throw new LedgerException("nobody answers\nat all");
        }
    }

    private static boolean takeOne(AtomicInteger count) {
        return count.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    @Override
    public LedgerTail tail(Chain chain) throws LedgerException {
        requireHere();
        return beneath.tail(chain);
    }

    @Override
    public List<ChainHead> at(Chain chain, long position) throws LedgerException {
        requireHere();
        return beneath.at(chain, position);
    }

    @Override
    public void append(Chain chain, List<LedgerRow> rows, SignedHead head) throws LedgerException {
        requireHere();
        if (takeOne(lostAppends)) {
            throw new LedgerException("the connection broke before");
        }
        beneath.append(chain, rows, head);
        largest.accumulateAndGet(rows.size(), Math::max);
        if (takeOne(unknownOutcomes)) {
            throw new LedgerException("the connection broke after");
        }
    }

    @Override
    public void visit(Chain chain, LedgerVisitor visitor) throws LedgerException {
        beneath.visit(chain, visitor);
    }

    @Override
    public List<String> recorders(String network, long epoch) throws LedgerException {
        return beneath.recorders(network, epoch);
    }

    @Override
    public List<TransactionEntry> transactions(Chain chain, int most) throws LedgerException {
        return beneath.transactions(chain, most);
    }

    @Override
    public void close() {
        beneath.close();
    }
}
