package io.attestedmesh.mpc.session;

import io.attestedmesh.attest.evidence.Reason;

/** Why an operation of a session failed. */
public enum SessionReason implements Reason {
    /** No message came in time. */
    TIMEOUT,
    /** The time of the whole session is over. */
    SESSION_EXPIRED,
    /** A party was not reached for as long as sending is tried. */
    UNREACHABLE,
    /** A party refused a message, and why stands in the exception. */
    REFUSED,
    /** A party's process ended, and another one answers, which knows nothing of the session. */
    RESTARTED,
    /** A party has ended the session without completing it. */
    ABORTED,
    /** A party dropped messages that it had accepted: they had waited too long for the session to be opened there. */
    MESSAGES_LOST,
    /** The queue to a party stayed full. */
    QUEUE_FULL,
    /** The message is larger than messages may be. */
    TOO_LARGE,
    /** The session was completed or closed here. */
    SESSION_ENDED,
    /** The id was used before. */
    ID_USED,
    /** No context has that name, or it has been removed. */
    UNKNOWN_CONTEXT,
    /** This node is not a party of the context. */
    NOT_A_PARTY,
    /** There are as many open sessions as there may be. */
    TOO_MANY_SESSIONS,
    /** The party's message of this round has been received before. */
    ALREADY_RECEIVED,
    /** The party sent a stream where bytes were expected, or bytes where a stream was. */
    WRONG_KIND,
    /** A sink or a source failed. */
    STREAM_FAILED,
    /** The network is shutting down. */
    SHUT_DOWN
}
