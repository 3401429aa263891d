package io.attestedmesh.enclave.parent;

import io.attestedmesh.attest.evidence.Reason;

/** Why bytes, or a folder, are no {@link ConfigArchive}. */
public enum ArchiveReason implements Reason {
    /** Its first bytes are others. */
    WRONG_FORMAT,
    TRUNCATED,
    TRAILING_BYTES,
    TOO_LARGE,
    TOO_MANY_FILES,
    /** Absolute, with {@code .} or {@code ..}, too long, or with characters outside {@code A-Za-z0-9._-}. */
    UNSAFE_NAME,
    /** Names do not go up, so one may stand there twice. */
    NOT_SORTED,
    /** One name is a file, and the folder of another. */
    FILE_AND_FOLDER,
    /** In a folder: a link, a device or the like. */
    NOT_A_FILE
}
