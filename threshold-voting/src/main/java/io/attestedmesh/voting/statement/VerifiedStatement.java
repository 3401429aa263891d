package io.attestedmesh.voting.statement;

/** A statement whose signature was verified under its node's voting key; only {@link StatementVerifier} makes one. */
public final class VerifiedStatement {
    private final SignedStatement signed;

    VerifiedStatement(SignedStatement signed) {
        this.signed = signed;
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

    @Override
    public String toString() {
        return statement().toString();
    }
}
