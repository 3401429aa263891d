package io.attestedmesh.enclave.vsock;

import io.attestedmesh.attest.evidence.Reason;

/** Why a connection that came in was not carried on. */
public enum Refusal implements Reason {
    /** {@link BridgeLimits#connections} are open. */
    TOO_MANY_CONNECTIONS,
    /**
     * The process or the machine has no file descriptor left, for it or for its target. A listener then rests a moment,
     * as after all other errors that may last.
     */
    NO_DESCRIPTORS,
    /** What it wants to reach is not on the list. */
    NOT_ALLOWED,
    /** It does not come from the machine that is served here. */
    WRONG_PEER,
    /** The name of its target has no address. */
    UNRESOLVED,
    /** No address of its target, or not the parent, could be connected to in time. */
    UNREACHABLE,
    /** It said no target in the form of {@link TargetHeader}. */
    MALFORMED_HEADER,
    /** It took too long to say its target. */
    HEADER_TIMEOUT,
    /** Too many names are being looked up. */
    BUSY,
    /** The parent gave an answer that is none, or ended without one. */
    NO_VERDICT
}
