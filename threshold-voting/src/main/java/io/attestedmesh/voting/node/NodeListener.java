package io.attestedmesh.voting.node;

import io.attestedmesh.voting.replica.Ballot;
import io.attestedmesh.voting.statement.VerifiedStatement;

/** Hears what is new to a node, on the node's own thread: it must not block. What it throws is logged. */
public interface NodeListener {
    /** Another node's statement came, the first of its transaction; it is not durable yet. */
    default void stated(VerifiedStatement statement) {}

    /** A transaction is decided or has failed, and this node's disk has it. */
    default void settled(Ballot ballot) {}
}
