package io.attestedmesh.examples.ed25519;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;

/** Any bytes are refused by the one checked exception, or are the one encoding of what was read. */
final class EncodingFuzzTest {
    @FuzzTest
    void point(byte[] input) {
        Bytes encoding = Bytes.of(input);
        try {
            require(Point.decode(encoding).encode().equals(encoding), "a point with two encodings");
        } catch (InvalidEncodingException e) {
            require(!e.actual().isEmpty(), "a refusal without what was found");
        }
    }

    @FuzzTest
    void scalar(byte[] input) {
        Bytes encoding = Bytes.of(input);
        try {
            require(Scalar.decode(encoding).encode().equals(encoding), "a scalar with two encodings");
        } catch (InvalidEncodingException e) {
            require(!e.actual().isEmpty(), "a refusal without what was found");
        }
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}
