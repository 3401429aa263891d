package io.attestedmesh.mpc.session;

import io.attestedmesh.attest.evidence.Reason;
import io.grpc.Status;

/** What a receiver answers to one message. */
public enum Acceptance implements Reason {
    /** It is kept for the session, or was before. */
    ACCEPTED(Status.Code.OK),
    /** The receiver has completed the session, and needs no more messages of it. */
    COMPLETED(Status.Code.OK),

    /** The sender's certificate proves another identity than the message claims. */
    WRONG_SENDER(Status.Code.UNAUTHENTICATED),
    /** The sender is in no context of the receiver. */
    UNKNOWN_PARTY(Status.Code.NOT_FOUND),
    /** The sender is no party of the session's context. */
    NOT_IN_CONTEXT(Status.Code.PERMISSION_DENIED),
    /** The sender runs a release that the context does not allow it. */
    WRONG_RELEASE(Status.Code.FAILED_PRECONDITION),
    /** It is not what the wire format says. */
    MALFORMED(Status.Code.INVALID_ARGUMENT),
    /** It is larger than the receiver takes. */
    TOO_LARGE(Status.Code.OUT_OF_RANGE),
    /** The sender had sent another message for the same round. */
    EQUIVOCATION(Status.Code.ALREADY_EXISTS),
    /** The session has messages of an earlier process of the sender, which is gone and has forgotten them. */
    OTHER_INCARNATION(Status.Code.ABORTED),
    /** The receiver could not keep what it received. */
    SINK_FAILED(Status.Code.INTERNAL),
    /** The receiver's session ended without completing. */
    SESSION_ABORTED(Status.Code.CANCELLED),

    /** The queue of the sender is full. */
    NO_ROOM(Status.Code.RESOURCE_EXHAUSTED),
    /** The receiver has not come so far. */
    TOO_FAR_AHEAD(Status.Code.RESOURCE_EXHAUSTED),
    /** The sender has too many sessions waiting that the receiver has not opened. */
    TOO_MANY_SESSIONS(Status.Code.RESOURCE_EXHAUSTED),
    /** A message before it has not been accepted. */
    OUT_OF_ORDER(Status.Code.RESOURCE_EXHAUSTED);

    private final Status.Code code;

    Acceptance(Status.Code code) {
        this.code = code;
    }

    /** The gRPC status code that stands for it. */
    public Status.Code code() {
        return code;
    }

    /** True if the same message may be accepted later. */
    public boolean later() {
        return code == Status.Code.RESOURCE_EXHAUSTED;
    }

    /** True if nothing that the sender does in this session makes it welcome. */
    public boolean isRefusal() {
        return code != Status.Code.OK && !later();
    }
}
