package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import java.time.Instant;
import java.util.Optional;

/**
 * How a transaction ended.
 *
 * @param outcome DECIDED or FAILED
 * @param value empty if it failed
 * @param certificate as {@link Certificate#encoded}
 * @param at when the recorder knew
 */
public record TransactionEntry(
        TransactionId transaction, Outcome outcome, Optional<Value> value, Bytes certificate, Instant at)
        implements LedgerEntry {
    /** Refuses what does not end a transaction. */
    public TransactionEntry {
        if (outcome == Outcome.PENDING) {
            throw new IllegalArgumentException("a pending transaction has not ended");
        }
        if (value.isPresent() != (outcome == Outcome.DECIDED)) {
            throw new IllegalArgumentException("a decided transaction has a value, and a failed one has none");
        }
        EntryBounds.size("certificate", certificate, 1, Certificate.LARGEST);
        at = EntryBounds.time(at);
    }

    /** The entry for a settled transaction. */
    public static TransactionEntry of(Certificate certificate, Instant at) {
        Outcome outcome = certificate.value().isPresent() ? Outcome.DECIDED : Outcome.FAILED;
        return new TransactionEntry(certificate.transaction(), outcome, certificate.value(), certificate.encoded(), at);
    }

    @Override
    public LedgerTable table() {
        return LedgerTable.TRANSACTIONS;
    }

    @Override
    public void write(CanonicalWriter out) {
        out.text(transaction.text()).text(outcome.name());
        EntryBounds.write(out, value.map(Value::text));
        out.bytes(certificate).number(at.toEpochMilli());
    }

    static TransactionEntry read(CanonicalReader in) throws MalformedStatementException {
        return new TransactionEntry(
                new TransactionId(in.text(TransactionId.LONGEST)),
                EntryBounds.named(Outcome.class, in.text(Outcome.DECIDED.name().length())),
                EntryBounds.value(in),
                in.bytes(Certificate.LARGEST),
                EntryBounds.time(in));
    }
}
