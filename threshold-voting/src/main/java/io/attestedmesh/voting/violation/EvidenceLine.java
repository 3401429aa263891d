package io.attestedmesh.voting.violation;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.Statement;

/** What the two proofs share: a statement as a line, and one identity for each node and transaction. */
final class EvidenceLine {
    private EvidenceLine() {}

    static String of(SignedStatement signed) {
        return signed.statement() + ", signature " + signed.signature().hex();
    }

    static Bytes id(ViolationType type, Statement statement) {
        return new CanonicalWriter()
                .text(type.name())
                .text(statement.network())
                .number(statement.epoch())
                .text(statement.node())
                .text(statement.transaction().text())
                .written()
                .sha384();
    }
}
