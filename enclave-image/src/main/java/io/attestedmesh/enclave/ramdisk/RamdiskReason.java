package io.attestedmesh.enclave.ramdisk;

import io.attestedmesh.attest.evidence.Reason;

/** Why something cannot become a ramdisk. */
public enum RamdiskReason implements Reason {
    /** It leads out of the tree, is empty, or has characters that no file name should have. */
    UNSAFE_NAME,
    NAME_TOO_LONG,
    /** Names that are not ASCII, where the platform reads names in an encoding other than UTF-8. */
    NAME_ENCODING,
    /** No file at all. */
    EMPTY,
    TOO_MANY_FILES,
    /** More bytes than any enclave has memory for. */
    TOO_LARGE,
    /** A device, a pipe, a socket. */
    SPECIAL_FILE,
    /** A file stands where the name of another needs a folder. */
    NOT_A_FOLDER,
    /** A hard link to what is not there. */
    DANGLING_LINK,
    /** Not an archive, or one that breaks off. */
    BAD_ARCHIVE,
    /** Neither an OCI layout nor an archive that docker saved. */
    NOT_AN_IMAGE,
    /** More than one image, and no word which. */
    SEVERAL_IMAGES,
    /** Bytes that are not what their digest says. */
    DIGEST_MISMATCH,
    /** A media type or compression that is not read here. */
    UNSUPPORTED_LAYER,
    BAD_MANIFEST
}
