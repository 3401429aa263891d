package io.attestedmesh.examples.bgw;

import io.attestedmesh.attest.evidence.Reason;

/** What is wrong with the shares of a value that is opened. Names are stable labels. */
public enum BgwReason implements Reason {
    /** All shares but those of the parties named lie on one polynomial. */
    WRONG_SHARE,
    /** Some are wrong, and there are too few others to tell which. */
    INCONSISTENT_SHARES
}
