package io.attestedmesh.federated.model;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.IOException;

/** A model, or the bytes of one, were refused; the texts are printable and bounded. */
public final class RejectedModelException extends IOException {
    private static final long serialVersionUID = 1L;

    private final ModelReason reason;
    private final String expected;
    private final String actual;

    public RejectedModelException(ModelReason reason, String expected, String actual) {
        super(reason + ": expected " + OneLine.of(expected) + ", actual " + OneLine.of(actual));
        this.reason = reason;
        this.expected = OneLine.of(expected);
        this.actual = OneLine.of(actual);
    }

    public ModelReason reason() {
        return reason;
    }

    public String expected() {
        return expected;
    }

    public String actual() {
        return actual;
    }
}
