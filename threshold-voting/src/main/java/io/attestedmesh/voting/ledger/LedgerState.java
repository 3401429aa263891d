package io.attestedmesh.voting.ledger;

/** How a node's writing of its ledger goes. Names are stable: metrics and JSON output. */
public enum LedgerState {
    /** What the node records is in the ledger soon. */
    WRITING,
    /** The ledger cannot be reached or refuses: it is tried again, and what is recorded waits on the node's disk. */
    AWAY,
    /** The ledger does not hold what this node wrote: nothing is written until an operator has looked. */
    DIVERGED
}
