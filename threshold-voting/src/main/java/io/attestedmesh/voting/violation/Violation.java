package io.attestedmesh.voting.violation;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalReader;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import java.util.List;

/** One violation with its evidence, which nobody has looked at yet. */
public sealed interface Violation permits DoubleVote, MinorityVote, Observation {
    /** More than the largest certificate and statement need. */
    int LARGEST = Certificate.LARGEST + 2 * SignedStatement.LARGEST;

    ViolationType type();

    /** Who did it. */
    String accused();

    /** What makes two of them the same one, whatever evidence each shows: 48 bytes. */
    Bytes id();

    /** One line for people: what was done, where. */
    String summary();

    /** The evidence as lines for people. */
    List<String> evidence();

    /** Type and evidence. */
    default Bytes encoded() {
        CanonicalWriter out = new CanonicalWriter().text(type().name());
        write(out);
        return out.written();
    }

    /** Writes all but the type. */
    void write(CanonicalWriter out);

    /** Reads {@link #encoded}. */
    static Violation parse(Bytes encoded) throws MalformedStatementException {
        CanonicalReader in = new CanonicalReader(encoded);
        String type = in.text(ViolationType.INVALID_SIGNATURE.name().length());
        Violation read;
        if (type.equals(ViolationType.DOUBLE_VOTE.name())) {
            read = DoubleVote.read(in);
        } else if (type.equals(ViolationType.MINORITY_VOTE.name())) {
            read = MinorityVote.read(in);
        } else if (type.equals(ViolationType.INVALID_SIGNATURE.name())) {
            read = Observation.read(ViolationType.INVALID_SIGNATURE, in);
        } else if (type.equals(ViolationType.SILENCE.name())) {
            read = Observation.read(ViolationType.SILENCE, in);
        } else {
            throw new MalformedStatementException("there is no such type of violation");
        }
        in.end();
        return read;
    }
}
