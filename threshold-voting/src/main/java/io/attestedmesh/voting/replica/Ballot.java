package io.attestedmesh.voting.replica;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this node knows of one transaction, all of it verified before it got here.
 *
 * @param opener the node that was heard first
 * @param since when that was, to the millisecond
 * @param statements the first of each node, in the order they came
 * @param certificate once it is settled
 */
public record Ballot(
        TransactionId transaction,
        String opener,
        Instant since,
        List<VerifiedStatement> statements,
        Optional<VerifiedCertificate> certificate) {
    private static final int LONGEST_NODE = 256;

    /** Takes the statements as they are. */
    public Ballot {
        statements = List.copyOf(statements);
    }

    /** Where the transaction stands. */
    public Outcome outcome() {
        if (certificate.isEmpty()) {
            return Outcome.PENDING;
        }
        return certificate.get().value().isPresent() ? Outcome.DECIDED : Outcome.FAILED;
    }

    /** The value it was decided to be. */
    public Optional<Value> value() {
        return certificate.flatMap(VerifiedCertificate::value);
    }

    /** The statement that {@code node} was first heard with. */
    public Optional<VerifiedStatement> of(String node) {
        return statements.stream().filter(signed -> signed.node().equals(node)).findFirst();
    }

    Ballot with(VerifiedStatement added) {
        List<VerifiedStatement> more = new ArrayList<>(statements);
        more.add(added);
        return new Ballot(transaction, opener, since, more, certificate);
    }

    Ballot settled(VerifiedCertificate by) {
        return new Ballot(transaction, opener, since, statements, Optional.of(by));
    }

    /** For this node's own journal: what is read back from there was verified. */
    public Bytes encoded() {
        CanonicalWriter out = new CanonicalWriter()
                .text(transaction.text())
                .text(opener)
                .number(since.toEpochMilli())
                .number(statements.size());
        statements.forEach(statement -> out.bytes(statement.signed().encoded()));
        out.number(certificate.isPresent() ? 1 : 0);
        certificate.ifPresent(present -> out.bytes(present.certificate().encoded()));
        return out.written();
    }

    /** Reads {@link #encoded}. */
    public static Ballot parse(Bytes encoded) throws MalformedStatementException {
        CanonicalReader in = new CanonicalReader(encoded);
        TransactionId transaction = new TransactionId(in.text(TransactionId.LONGEST));
        String opener = in.text(LONGEST_NODE);
        Instant since = Instant.ofEpochMilli(in.number(0));
        int count = in.count(Committee.LARGEST);
        List<VerifiedStatement> statements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            statements.add(VerifiedStatement.readmit(SignedStatement.parse(in.bytes(SignedStatement.LARGEST))));
        }
        Optional<VerifiedCertificate> certificate = in.count(1) == 0
                ? Optional.empty()
                : Optional.of(VerifiedCertificate.readmit(Certificate.parse(in.bytes(Certificate.LARGEST))));
        in.end();
        return new Ballot(transaction, opener, since, statements, certificate);
    }
}
