package io.attestedmesh.enclave.parent;

import java.io.IOException;

/** Bytes, or a folder, that are no {@link ConfigArchive}. */
public final class RejectedArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    private final ArchiveReason reason;

    RejectedArchiveException(ArchiveReason reason, String expected, String actual) {
        super("configuration archive: " + reason + ": expected " + expected + ", actual " + actual);
        this.reason = reason;
    }

    public ArchiveReason reason() {
        return reason;
    }
}
