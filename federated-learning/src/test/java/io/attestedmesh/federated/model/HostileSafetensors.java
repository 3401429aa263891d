package io.attestedmesh.federated.model;

import static io.attestedmesh.federated.model.HostileInput.MIB;
import static io.attestedmesh.federated.model.HostileInput.SMALL;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Rows for a reader of safetensors. */
final class HostileSafetensors {
    private HostileSafetensors() {}

    private static String tensor(String name, String type, String shape, String offsets) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}".formatted(name, type, shape, offsets);
    }

    private static HostileInput json(String what, String header, int data, ModelReason reason) {
        return new HostileInput("safetensors", what, Encoded.safetensors(header, data), reason, SMALL);
    }

    private static HostileInput length(String what, long length, ModelReason reason) {
        ByteBuffer bytes =
                ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        return new HostileInput("safetensors", what, bytes, reason, SMALL);
    }

    static Stream<HostileInput> rows() {
        String one = tensor("a", "I8", "[4]", "[0,4]");
        return Stream.of(
                length("header of 2^63 bytes", Long.MIN_VALUE, ModelReason.TOO_LARGE),
                length("header of 2^64 - 1 bytes", -1, ModelReason.TOO_LARGE),
                length("header of 100,000,001 bytes", 100_000_001, ModelReason.TOO_LARGE),
                length("header of 100,000,000 bytes in a file of 64", 100_000_000, ModelReason.TRUNCATED),
                length("header of zero bytes", 0, ModelReason.MALFORMED),
                json(
                        "shape whose product overflows",
                        "{" + tensor("a", "I8", "[4294967296,4294967296]", "[0,0]") + "}",
                        0,
                        ModelReason.TOO_LARGE),
                json(
                        "shape whose product is beyond an int",
                        "{" + tensor("a", "I8", "[65536,65536]", "[0,4294967296]") + "}",
                        0,
                        ModelReason.TOO_LARGE),
                json(
                        "dimension of 2^64",
                        "{" + tensor("a", "I8", "[18446744073709551616]", "[0,4]") + "}",
                        4,
                        ModelReason.TOO_LARGE),
                json(
                        "number of 5,000 digits",
                        "{" + tensor("a", "I8", "[" + "9".repeat(5000) + "]", "[0,4]") + "}",
                        4,
                        ModelReason.TOO_LARGE),
                json(
                        "negative dimensions",
                        "{" + tensor("a", "I8", "[-2,-2]", "[0,4]") + "}",
                        4,
                        ModelReason.MALFORMED),
                json(
                        "fraction as dimension",
                        "{" + tensor("a", "I8", "[4.0]", "[0,4]") + "}",
                        4,
                        ModelReason.MALFORMED),
                json(
                        "33 dimensions",
                        "{" + tensor("a", "I8", "[" + "1,".repeat(32) + "1]", "[0,1]") + "}",
                        1,
                        ModelReason.TOO_LARGE),
                json(
                        "overlapping tensors",
                        "{" + one + "," + tensor("b", "I8", "[4]", "[2,6]") + "}",
                        6,
                        ModelReason.MALFORMED),
                json(
                        "two tensors of the same bytes",
                        "{" + one + "," + tensor("b", "I8", "[4]", "[0,4]") + "}",
                        4,
                        ModelReason.MALFORMED),
                json(
                        "hole between tensors",
                        "{" + one + "," + tensor("b", "I8", "[4]", "[5,9]") + "}",
                        9,
                        ModelReason.MALFORMED),
                json("data that no tensor covers", "{" + one + "}", 5, ModelReason.MALFORMED),
                json("tensor beyond the data", "{" + one + "}", 3, ModelReason.TRUNCATED),
                json(
                        "offsets that end before they begin",
                        "{" + tensor("a", "I8", "[4]", "[4,0]") + "}",
                        4,
                        ModelReason.MALFORMED),
                json(
                        "size that is not the shape's",
                        "{" + tensor("a", "F32", "[4]", "[0,4]") + "}",
                        4,
                        ModelReason.MALFORMED),
                json(
                        "tensor that comes twice",
                        "{" + one + "," + tensor("a", "I8", "[4]", "[4,8]") + "}",
                        8,
                        ModelReason.MALFORMED),
                json(
                        "tensor that comes twice, once escaped",
                        "{" + one + "," + tensor("\\u0061", "I8", "[4]", "[4,8]") + "}",
                        8,
                        ModelReason.MALFORMED),
                json(
                        "member that comes twice",
                        "{\"a\":{\"dtype\":\"I8\",\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
                        4,
                        ModelReason.MALFORMED),
                json(
                        "unknown member",
                        "{\"a\":{\"dtype\":\"I8\",\"x\":1,\"shape\":[4],\"data_offsets\":[0,4]}}",
                        4,
                        ModelReason.MALFORMED),
                json("missing member", "{\"a\":{\"dtype\":\"I8\",\"shape\":[4]}}", 4, ModelReason.MALFORMED),
                json("three offsets", "{" + tensor("a", "I8", "[4]", "[0,4,4]") + "}", 4, ModelReason.TOO_LARGE),
                json("nesting of 100,000 levels", "{\"a\":" + "[".repeat(100_000), 0, ModelReason.MALFORMED),
                json(
                        "nesting inside of a shape",
                        "{" + tensor("a", "I8", "[[[[4]]]]", "[0,4]") + "}",
                        4,
                        ModelReason.TOO_LARGE),
                json(
                        "elements of another type",
                        "{" + tensor("a", "BF16", "[2]", "[0,4]") + "}",
                        4,
                        ModelReason.UNSUPPORTED_TYPE),
                json("metadata that are no texts", "{\"__metadata__\":{\"a\":1}}", 0, ModelReason.MALFORMED),
                json(
                                "metadata of 2 MiB",
                                "{\"__metadata__\":{\"a\":\"" + "x".repeat(2 * MIB) + "\"}}",
                                0,
                                ModelReason.TOO_LARGE)
                        .within(16 * MIB),
                json(
                        "name of 1 MiB",
                        "{" + tensor("x".repeat(MIB), "I8", "[4]", "[0,4]") + "}",
                        4,
                        ModelReason.TOO_LARGE),
                json(
                        "name with half of a surrogate pair",
                        "{" + tensor("\\ud800", "I8", "[4]", "[0,4]") + "}",
                        4,
                        ModelReason.MALFORMED),
                json("more behind the object", "{" + one + "}{}", 4, ModelReason.MALFORMED),
                json("an array", "[]", 0, ModelReason.MALFORMED),
                json("Python instead of JSON", "{'a': None}", 0, ModelReason.MALFORMED),
                json("65,537 tensors", manyTensors(), 0, ModelReason.TOO_LARGE).within(128 * MIB),
                new HostileInput("safetensors", "header in UTF-16", utf16(), ModelReason.MALFORMED, SMALL),
                new HostileInput("safetensors", "bool of 2", flag(), ModelReason.MALFORMED, SMALL));
    }

    private static String manyTensors() {
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i <= Model.MOST_TENSORS; i++) {
            header.append(tensor(String.valueOf(i), "I8", "[0]", "[0,0]")).append(',');
        }
        header.setCharAt(header.length() - 1, '}');
        return header.toString();
    }

    private static ByteBuffer utf16() {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_16LE);
        return ByteBuffer.allocate(8 + json.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .rewind();
    }

    private static ByteBuffer flag() {
        ByteBuffer bytes = Encoded.safetensors("{" + tensor("a", "BOOL", "[20]", "[0,20]") + "}", 20);
        return bytes.put(bytes.limit() - 1, (byte) 2);
    }
}
