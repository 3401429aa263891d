package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The statements that settle a transaction, which nobody has looked at yet: votes of threshold nodes for one value, or
 * statements by which threshold nodes rule each value out.
 *
 * @param value empty if the transaction failed
 * @param statements in the order of their nodes
 */
public record Certificate(TransactionId transaction, Optional<Value> value, List<SignedStatement> statements) {
    private static final String LABEL = "amesh-voting-certificate-v1";
    public static final int LARGEST = Committee.LARGEST * (SignedStatement.LARGEST + Integer.BYTES) + 2048;

    /** Puts the statements in order. */
    public Certificate {
        statements = statements.stream()
                .sorted(Comparator.comparing(SignedStatement::node))
                .toList();
    }

    /** Transaction, value if there is one, and the statements. */
    public Bytes encoded() {
        CanonicalWriter out =
                new CanonicalWriter().text(LABEL).text(transaction.text()).number(value.isPresent() ? 1 : 0);
        value.ifPresent(present -> out.text(present.text()));
        out.number(statements.size());
        statements.forEach(signed -> out.bytes(signed.encoded()));
        return out.written();
    }

    /** Reads {@link #encoded}. */
    public static Certificate parse(Bytes encoded) throws MalformedStatementException {
        CanonicalReader in = new CanonicalReader(encoded);
        in.label(LABEL);
        try {
            TransactionId transaction = new TransactionId(in.text(TransactionId.LONGEST));
            Optional<Value> value =
                    in.count(1) == 0 ? Optional.empty() : Optional.of(new Value(in.text(Value.LONGEST)));
            int count = in.count(Committee.LARGEST);
            List<SignedStatement> statements = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                statements.add(SignedStatement.parse(in.bytes(SignedStatement.LARGEST)));
            }
            in.end();
            Certificate read = new Certificate(transaction, value, statements);
            if (!read.statements().equals(statements)) {
                throw new MalformedStatementException("the statements of a certificate are out of order");
            }
            return read;
        } catch (IllegalArgumentException e) {
            throw new MalformedStatementException(e.getMessage(), e);
        }
    }
}
