package io.attestedmesh.voting.replica;

/** Where a transaction stands. Names are stable: they are rows of the ledger and part of JSON output. */
public enum Outcome {
    /** Nothing settles it yet. */
    PENDING,
    /** Threshold nodes voted for one value. */
    DECIDED,
    /** Threshold nodes ruled each value out. */
    FAILED
}
