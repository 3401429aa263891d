package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Bytes;

/** A statement and its node's signature, which nobody has looked at yet. */
public record SignedStatement(Statement statement, Bytes signature) {
    static final int SIGNATURE_SIZE = 64;
    public static final int LARGEST = Statement.LARGEST + SIGNATURE_SIZE + 2 * Integer.BYTES;

    public String node() {
        return statement.node();
    }

    public TransactionId transaction() {
        return statement.transaction();
    }

    /** Statement and signature, each behind its length. */
    public Bytes encoded() {
        return new CanonicalWriter().bytes(statement.encoded()).bytes(signature).written();
    }

    /** Reads {@link #encoded}. */
    public static SignedStatement parse(Bytes encoded) throws MalformedStatementException {
        CanonicalReader in = new CanonicalReader(encoded);
        Statement statement = Statement.parse(in.bytes(Statement.LARGEST));
        Bytes signature = in.bytes(SIGNATURE_SIZE);
        in.end();
        return new SignedStatement(statement, signature);
    }
}
