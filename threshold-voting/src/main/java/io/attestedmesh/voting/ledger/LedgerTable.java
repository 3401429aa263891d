package io.attestedmesh.voting.ledger;

/** The tables of a ledger. Their names are stable: auditors read them with other programs. */
public enum LedgerTable {
    /** What nodes said. */
    VOTES("votes", "vote"),
    /** What was decided, or failed. */
    TRANSACTIONS("transactions", "transaction"),
    /** What nodes did wrong. */
    VIOLATIONS("byzantine_violations", "violation"),
    /** What followed for their scores. */
    REPUTATION("reputation_scores", "reputation"),
    /** Where the recorder signed the chain; no entries. */
    HEADS("ledger_heads", "head");

    static final int LONGEST_KIND = 16;

    private final String sqlName;
    private final String kind;

    LedgerTable(String sqlName, String kind) {
        this.sqlName = sqlName;
        this.kind = kind;
    }

    /** As it is called in SQL. */
    public String sqlName() {
        return sqlName;
    }

    String kind() {
        return kind;
    }
}
