package io.attestedmesh.examples.shamir;

import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.shamir.Polynomial.Division;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shares as words of a Reed-Solomon code, decoded by Gao's extended Euclid: quadratic in the number of shares. */
public final class ReedSolomon {
    private ReedSolomon() {}

    /** How many wrong shares among {@code shares} can be found: half of those beyond the degree + 1 that are needed. */
    public static int correctable(int shares, int degree) {
        return Math.max(shares - degree - 1, 0) / 2;
    }

    /** The polynomial of at most that degree from which no more shares differ than can be found, if there is one. */
    public static Optional<Polynomial> decode(Map<Integer, Scalar> shares, int degree) {
        Polynomial before = Polynomial.of(List.of(Scalar.ONE));
        for (int id : shares.keySet()) {
            before = before.times(Interpolation.root(id));
        }
        Polynomial rest = Interpolation.through(shares);
        Polynomial locatorBefore = Polynomial.of(List.of());
        Polynomial locator = Polynomial.of(List.of(Scalar.ONE));
        while (2 * rest.degree() >= shares.size() + degree + 1) {
            Division step = before.dividedBy(rest);
            Polynomial next = locatorBefore.minus(step.quotient().times(locator));
            before = rest;
            rest = step.remainder();
            locatorBefore = locator;
            locator = next;
        }
        Polynomial found = rest.dividedBy(locator).quotient();
        boolean close = found.degree() <= degree && wrong(shares, found) <= correctable(shares.size(), degree);
        return close ? Optional.of(found) : Optional.empty();
    }

    private static int wrong(Map<Integer, Scalar> shares, Polynomial polynomial) {
        return (int) shares.entrySet().stream()
                .filter(share -> !polynomial.at(share.getKey()).equals(share.getValue()))
                .count();
    }
}
