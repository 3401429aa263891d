package io.attestedmesh.transport.tunnel;

import java.util.Arrays;
import java.util.Optional;

/** How a stream ended: a label of logs and metrics, and, where it has a code, what RESET tells the other end. */
public enum StreamEnd {
    /** Both directions ended by themselves. */
    COMPLETE,
    /** The program at one end reset its connection, or it broke. */
    RESET(0),
    /** Nothing listens where the stream should lead, or not in time. */
    UNREACHABLE(1),
    /** An end refused the other, or has no target of that name. */
    REFUSED(2),
    /** No byte went either way for too long. */
    IDLE(3),
    /** It reached the greatest age of a connection. */
    AGE(4),
    /** An end of the tunnel was stopped, and the time to drain was over. */
    DRAINED(5),
    /** What came was no frame, or not at its turn. */
    VIOLATION(6),
    /** The peer was accepted, and is no longer. */
    DROPPED,
    /** The connection between the tunnel's ends was gone before the stream had ended. */
    CUT,
    /** The other end of the tunnel was not ready in time. */
    TIMEOUT;

    private final Optional<Integer> code;

    StreamEnd() {
        this.code = Optional.empty();
    }

    StreamEnd(int code) {
        this.code = Optional.of(code);
    }

    /** What RESET carries, one byte. */
    Optional<Integer> code() {
        return code;
    }

    /** What RESET with that code says; a code of a later version says no more than that it is over. */
    static StreamEnd of(int code) {
        return Arrays.stream(values())
                .filter(end -> end.code.equals(Optional.of(code)))
                .findFirst()
                .orElse(RESET);
    }
}
