package io.attestedmesh.examples.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;

/** Integers as RFC 8032 section 5.1.2 writes them: 32 bytes, the lowest first. */
final class LittleEndian {
    private LittleEndian() {}

    /** Any length. */
    static BigInteger read(Bytes bytes) {
        return new BigInteger(1, reversed(bytes.toByteArray()));
    }

    /** A value from 0 to 2^256 - 1. */
    static Bytes write(BigInteger value) {
        byte[] bytes = reversed(value.toByteArray());
        byte[] padded = new byte[32];
        System.arraycopy(bytes, 0, padded, 0, Math.min(bytes.length, padded.length));
        return Bytes.of(padded);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
