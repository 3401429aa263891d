package io.attestedmesh.federated.model;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;

/** Whatever the bytes are, they are refused by the one checked exception, or are a model that survives being written. */
final class ModelFuzzTest {
    /** So that a compressed input cannot slow the fuzzer down. */
    private static final long MOST = 1 << 22;

    @FuzzTest
    void safetensors(byte[] input) {
        try {
            Safetensors read = Safetensors.read(ByteBuffer.wrap(input));
            require(read.model().bytes() <= input.length, "a model larger than its bytes");
            require(Safetensors.read(joined(read)).equals(read), "a model that does not survive writing");
        } catch (RejectedModelException e) {
            requireReason(e);
        }
    }

    private static ByteBuffer joined(Safetensors model) {
        return ByteBuffer.wrap(Encoded.join(model.encode()));
    }

    @FuzzTest
    void npy(byte[] input) {
        try {
            Tensor read = Npy.read(ByteBuffer.wrap(input));
            require(read.data().remaining() <= input.length, "a tensor larger than its bytes");
            require(
                    Npy.read(ByteBuffer.wrap(Encoded.join(Npy.encode(read)))).equals(read),
                    "a tensor that does not survive writing");
        } catch (RejectedModelException e) {
            requireReason(e);
        }
    }

    @FuzzTest
    void pickle(byte[] input) {
        try {
            Model read = P2pflWeights.read(ByteBuffer.wrap(input), MOST);
            byte[] written = Encoded.join(P2pflWeights.encode(read, WeightsCompression.NONE));
            require(
                    P2pflWeights.read(ByteBuffer.wrap(written), MOST).equals(read),
                    "a model that does not survive writing");
        } catch (RejectedModelException e) {
            requireReason(e);
        }
    }

    /** The inner pickle by itself, which mutations of the outer one seldom reach. */
    @FuzzTest
    void innerPickle(byte[] input) {
        byte[] outer = Encoded.join(new PickleWriter()
                .opcodes('}', '(')
                .text("byte_compressor")
                .opcodes('N')
                .text("bytes")
                .bytes(List.of(ByteBuffer.wrap(input)))
                .opcodes('u')
                .end());
        try {
            require(
                    P2pflWeights.read(ByteBuffer.wrap(outer), MOST).bytes() <= input.length,
                    "a model larger than its bytes");
        } catch (RejectedModelException e) {
            requireReason(e);
        }
    }

    private static void requireReason(RejectedModelException e) {
        require(e.reason() != null && !e.expected().isEmpty(), "a refusal without a reason");
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}
