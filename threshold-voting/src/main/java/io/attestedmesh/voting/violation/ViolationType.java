package io.attestedmesh.voting.violation;

/** What a node can do wrong. Names are stable: metric labels, rows of the ledger and part of JSON output. */
public enum ViolationType {
    /** Two signed statements of one transaction that do not say the same. */
    DOUBLE_VOTE(true, 100),
    /** A vote for another value than the one that was decided; honest nodes may differ. */
    MINORITY_VOTE(true, 5),
    /** It sent something whose signature does not verify, says the observer. */
    INVALID_SIGNATURE(false, 20),
    /** It did not answer over a connection that works, says the observer. */
    SILENCE(false, 10);

    private final boolean proof;
    private final int weight;

    ViolationType(boolean proof, int weight) {
        this.proof = proof;
        this.weight = weight;
    }

    /** Whether it convinces those who trust none of the nodes. */
    public boolean isProof() {
        return proof;
    }

    /** What it takes from the score of 100 when it is fresh. */
    public int weight() {
        return weight;
    }
}
