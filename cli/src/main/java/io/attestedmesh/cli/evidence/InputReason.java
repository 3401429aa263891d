package io.attestedmesh.cli.evidence;

import io.attestedmesh.attest.evidence.Reason;

/** Why a file was not even handed to the parser of evidence. */
enum InputReason implements Reason {
    INPUT_TOO_LARGE,
    CERTIFICATE_UNREADABLE,
    /** A certificate, or a chain of them, none of which carries evidence. */
    NO_EVIDENCE_EXTENSION,
    /** Several certificates with evidence in one file: a verdict on one would read like a verdict on all. */
    SEVERAL_WITH_EVIDENCE
}
