package io.attestedmesh.examples.bgw;

import io.attestedmesh.examples.ed25519.Scalar;

/** One party's share of a value that nobody knows; what is computed with it needs no messages. */
public final class SharedValue {
    private final Scalar share;

    SharedValue(Scalar share) {
        this.share = share;
    }

    public SharedValue plus(SharedValue other) {
        return new SharedValue(share.plus(other.share));
    }

    public SharedValue minus(SharedValue other) {
        return new SharedValue(share.minus(other.share));
    }

    /** All parties have to add the same. */
    public SharedValue plus(Scalar constant) {
        return new SharedValue(share.plus(constant));
    }

    /** All parties have to multiply with the same. */
    public SharedValue times(Scalar constant) {
        return new SharedValue(share.times(constant));
    }

    Scalar share() {
        return share;
    }

    @Override
    public String toString() {
        return "shared value";
    }
}
