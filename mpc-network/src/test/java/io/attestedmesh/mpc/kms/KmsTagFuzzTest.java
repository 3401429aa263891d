package io.attestedmesh.mpc.kms;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/** Whatever bytes come are refused by the one checked exception, or begin with the tag that they were read as. */
final class KmsTagFuzzTest {
    @FuzzTest
    void tag(byte[] bytes) {
        ByteString given = ByteString.copyFrom(bytes);
        try {
            KmsTag tag = KmsTag.decode(given);
            require(given.startsWith(tag.encode()), "a tag that does not survive writing");
            require(tag.round() >= 0, "a negative round");
            require(tag.sender().getBytes(StandardCharsets.UTF_8).length <= 253, "a sender that is too long");
        } catch (MalformedTagException e) {
            require(e.getMessage().chars().allMatch(c -> c >= ' ' && c < 0x7f), "a message that is not one line");
        }
    }

    @FuzzTest
    void health(byte[] bytes) {
        ByteString given = ByteString.copyFrom(bytes);
        try {
            require(given.startsWith(HealthTag.decode(given).encode()), "a tag that does not survive writing");
        } catch (MalformedTagException e) {
            require(!e.getMessage().isEmpty(), "a refusal without a reason");
        }
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}
