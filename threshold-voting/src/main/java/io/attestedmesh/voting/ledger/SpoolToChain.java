package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.journal.Spool;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.VotingKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the chain in the ledger out of the spool, a batch at a time. It believes the ledger about where the chain ends, and
 * only if that end is signed by this node and agrees with what waits: hashes alone anybody could have written. Not
 * thread-safe.
 */
final class SpoolToChain {
    static final int BATCH = 512;

    private final Spool spool;
    private final Ledger ledger;
    private final StatementSigner signer;
    private final StatementVerifier own;
    private final Chain chain;
    private Optional<ChainHead> head = Optional.empty();

    SpoolToChain(Spool spool, Ledger ledger, StatementSigner signer) {
        this.spool = spool;
        this.ledger = ledger;
        this.signer = signer;
        this.own = new StatementVerifier(ownKey(signer));
        this.chain = Chain.of(signer.committee(), signer.node());
    }

    private static VotingKeys ownKey(StatementSigner signer) {
        VotingKeys keys = new VotingKeys(signer.committee());
        try {
            boolean unused = keys.pin(signer.announcement());
        } catch (RejectedStatementException e) {
            throw new IllegalStateException("a node's own announcement does not verify", e);
        }
        return keys;
    }

    /** After a failure nobody knows what was committed. */
    void forget() {
        head = Optional.empty();
    }

    /**
     * Writes one batch of what waits.
     *
     * @return how many rows it had; 0 if nothing waits
     */
    int step() throws LedgerException, DivergedException {
        if (head.isEmpty()) {
            head = Optional.of(settled());
        }
        List<Spool.Item> items = spool.first(BATCH);
        if (items.isEmpty()) {
            return 0;
        }
        List<LedgerRow> rows = rows(head.get(), items);
        ChainHead last = last(rows);
        ledger.append(chain, rows, SignedHead.of(last, signer));
        head = Optional.of(last);
        spool.removeThrough(last.position());
        return rows.size();
    }

    /** Reads where the ledger ends, and takes from the spool what it has. */
    private ChainHead settled() throws LedgerException, DivergedException {
        ChainHead end = signedEnd();
        List<Spool.Item> items = spool.first(BATCH);
        while (!items.isEmpty() && items.get(0).position() <= end.position()) {
            long first = items.get(0).position();
            List<Spool.Item> written = items.stream()
                    .filter(item -> item.position() <= end.position())
                    .toList();
            ChainHead before = first == 1 ? ChainHead.EMPTY : written(first - 1);
            ChainHead computed = last(rows(before, written));
            ChainHead found = written(computed.position());
            if (!found.equals(computed)) {
                throw new DivergedException("row " + found.position() + " of the ledger has hash " + found.hash()
                        + ", and this node wrote " + computed.hash());
            }
            spool.removeThrough(computed.position());
            items = spool.first(BATCH);
            if (items.isEmpty() && computed.position() < end.position()) {
                throw new DivergedException("the ledger ends at row " + end.position()
                        + ", and this node has recorded no more than " + computed.position());
            }
        }
        return end;
    }

    private ChainHead signedEnd() throws LedgerException, DivergedException {
        LedgerTail tail = ledger.tail(chain);
        if (tail.head().isEmpty()) {
            if (tail.row().position() != 0) {
                throw new DivergedException(
                        "row " + tail.row().position() + " of the ledger is covered by no head that this node signed");
            }
            return ChainHead.EMPTY;
        }
        SignedHead signed = tail.head().get();
        if (!signed.head().equals(tail.row())) {
            throw new DivergedException("the ledger ends at row " + tail.row().position()
                    + ", and its last head is of row " + signed.head());
        }
        try {
            signed.verify(chain, own);
        } catch (RejectedStatementException e) {
            throw new DivergedException(
                    "the last head of the ledger, of row " + signed.head().position() + ", is not signed by this node",
                    e);
        }
        return signed.head();
    }

    private ChainHead written(long position) throws LedgerException, DivergedException {
        List<ChainHead> found = ledger.at(chain, position);
        if (found.size() != 1) {
            throw new DivergedException("the ledger has " + found.size() + " rows at position " + position);
        }
        return found.get(0);
    }

    private List<LedgerRow> rows(ChainHead before, List<Spool.Item> items) throws DivergedException {
        List<LedgerRow> rows = new ArrayList<>();
        ChainHead last = before;
        for (Spool.Item item : items) {
            if (item.position() != last.position() + 1) {
                throw new DivergedException("the ledger ends at row " + last.position()
                        + ", and what waits on this node's disk begins at " + item.position());
            }
            LedgerEntry entry = entry(item);
            last = chain.after(last, item.content());
            rows.add(new LedgerRow(last.position(), entry, last.hash()));
        }
        return rows;
    }

    private static LedgerEntry entry(Spool.Item item) throws DivergedException {
        Bytes content = item.content();
        try {
            return LedgerEntry.parse(content);
        } catch (MalformedStatementException e) {
            throw new DivergedException(
                    "what waits on this node's disk at " + item.position() + " is no ledger entry: " + e.getMessage(),
                    e);
        }
    }

    private static ChainHead last(List<LedgerRow> rows) {
        LedgerRow last = rows.get(rows.size() - 1);
        return new ChainHead(last.position(), last.hash());
    }
}
