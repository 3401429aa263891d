package io.attestedmesh.voting.ledger;

import java.util.List;

/** Where nodes write down what they saw, in one hash chain each; rows are added and never changed. Thread-safe. */
public interface Ledger extends AutoCloseable {
    /** Where a chain ends. */
    LedgerTail tail(Chain chain) throws LedgerException;

    /** The hash that stands at each row of that position: one, unless somebody else wrote here. */
    List<ChainHead> at(Chain chain, long position) throws LedgerException;

    /**
     * Adds rows and the head that signs them, all or none; they are durable when this returns. After a failure they may be
     * there or not: {@link #tail} tells. Rows whose positions are taken in their tables are refused.
     */
    void append(Chain chain, List<LedgerRow> rows, SignedHead head) throws LedgerException;

    /** Shows a whole chain as it was at one moment, in bounded memory. */
    void visit(Chain chain, LedgerVisitor visitor) throws LedgerException;

    /** Who signed heads in that epoch, sorted. */
    List<String> recorders(String network, long epoch) throws LedgerException;

    /** The last {@code most} transactions that the chain's recorder knew the end of, latest first. */
    List<TransactionEntry> transactions(Chain chain, int most) throws LedgerException;

    @Override
    void close();
}
