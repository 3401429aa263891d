package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Bytes;

/**
 * A statement and its node's signature, which nobody has looked at yet. Immutable. Keeps how it is encoded: it is verified, sent
 * to each node and written down with each ballot, and is encoded once for all of that.
 */
public final class SignedStatement {
    static final int SIGNATURE_SIZE = 64;
    public static final int LARGEST = Statement.LARGEST + SIGNATURE_SIZE + 2 * Integer.BYTES;

    private final Statement statement;
    private final Bytes covered;
    private final Bytes signature;
    private final Bytes encoded;

    /** Believes nothing yet. */
    public SignedStatement(Statement statement, Bytes signature) {
        this(statement, statement.encoded(), signature);
    }

    /** @param covered the one encoding of {@code statement} */
    SignedStatement(Statement statement, Bytes covered, Bytes signature) {
        this(
                statement,
                covered,
                signature,
                new CanonicalWriter().bytes(covered).bytes(signature).written());
    }

    private SignedStatement(Statement statement, Bytes covered, Bytes signature, Bytes encoded) {
        this.statement = statement;
        this.covered = covered;
        this.signature = signature;
        this.encoded = encoded;
    }

    public Statement statement() {
        return statement;
    }

    /** What the signature covers: {@link Statement#encoded}. */
    Bytes covered() {
        return covered;
    }

    public Bytes signature() {
        return signature;
    }

    public String node() {
        return statement.node();
    }

    public TransactionId transaction() {
        return statement.transaction();
    }

    /** Statement and signature, each behind its length. */
    public Bytes encoded() {
        return encoded;
    }

    /** Reads {@link #encoded}. */
    public static SignedStatement parse(Bytes encoded) throws MalformedStatementException {
        CanonicalReader in = new CanonicalReader(encoded);
        Bytes covered = in.bytes(Statement.LARGEST);
        Statement statement = Statement.parse(covered);
        Bytes signature = in.bytes(SIGNATURE_SIZE);
        in.end();
        return new SignedStatement(statement, covered, signature, encoded); // there is no other encoding of it
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedStatement that && encoded.equals(that.encoded);
    }

    @Override
    public int hashCode() {
        return signature.hashCode(); // of all of it, what a peer can choose least
    }

    @Override
    public String toString() {
        return statement + " signed " + signature.hex();
    }
}
