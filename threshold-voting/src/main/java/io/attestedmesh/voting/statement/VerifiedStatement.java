package io.attestedmesh.voting.statement;

/** A statement whose signature was verified under its node's voting key: by {@link StatementVerifier}, or by its signer. */
public final class VerifiedStatement {
    private final SignedStatement signed;

    VerifiedStatement(SignedStatement signed) {
        this.signed = signed;
    }

    /** What this node verified before it put it into its own journal. */
    public static VerifiedStatement readmit(SignedStatement stored) {
        return new VerifiedStatement(stored);
    }

    public SignedStatement signed() {
        return signed;
    }

    public Statement statement() {
        return signed.statement();
    }

    public String node() {
        return signed.node();
    }

    public TransactionId transaction() {
        return signed.transaction();
    }

    @Override
    public String toString() {
        return statement().toString();
    }
}
