package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a party keeps of a generated key: its own share, which never leaves this object, and what all parties know. */
public final class KeyShare {
    private final int id;
    private final int minSigners;
    private final Point groupPublicKey;
    private final SortedMap<Integer, Point> verificationShares;
    private final Scalar secret;

    KeyShare(int id, int minSigners, Point groupPublicKey, Map<Integer, Point> verificationShares, Scalar secret) {
        this.id = id;
        this.minSigners = minSigners;
        this.groupPublicKey = groupPublicKey;
        this.verificationShares = Collections.unmodifiableSortedMap(new TreeMap<>(verificationShares));
        this.secret = secret;
        if (!Point.ofSecret(secret).equals(verificationShares.get(id))) {
            throw new IllegalArgumentException("the share of party " + id + " is not that of its verification share");
        }
    }

    public int id() {
        return id;
    }

    /** How many parties sign together. */
    public int minSigners() {
        return minSigners;
    }

    /** A public key of RFC 8032, 32 bytes. */
    public Bytes publicKey() {
        return groupPublicKey.encode();
    }

    public Point groupPublicKey() {
        return groupPublicKey;
    }

    /** Each party's share times B, by which its signature shares are checked. */
    public SortedMap<Integer, Point> verificationShares() {
        return verificationShares;
    }

    Scalar secret() {
        return secret;
    }

    @Override
    public String toString() {
        return "share of party " + id + " in the key " + publicKey().hex() + ", " + minSigners + " of "
                + verificationShares.size();
    }
}
