package io.attestedmesh.federated.server;

import io.attestedmesh.attest.evidence.OneLine;

/** A participant gave nothing; the texts are printable and bounded. */
public final class ParticipantException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ParticipantReason reason;
    private final String expected;
    private final String actual;

    public ParticipantException(ParticipantReason reason, String expected, String actual) {
        super(reason + ": expected " + OneLine.of(expected) + ", actual " + OneLine.of(actual));
        this.reason = reason;
        this.expected = OneLine.of(expected);
        this.actual = OneLine.of(actual);
    }

    public ParticipantReason reason() {
        return reason;
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }
}
