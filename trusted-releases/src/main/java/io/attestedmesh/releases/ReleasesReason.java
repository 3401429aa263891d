package io.attestedmesh.releases;

import io.attestedmesh.attest.evidence.Reason;

/**
 * Why a trust root, a list of releases or its log was refused. Names are stable: metric labels and part of JSON output.
 */
public enum ReleasesReason implements Reason {
    /** A signature was made for a document of another kind, by its {@code typ}. */
    WRONG_TYPE,
    /** A signature names another algorithm than the one pinned for its key. */
    ALGORITHM_MISMATCH,
    /** A key of the trust root signed, and the signature is not of these bytes. */
    SIGNATURE_INVALID,
    /** Fewer keys of the trust root signed than its threshold asks for. */
    THRESHOLD_NOT_MET,
    /** The newest trust root offered is older than one already seen. */
    ROOT_ROLLBACK,
    /** A version is missing in the chain of trust roots. */
    ROOT_VERSION_GAP,
    /** Two different trust roots have one version. */
    ROOT_FORK,
    /** The newest trust root has expired; the expiry of those before it does not count. */
    ROOT_EXPIRED,
    /** The list is another list than the one that the trust root names. */
    WRONG_LIST,
    LIST_EXPIRED,
    /** The list says that it was issued in the future. */
    LIST_NOT_YET_VALID,
    /** The list's version is lower than the highest ever seen, or than the lowest that is accepted. */
    LIST_ROLLBACK,
    /** Two different lists have one version. */
    LIST_FORK,
    /** The list has no release at all. */
    EMPTY_LIST,
    /** Two releases of the list have one name and version. */
    DUPLICATE_RELEASE,
    /** A release lacks PCR0, PCR1 or PCR2. */
    REGISTER_MISSING,
    /** A register of a release is all zero, as in every debug enclave. */
    REGISTER_ZERO,
    /** A release's PCR8 is not the one that its signing certificate gives. */
    SIGNER_MISMATCH,
    /** Inclusion in the log is required and not shown. */
    INCLUSION_MISSING,
    /** The list is not the leaf that the inclusion proof speaks of, or the proof does not lead to the checkpoint. */
    INCLUSION_INVALID,
    /** The checkpoint is not signed by a key of the log. */
    CHECKPOINT_UNSIGNED,
    /** The checkpoint is of another log than the one that the trust root names. */
    WRONG_LOG,
    /** The checkpoint is older than one already seen. */
    LOG_ROLLBACK,
    /** The checkpoint contradicts one already seen: the log shows different histories. */
    LOG_FORK,
    /** No proof leads from the checkpoint last seen to this one. */
    CONSISTENCY_MISSING,
    /** Fewer witnesses signed the checkpoint than the trust root asks for. */
    WITNESSES_MISSING,
    /** The checkpoint is older than the allowed staleness, or bears no time. */
    CHECKPOINT_STALE,
    /** The state file is there and is not what was written for this trust root. */
    STATE_INVALID
}
