package io.attestedmesh.examples.ed25519;

import io.attestedmesh.attest.evidence.Reason;

/** Why bytes are no scalar or no element of the group. Names are stable labels. */
public enum EncodingReason implements Reason {
    /** Not 32 bytes. */
    ENCODING_LENGTH,
    /** A scalar of L or more, or a y coordinate of p or more. */
    NOT_CANONICAL,
    /** No point of the curve has this y coordinate. */
    NOT_ON_CURVE,
    /** The neutral element, which RFC 9591 section 6.1 refuses. */
    IDENTITY,
    /** A point of the curve outside the subgroup of order L. */
    NOT_IN_SUBGROUP
}
