package io.attestedmesh.attest.evidence;

/** The rule of the format that some bytes broke. Names are stable: they are metric labels and part of JSON output. */
public enum MalformedReason implements Reason {
    /** Filled in by the parsers of this package. */
    CBOR_TRUNCATED
}
