package io.attestedmesh.voting.replica;

import java.io.Serial;

/** This node does not vote as it was asked to; nothing was signed. */
public final class RefusedVoteException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final VoteReason reason;

    public RefusedVoteException(VoteReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public VoteReason reason() {
        return reason;
    }
}
