package io.attestedmesh.federated.model;

import static io.attestedmesh.federated.model.HostileInput.SMALL;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.Stream;

/** Rows for a reader of NumPy's files. */
final class HostileNpy {
    private static final String FLAGS = "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }\n";

    private HostileNpy() {}

    private static HostileInput numpy(String what, String type, String shape, ModelReason reason) {
        String header = "{'descr': %s, 'fortran_order': False, 'shape': %s, }\n".formatted(type, shape);
        return new HostileInput("npy", what, Encoded.npy(header, new byte[16]), reason, SMALL);
    }

    private static HostileInput version2(String what, int length, ModelReason reason) {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0})
                .putInt(length)
                .rewind();
        return new HostileInput("npy", what, bytes, reason, SMALL);
    }

    static Stream<HostileInput> rows() {
        return Stream.of(
                numpy("array of Python objects", "'|O'", "(2,)", ModelReason.UNSUPPORTED_TYPE),
                numpy("records", "[('a', '<f8')]", "(2,)", ModelReason.UNSUPPORTED_TYPE),
                numpy("record with an object", "[('a', '|O')]", "(2,)", ModelReason.UNSUPPORTED_TYPE),
                numpy("texts", "'<U2'", "(2,)", ModelReason.UNSUPPORTED_TYPE),
                numpy("call instead of a type", "__import__('os').system('id')", "(2,)", ModelReason.MALFORMED),
                numpy("shape of 4 EiB", "'<f8'", "(576460752303423488,)", ModelReason.TOO_LARGE),
                numpy("shape whose product overflows", "'<f8'", "(4294967296, 4294967296)", ModelReason.TOO_LARGE),
                numpy("dimension of 30 digits", "'<f8'", "(" + "9".repeat(30) + ",)", ModelReason.TOO_LARGE),
                numpy("array of 2 GiB in 16 bytes", "'|i1'", "(2147483647,)", ModelReason.TRUNCATED),
                numpy("16 GiB in 16 bytes", "'>f8'", "(2147483647,)", ModelReason.TRUNCATED),
                numpy("negative dimensions", "'<f8'", "(-1, -2)", ModelReason.MALFORMED),
                numpy("33 dimensions", "'<f8'", "(" + "1, ".repeat(32) + "1)", ModelReason.TOO_LARGE),
                numpy("bytes behind the array", "'<f8'", "(1,)", ModelReason.MALFORMED),
                new HostileInput(
                        "npy", "bool of 2", Encoded.npy(FLAGS, new byte[] {0, 1, 2}), ModelReason.MALFORMED, SMALL),
                version2("header of 2^32 - 1 bytes", -1, ModelReason.TOO_LARGE),
                version2("header of 10,001 bytes", 10_001, ModelReason.TOO_LARGE),
                version2("header of 10,000 bytes in a file of 64", 10_000, ModelReason.TRUNCATED),
                numpy("nesting of 9,000 levels", "'<f8'", "(".repeat(9000), ModelReason.MALFORMED));
    }
}
