package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.Statement;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import java.time.Instant;
import java.util.Optional;

/**
 * What one node said of one transaction.
 *
 * @param value empty for a timeout
 * @param signature of the statement, by the node's voting key: 64 bytes
 * @param heardAt by the recorder's clock
 */
public record VoteEntry(
        String node, long sequence, TransactionId transaction, Optional<Value> value, Bytes signature, Instant heardAt)
        implements LedgerEntry {
    /** Refuses what is no statement's. */
    public VoteEntry {
        EntryBounds.node(node);
        EntryBounds.number("sequence", sequence, 1, Long.MAX_VALUE);
        EntryBounds.size("signature", signature, EntryBounds.SIGNATURE, EntryBounds.SIGNATURE);
        heardAt = EntryBounds.time(heardAt);
    }

    /** The entry for a statement of the recorder's own epoch. */
    public static VoteEntry of(SignedStatement signed, Instant heardAt) {
        Statement said = signed.statement();
        return new VoteEntry(
                said.node(), said.sequence(), said.transaction(), said.value(), signed.signature(), heardAt);
    }

    /** What the node signed, if it was of this chain's network and epoch. */
    SignedStatement signed(Chain chain) {
        Statement said = new Statement(chain.network(), chain.epoch(), node, sequence, transaction, value);
        return new SignedStatement(said, signature);
    }

    @Override
    public LedgerTable table() {
        return LedgerTable.VOTES;
    }

    @Override
    public void write(CanonicalWriter out) {
        out.text(node).number(sequence).text(transaction.text());
        EntryBounds.write(out, value.map(Value::text));
        out.bytes(signature).number(heardAt.toEpochMilli());
    }

    static VoteEntry read(CanonicalReader in) throws MalformedStatementException {
        return new VoteEntry(
                in.text(EntryBounds.LONGEST_NODE),
                in.number(1),
                new TransactionId(in.text(TransactionId.LONGEST)),
                EntryBounds.value(in),
                in.bytes(EntryBounds.SIGNATURE),
                EntryBounds.time(in));
    }
}
