package io.attestedmesh.voting.violation;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.Value;
import java.util.ArrayList;
import java.util.List;

/** A vote for another value than the one that its transaction was decided to be. */
public record MinorityVote(SignedStatement vote, Certificate decision) implements Violation {
    /** Whether the vote is for another value than what was decided, in the same transaction. */
    boolean holds() {
        return vote.transaction().equals(decision.transaction())
                && decision.value().isPresent()
                && vote.statement().value().isPresent()
                && !vote.statement().value().equals(decision.value());
    }

    @Override
    public ViolationType type() {
        return ViolationType.MINORITY_VOTE;
    }

    @Override
    public String accused() {
        return vote.node();
    }

    @Override
    public Bytes id() {
        return EvidenceLine.id(type(), vote.statement());
    }

    @Override
    public String summary() {
        return accused() + " voted for "
                + vote.statement().value().map(Value::text).orElse("nothing") + " where " + decision.transaction()
                + " was decided to be " + decision.value().map(Value::text).orElse("nothing");
    }

    @Override
    public List<String> evidence() {
        List<String> lines = new ArrayList<>();
        lines.add(EvidenceLine.of(vote));
        decision.statements().forEach(signed -> lines.add(EvidenceLine.of(signed)));
        return lines;
    }

    @Override
    public void write(CanonicalWriter out) {
        out.bytes(vote.encoded()).bytes(decision.encoded());
    }

    static MinorityVote read(CanonicalReader in) throws MalformedStatementException {
        SignedStatement vote = SignedStatement.parse(in.bytes(SignedStatement.LARGEST));
        return new MinorityVote(vote, Certificate.parse(in.bytes(Certificate.LARGEST)));
    }
}
