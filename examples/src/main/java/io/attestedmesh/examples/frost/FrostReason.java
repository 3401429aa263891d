package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Reason;

/** What a party did that key generation or signing does not allow. Names are stable labels. */
public enum FrostReason implements Reason {
    /** It does not know the secret behind its commitment. */
    PROOF_OF_POSSESSION,
    /**
     * Parties hold different messages of one broadcast. Of the parties named, one alone can have caused all that was seen;
     * where several cheat together, all are named that can have had a part in it.
     */
    EQUIVOCATION,
    /** It signed a share that is not on the polynomial that it committed to. */
    BAD_SHARE,
    /** It answered a complaint with nothing, or with a share that it did not sign. */
    COMPLAINT_NOT_ANSWERED,
    /** It complained of a share that is right, or showed one that the dealer did not sign. */
    UNFOUNDED_COMPLAINT,
    /** Its signature share does not fit its nonces and its share of the key. */
    BAD_SIGNATURE_SHARE
}
