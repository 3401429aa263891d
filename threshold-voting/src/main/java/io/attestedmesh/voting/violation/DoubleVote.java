package io.attestedmesh.voting.violation;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import java.util.List;

/** Two statements of one node and transaction that do not say the same. */
public record DoubleVote(SignedStatement first, SignedStatement second) implements Violation {
    @Override
    public ViolationType type() {
        return ViolationType.DOUBLE_VOTE;
    }

    @Override
    public String accused() {
        return first.node();
    }

    @Override
    public Bytes id() {
        return EvidenceLine.id(type(), first.statement());
    }

    @Override
    public String summary() {
        return accused() + " said two things of " + first.transaction();
    }

    @Override
    public List<String> evidence() {
        return List.of(EvidenceLine.of(first), EvidenceLine.of(second));
    }

    @Override
    public void write(CanonicalWriter out) {
        out.bytes(first.encoded()).bytes(second.encoded());
    }

    static DoubleVote read(CanonicalReader in) throws MalformedStatementException {
        SignedStatement first = SignedStatement.parse(in.bytes(SignedStatement.LARGEST));
        return new DoubleVote(first, SignedStatement.parse(in.bytes(SignedStatement.LARGEST)));
    }
}
