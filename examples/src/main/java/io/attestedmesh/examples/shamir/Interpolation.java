package io.attestedmesh.examples.shamir;

import io.attestedmesh.examples.ed25519.Scalar;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Lagrange's way from shares to the secret, RFC 9591 section 4.2. */
public final class Interpolation {
    private Interpolation() {}

    /** What the share of {@code id} is multiplied with in the sum over {@code ids}, which gives the value at 0. */
    public static Scalar weight(Collection<Integer> ids, int id) {
        Scalar numerator = Scalar.ONE;
        Scalar denominator = Scalar.ONE;
        for (int other : ids) {
            if (other != id) {
                numerator = numerator.times(Scalar.of(other));
                denominator = denominator.times(Scalar.of(other - (long) id));
            }
        }
        return numerator.times(denominator.inverse());
    }

    /** The value at 0 of the polynomial of lowest degree through the shares. */
    public static Scalar atZero(Map<Integer, Scalar> shares) {
        Scalar sum = Scalar.ZERO;
        for (Map.Entry<Integer, Scalar> share : shares.entrySet()) {
            sum = sum.plus(weight(shares.keySet(), share.getKey()).times(share.getValue()));
        }
        return sum;
    }

    /** The polynomial of lowest degree through the shares, in Newton's form: each share adds a term. */
    static Polynomial through(Map<Integer, Scalar> shares) {
        Polynomial through = Polynomial.of(List.of());
        Polynomial zeroAtAll = Polynomial.of(List.of(Scalar.ONE));
        for (Map.Entry<Integer, Scalar> share : shares.entrySet()) {
            int id = share.getKey();
            Scalar missing = share.getValue().minus(through.at(id));
            Scalar factor = missing.times(zeroAtAll.at(id).inverse());
            through = through.plus(zeroAtAll.times(Polynomial.of(List.of(factor))));
            zeroAtAll = zeroAtAll.times(root(id));
        }
        return through;
    }

    /** x - id. */
    static Polynomial root(int id) {
        return Polynomial.of(List.of(Scalar.of(-(long) id), Scalar.ONE));
    }
}
