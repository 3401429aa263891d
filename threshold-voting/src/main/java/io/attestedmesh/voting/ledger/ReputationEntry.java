package io.attestedmesh.voting.ledger;

import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.MalformedStatementException;
import java.time.Instant;

/**
 * What the recorder thought of a node from then on.
 *
 * @param thousandths the score times 1000: 0 to 100,000
 * @param excluded whether its statements counted no more
 * @param why one line
 */
public record ReputationEntry(String node, long thousandths, boolean excluded, Instant at, String why)
        implements LedgerEntry {
    static final int LONGEST_WHY = 1024;
    private static final long FULL = 100_000;
    private static final double PER_POINT = 1000;

    /** Refuses scores that there are not. */
    public ReputationEntry {
        EntryBounds.node(node);
        EntryBounds.number("score in thousandths", thousandths, 0, FULL);
        at = EntryBounds.time(at);
        EntryBounds.line(why, LONGEST_WHY);
    }

    /** The entry for a score of 0 to 100. */
    public static ReputationEntry of(String node, double score, boolean excluded, Instant at, String why) {
        return new ReputationEntry(node, Math.round(score * PER_POINT), excluded, at, why);
    }

    /** 0 to 100. */
    public double score() {
        return thousandths / PER_POINT;
    }

    @Override
    public LedgerTable table() {
        return LedgerTable.REPUTATION;
    }

    @Override
    public void write(CanonicalWriter out) {
        out.text(node)
                .number(thousandths)
                .number(excluded ? 1 : 0)
                .number(at.toEpochMilli())
                .text(why);
    }

    static ReputationEntry read(CanonicalReader in) throws MalformedStatementException {
        return new ReputationEntry(
                in.text(EntryBounds.LONGEST_NODE),
                in.number(0),
                in.count(1) == 1,
                EntryBounds.time(in),
                in.text(LONGEST_WHY));
    }
}
