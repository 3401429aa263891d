package io.attestedmesh.federated.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a peer may send instead of a model: each row is refused with its reason, and what the refusal put on the heap is
 * measured. {@code -Dhostile.table=true} prints the rows as Markdown.
 */
class HostileInputsTest {
    private static final int MIB = 1 << 20;
    private static final long MOST = 64L * MIB;
    /** For classes that are loaded, exceptions, and what Jackson and zlib take for themselves. */
    private static final long SMALL = 2 * MIB;

    private static final String FLAGS = "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }\n";
    private static final List<String> TABLE = Collections.synchronizedList(new ArrayList<>());

    /**
     * One input.
     *
     * @param format who is to read it
     * @param most what reading it may put on the heap
     */
    record Row(String format, String what, ByteBuffer input, ModelReason reason, long most) {
        Object read() throws RejectedModelException {
            return switch (format) {
                case "safetensors" -> Safetensors.read(input);
                case "npy" -> Npy.read(input);
                default -> P2pflWeights.read(input, MOST);
            };
        }

        Row within(long bytes) {
            return new Row(format, what, input, reason, bytes);
        }

        @Override
        public String toString() {
            return format + ": " + what;
        }
    }

    @ParameterizedTest
    @MethodSource({"safetensors", "npy", "pickle", "compressed"})
    void input_isRefusedInBoundedMemory(Row row) throws Exception {
        Callable<RejectedModelException> refusal = () -> catchThrowableOfType(RejectedModelException.class, row::read);
        Allocated<RejectedModelException> allocated = Allocated.by(refusal);
        assertThat(allocated.result()).isNotNull();
        TABLE.add("| %s | %s | %,d | %s | `%s` | `%s` | %,d |"
                .formatted(
                        row.format,
                        row.what,
                        row.input.remaining(),
                        allocated.result().reason(),
                        allocated.result().expected(),
                        allocated.result().actual(),
                        (allocated.bytes() + 1023) / 1024));
        assertThat(allocated.result().reason())
                .as(allocated.result().getMessage())
                .isEqualTo(row.reason);
        assertThat(allocated.bytes()).isLessThan(row.most);
    }

    @AfterAll
    static void print() {
        if (Boolean.getBoolean("hostile.table")) {
            System.out.println("| format | input | bytes | reason | expected | actual | KiB allocated |\n"
                    + "| --- | --- | ---: | --- | --- | --- | ---: |\n" + String.join("\n", TABLE));
        }
    }

    private static String tensor(String name, String type, String shape, String offsets) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}".formatted(name, type, shape, offsets);
    }

    private static Row json(String what, String header, int data, ModelReason reason) {
        return new Row("safetensors", what, Encoded.safetensors(header, data), reason, SMALL);
    }

    private static Row length(String what, long length, ModelReason reason) {
        ByteBuffer bytes =
                ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        return new Row("safetensors", what, bytes, reason, SMALL);
    }

    static Stream<Row> safetensors() {
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
                new Row("safetensors", "header in UTF-16", utf16(), ModelReason.MALFORMED, SMALL),
                new Row("safetensors", "bool of 2", flag(), ModelReason.MALFORMED, SMALL));
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

    private static Row numpy(String what, String type, String shape, ModelReason reason) {
        String header = "{'descr': %s, 'fortran_order': False, 'shape': %s, }\n".formatted(type, shape);
        return new Row("npy", what, Encoded.npy(header, new byte[16]), reason, SMALL);
    }

    private static Row version2(String what, int length, ModelReason reason) {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0})
                .putInt(length)
                .rewind();
        return new Row("npy", what, bytes, reason, SMALL);
    }

    static Stream<Row> npy() {
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
                new Row("npy", "bool of 2", Encoded.npy(FLAGS, new byte[] {0, 1, 2}), ModelReason.MALFORMED, SMALL),
                version2("header of 2^32 - 1 bytes", -1, ModelReason.TOO_LARGE),
                version2("header of 10,001 bytes", 10_001, ModelReason.TOO_LARGE),
                version2("header of 10,000 bytes in a file of 64", 10_000, ModelReason.TRUNCATED),
                numpy("nesting of 9,000 levels", "'<f8'", "(".repeat(9000), ModelReason.MALFORMED));
    }

    /** Opcodes as numbers and as characters, texts as their bytes. */
    private static byte[] opcodes(Object... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer number) {
                bytes.write(number);
            } else if (part instanceof byte[] some) {
                bytes.writeBytes(some);
            } else {
                bytes.writeBytes(String.valueOf(part).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] littleEndian(long number, int bytes) {
        ByteBuffer all =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, number);
        return Arrays.copyOf(all.array(), bytes);
    }

    private static byte[] text(String text) {
        return opcodes('X', littleEndian(text.length(), 4), text);
    }

    /** Weights around an inner pickle, under that name of a compression. */
    private static ByteBuffer weights(byte[] compression, byte[] inner) {
        return ByteBuffer.wrap(opcodes(
                0x80,
                4,
                "}(",
                text("byte_compressor"),
                compression,
                text("bytes"),
                'B',
                littleEndian(inner.length, 4),
                inner,
                "u."));
    }

    private static Row pickle(String what, ModelReason reason, Object... opcodes) {
        byte[] inner = opcodes(0x80, 4, opcodes(opcodes));
        return new Row("pickle", what, weights(opcodes('N'), inner), reason, SMALL + 60L * inner.length);
    }

    private static byte[] params(Object... list) {
        return opcodes(
                "}(",
                text("params"),
                opcodes(list),
                text("additional_info"),
                '}',
                text("applied_techniques"),
                ']',
                "su.");
    }

    private static byte[] array(String type, byte[] shape, boolean columnMajor, byte[] data) {
        byte[] state = opcodes("(K", 3, text("<"), "NNNJ", littleEndian(-1, 4), 'J', littleEndian(-1, 4), 'K', 0, "tb");
        byte[] dtype = opcodes("cnumpy\ndtype\n", text(type), 0x89, 0x88, 0x87, 'R', state);
        return opcodes(
                "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK",
                0,
                0x85,
                'C',
                1,
                'b',
                0x87,
                "R(K",
                1,
                shape,
                dtype,
                columnMajor ? 0x88 : 0x89,
                data,
                "tb");
    }

    private static byte[] shape(long... lengths) {
        ByteArrayOutputStream shape = new ByteArrayOutputStream();
        shape.write('(');
        for (long length : lengths) {
            shape.writeBytes(opcodes(0x8a, 8, littleEndian(length, 8)));
        }
        shape.write('t');
        return shape.toByteArray();
    }

    private static byte[] repeated(int times, Object... parts) {
        byte[] once = opcodes(parts);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(once);
        }
        return all.toByteArray();
    }

    static Stream<Row> pickle() {
        byte[] two = opcodes('C', 2, 1, 2);
        String utf8 = "\u00ff";
        return Stream.of(
                pickle("os.system, called", ModelReason.FORBIDDEN, "cos\nsystem\n", text("id"), 0x85, "R."),
                pickle("os.system, by STACK_GLOBAL", ModelReason.FORBIDDEN, text("os"), text("system"), 0x93, '.'),
                pickle(
                        "builtins.eval",
                        ModelReason.FORBIDDEN,
                        text("builtins"),
                        text("eval"),
                        0x93,
                        text("1"),
                        0x85,
                        "R."),
                pickle("numpy.load", ModelReason.FORBIDDEN, "cnumpy\nload\n."),
                pickle("numpy.core.multiarray.scalar", ModelReason.FORBIDDEN, "cnumpy.core.multiarray\nscalar\n."),
                pickle("name of 1 MiB", ModelReason.FORBIDDEN, "c", "x".repeat(MIB), "\nx\n."),
                pickle("call of ndarray", ModelReason.FORBIDDEN, "cnumpy\nndarray\n)R."),
                pickle("call of a text", ModelReason.FORBIDDEN, text("x"), ")R."),
                pickle(
                        "array of another class",
                        ModelReason.FORBIDDEN,
                        "cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK",
                        0,
                        0x85,
                        'C',
                        1,
                        'b',
                        0x87,
                        "R."),
                pickle("opcodes INST, OBJ", ModelReason.FORBIDDEN, "(ios\nsystem\n."),
                pickle("opcode NEWOBJ", ModelReason.FORBIDDEN, "cnumpy\ndtype\n)", 0x81, '.'),
                pickle("opcode PERSID", ModelReason.FORBIDDEN, "P1\n."),
                pickle("opcode EXT1", ModelReason.FORBIDDEN, 0x82, 1, '.'),
                pickle("opcode NEXT_BUFFER", ModelReason.FORBIDDEN, 0x97, '.'),
                pickle("opcode DUP", ModelReason.FORBIDDEN, "N2."),
                pickle("state of a dict", ModelReason.FORBIDDEN, "}}b."),
                pickle("memo out of its order", ModelReason.FORBIDDEN, 'N', 'r', littleEndian(0x7fff_ffff, 4), '.'),
                pickle("memo that is not there", ModelReason.MALFORMED, 'h', 7, '.'),
                pickle("empty stack", ModelReason.MALFORMED, "t."),
                pickle("two values", ModelReason.MALFORMED, "NN."),
                pickle("bytes behind the end", ModelReason.MALFORMED, "N.N"),
                pickle("key twice", ModelReason.MALFORMED, "}(", text("a"), 'N', text("a"), "Nu."),
                pickle("list as key", ModelReason.FORBIDDEN, "}]Ns."),
                pickle("text that is no UTF-8", ModelReason.MALFORMED, text(utf8), '.'),
                pickle("text of 2^63 bytes", ModelReason.TOO_LARGE, 0x8d, littleEndian(Long.MIN_VALUE, 8), '.'),
                pickle("bytes of 2^63", ModelReason.TOO_LARGE, 0x8e, littleEndian(Long.MIN_VALUE, 8), '.'),
                pickle("bytes of 2^63 - 1", ModelReason.TRUNCATED, 0x8e, littleEndian(Long.MAX_VALUE, 8), '.'),
                pickle("bytes of 2 GiB", ModelReason.TRUNCATED, 'B', littleEndian(1L << 31, 4), '.'),
                pickle("frame of 2^62 bytes", ModelReason.TRUNCATED, 0x95, littleEndian(1L << 62, 8), "N."),
                pickle("integer of 255 bytes", ModelReason.TOO_LARGE, 0x8a, 255, new byte[255], '.'),
                pickle("65 marks", ModelReason.TOO_LARGE, repeated(65, '('), '.'),
                pickle("lists 1,000,000 deep", ModelReason.TOO_LARGE, repeated(1_000_000, ']'), '.'),
                pickle("tuples 1,000,000 deep", ModelReason.TOO_LARGE, ')', repeated(1_000_000, 0x85), '.'),
                pickle("1,000,000 times in the memo", ModelReason.TOO_LARGE, 'N', repeated(1_000_000, 0x94), '.'),
                pickle("lists of lists by the memo, 10^100 in all", ModelReason.MALFORMED, laughs()),
                pickle("list that contains itself", ModelReason.MALFORMED, ']', 0x94, 'h', 0, "a."),
                pickle("no model but a number", ModelReason.MALFORMED, 'K', 1, '.'),
                pickle(
                        "array without a state",
                        ModelReason.MALFORMED,
                        params(
                                "](cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK",
                                0,
                                0x85,
                                'C',
                                1,
                                'b',
                                0x87,
                                "Re")),
                pickle(
                        "array with two states",
                        ModelReason.MALFORMED,
                        params("](", array("i1", shape(2), false, two), "(K", 1, ")Nte")),
                pickle(
                        "array of objects",
                        ModelReason.UNSUPPORTED_TYPE,
                        params("](", array("O8", shape(1), false, opcodes("](Ne")), 'e')),
                pickle(
                        "array whose data is a list",
                        ModelReason.MALFORMED,
                        params("](", array("i1", shape(1), false, opcodes("](Ne")), 'e')),
                pickle(
                        "array of complex numbers",
                        ModelReason.UNSUPPORTED_TYPE,
                        params("](", array("c8", shape(1), false, two), 'e')),
                pickle(
                        "shape whose product overflows",
                        ModelReason.TOO_LARGE,
                        params("](", array("i1", shape(1L << 32, 1L << 32), false, two), 'e')),
                pickle(
                        "shape with -1",
                        ModelReason.MALFORMED,
                        params("](", array("i1", shape(-1, -2), false, two), 'e')),
                pickle(
                        "shape of 2 GiB, column-major",
                        ModelReason.TRUNCATED,
                        params("](", array("i1", shape(2, 1 << 29), true, two), 'e')),
                pickle(
                        "bytes beyond the shape",
                        ModelReason.MALFORMED,
                        params("](", array("i1", shape(1), false, two), 'e')),
                sharing(),
                pickle(
                        "one array 1,000 times",
                        ModelReason.TOO_LARGE,
                        params(
                                "](",
                                array("i1", shape(100), false, opcodes('C', 100, new byte[100])),
                                0x94,
                                repeated(1000, 'h', 0),
                                'e')),
                pickle(
                        "weights that a technique changed",
                        ModelReason.FORBIDDEN,
                        "}(",
                        text("params"),
                        ']',
                        text("additional_info"),
                        '}',
                        text("applied_techniques"),
                        "](](",
                        text("topk"),
                        "}eesu."));
    }

    /** Each list holds the one before it ten times. */
    private static byte[] laughs() {
        ByteArrayOutputStream lists = new ByteArrayOutputStream();
        lists.writeBytes(opcodes("](]", 0x94));
        for (int level = 0; level < 100; level++) {
            lists.writeBytes(opcodes(']', 0x94, '(', repeated(10, 'h', level), 'e'));
        }
        lists.writeBytes(opcodes("e."));
        return lists.toByteArray();
    }

    private static Row sharing() {
        byte[] mebibyte = opcodes('B', littleEndian(MIB, 4), new byte[MIB], 0x94);
        byte[] first = array("i1", shape(1024, 1024), true, mebibyte);
        byte[] other = array("i1", shape(1024, 1024), true, opcodes('h', 0));
        return pickle(
                        "1,000 column-major arrays that share 1 MiB",
                        ModelReason.TOO_LARGE,
                        params("](", first, repeated(999, other), 'e'))
                .within(4 * MIB);
    }

    private static Row compressed(String what, ModelReason reason, String name, byte[] bytes, long most) {
        return new Row("pickle", what, weights(text(name), bytes), reason, most);
    }

    static Stream<Row> compressed() throws Exception {
        byte[] good = params("](", array("i1", shape(2), false, opcodes('C', 2, 1, 2)), 'e');
        byte[] inner = opcodes(0x80, 4, good);
        byte[] zlib = compress(WeightsCompression.ZLIB, inner, 0);
        byte[] xz = compress(WeightsCompression.LZMA, inner, 0);
        byte[] start = opcodes(0x80, 4, 'B', littleEndian(1L << 30, 4));
        // an array that grows to the limit by doubling
        long grown = 3 * 16L * MIB;
        return Stream.of(
                compressed(
                        "zlib: 256 MiB of zeros in 256 KiB",
                        ModelReason.TOO_LARGE,
                        "zlib",
                        compress(WeightsCompression.ZLIB, start, 256 * MIB),
                        3 * MOST),
                compressed(
                        "zlib: 16 MiB of zeros and more in 20 KiB",
                        ModelReason.TOO_LARGE,
                        "zlib",
                        compress(WeightsCompression.ZLIB, start, 20 * MIB),
                        grown),
                compressed(
                        "xz: 256 MiB of zeros in 40 KiB",
                        ModelReason.TOO_LARGE,
                        "lzma",
                        compress(WeightsCompression.LZMA, start, 256 * MIB),
                        grown + 2 * MIB),
                compressed("xz: dictionary of 4 GiB", ModelReason.FORBIDDEN, "lzma", dictionary(xz, 40), SMALL),
                compressed("xz: dictionary of 96 MiB", ModelReason.TOO_LARGE, "lzma", dictionary(xz, 29), SMALL),
                compressed(
                        "xz: dictionary of 64 MiB, then nothing",
                        ModelReason.TRUNCATED,
                        "lzma",
                        Arrays.copyOf(dictionary(xz, 28), 24),
                        66 * MIB),
                compressed(
                        "xz: another check value", ModelReason.MALFORMED, "lzma", flipped(xz, xz.length - 40), SMALL),
                compressed(
                        "xz: cut short", ModelReason.TRUNCATED, "lzma", Arrays.copyOf(xz, xz.length - 1), SMALL + MIB),
                compressed("xz: a second stream", ModelReason.MALFORMED, "lzma", opcodes(xz, xz), SMALL + MIB),
                compressed(
                        "xz: the older lzma container",
                        ModelReason.MALFORMED,
                        "lzma",
                        opcodes(0x5d, 0, 0, 0x80, 0, new byte[40]),
                        SMALL),
                compressed(
                        "zlib: another check value",
                        ModelReason.MALFORMED,
                        "zlib",
                        flipped(zlib, zlib.length - 1),
                        SMALL),
                compressed(
                        "zlib: cut short", ModelReason.TRUNCATED, "zlib", Arrays.copyOf(zlib, zlib.length - 1), SMALL),
                compressed("zlib: bytes behind the end", ModelReason.MALFORMED, "zlib", opcodes(zlib, 0), SMALL),
                compressed("zlib: no deflate", ModelReason.MALFORMED, "zlib", opcodes("hello"), SMALL),
                compressed(
                        "zlib: with a dictionary of its own",
                        ModelReason.MALFORMED,
                        "zlib",
                        opcodes(0x78, 0xbb, new byte[20]),
                        SMALL),
                compressed(
                        "zlib: a pickle and more behind it",
                        ModelReason.MALFORMED,
                        "zlib",
                        compress(WeightsCompression.ZLIB, inner, 1),
                        SMALL),
                compressed("unknown compression", ModelReason.FORBIDDEN, "gzip", inner, SMALL),
                new Row(
                        "pickle",
                        "number as compression",
                        weights(opcodes('K', 1), inner),
                        ModelReason.FORBIDDEN,
                        SMALL));
    }

    private static byte[] compress(WeightsCompression compression, byte[] start, int zeros) throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream out = compression.compressing(compressed)) {
            out.write(start);
            byte[] piece = new byte[1 << 16];
            for (int left = zeros; left > 0; left -= piece.length) {
                out.write(piece, 0, Math.min(left, piece.length));
            }
        }
        return compressed.toByteArray();
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= 1;
        return flipped;
    }

    /** Says another size of dictionary in the header of the first block, whose last four bytes are a checksum. */
    private static byte[] dictionary(byte[] xz, int size) {
        byte[] patched = xz.clone();
        patched[16] = (byte) size;
        CRC32 checksum = new CRC32();
        checksum.update(patched, 12, 8);
        System.arraycopy(littleEndian(checksum.getValue(), 4), 0, patched, 20, 4);
        return patched;
    }

    private static final Model GOOD =
            Model.ofList(List.of(Tensor.of(Shape.of(2, 2), 1, 2, 3, 4), Tensor.of(Shape.of(), 5)));

    @Test
    void safetensorsCutShortAnywhere_areTruncated() {
        assertTruncated("safetensors", Encoded.join(Safetensors.of(GOOD).encode()));
    }

    @Test
    void npyCutShortAnywhere_isTruncated() {
        assertTruncated("npy", Encoded.join(Npy.encode(GOOD.list().get(0))));
    }

    @Test
    void pickleCutShortAnywhere_isTruncated() {
        for (WeightsCompression compression : WeightsCompression.values()) {
            assertTruncated("pickle", Encoded.join(P2pflWeights.encode(GOOD, compression)));
        }
    }

    private static void assertTruncated(String format, byte[] whole) {
        for (int length = 0; length < whole.length; length++) {
            Row row = new Row(format, length + " bytes", ByteBuffer.wrap(whole, 0, length), ModelReason.TRUNCATED, 0);
            assertThat(catchThrowableOfType(RejectedModelException.class, row::read)
                            .reason())
                    .as(row.toString())
                    .isEqualTo(ModelReason.TRUNCATED);
        }
    }

    @Test
    void compressedPickleCutShortAnywhere_isRefused() throws Exception {
        byte[] inner = opcodes(0x80, 4, params("](", array("i1", shape(2), false, opcodes('C', 2, 1, 2)), 'e'));
        for (WeightsCompression compression : List.of(WeightsCompression.ZLIB, WeightsCompression.LZMA)) {
            byte[] whole = compress(compression, inner, 0);
            for (int length = 0; length < whole.length; length++) {
                ByteBuffer cut = weights(text(compression.wireName().get()), Arrays.copyOf(whole, length));
                assertThat(catchThrowableOfType(RejectedModelException.class, () -> P2pflWeights.read(cut, MOST))
                                .reason())
                        .as(compression + " " + length)
                        .isEqualTo(ModelReason.TRUNCATED);
            }
        }
    }
}
