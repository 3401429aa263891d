package io.attestedmesh.examples.frost;

import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.shamir.Polynomial;
import java.util.SortedMap;
import java.util.TreeMap;

/** RFC 9591 appendix C, for vectors and quick tests: here one party knows the key. */
final class TrustedDealer {
    private TrustedDealer() {}

    static SortedMap<Integer, KeyShare> deal(Polynomial polynomial, int parties) {
        SortedMap<Integer, Point> verificationShares = new TreeMap<>();
        for (int id = 1; id <= parties; id++) {
            verificationShares.put(id, Point.ofSecret(polynomial.at(id)));
        }
        Point publicKey = Point.ofSecret(polynomial.coefficients().get(0));
        int minSigners = polynomial.coefficients().size();
        SortedMap<Integer, KeyShare> keys = new TreeMap<>();
        verificationShares
                .keySet()
                .forEach(id ->
                        keys.put(id, new KeyShare(id, minSigners, publicKey, verificationShares, polynomial.at(id))));
        return keys;
    }
}
