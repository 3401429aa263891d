package io.attestedmesh.mpc.session;

import io.attestedmesh.mpc.party.Party;

/** One message of the current round. */
public final class Received {
    private final Party from;
    private final byte[] value;

    Received(Party from, byte[] value) {
        this.from = from;
        this.value = value;
    }

    public Party from() {
        return from;
    }

    /** The message itself, which is the caller's from now on. */
    public byte[] value() {
        return value;
    }
}
