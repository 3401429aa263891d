package io.attestedmesh.federated.model;

import static io.attestedmesh.federated.model.HostileInput.MIB;
import static io.attestedmesh.federated.model.HostileInput.SMALL;
import static io.attestedmesh.federated.model.PickleBytes.array;
import static io.attestedmesh.federated.model.PickleBytes.littleEndian;
import static io.attestedmesh.federated.model.PickleBytes.opcodes;
import static io.attestedmesh.federated.model.PickleBytes.params;
import static io.attestedmesh.federated.model.PickleBytes.repeated;
import static io.attestedmesh.federated.model.PickleBytes.shape;
import static io.attestedmesh.federated.model.PickleBytes.text;
import static io.attestedmesh.federated.model.PickleBytes.weights;

import java.io.ByteArrayOutputStream;
import java.util.stream.Stream;

/** Rows for a reader of pickles that are not compressed. */
final class HostilePickles {
    private HostilePickles() {}

    private static HostileInput pickle(String what, ModelReason reason, Object... opcodes) {
        byte[] inner = opcodes(0x80, 4, opcodes(opcodes));
        return new HostileInput("pickle", what, weights(opcodes('N'), inner), reason, SMALL + 60L * inner.length);
    }

    static Stream<HostileInput> rows() {
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

    private static HostileInput sharing() {
        byte[] mebibyte = opcodes('B', littleEndian(MIB, 4), new byte[MIB], 0x94);
        byte[] first = array("i1", shape(1024, 1024), true, mebibyte);
        byte[] other = array("i1", shape(1024, 1024), true, opcodes('h', 0));
        return pickle(
                        "1,000 column-major arrays that share 1 MiB",
                        ModelReason.TOO_LARGE,
                        params("](", first, repeated(999, other), 'e'))
                .within(4 * MIB);
    }
}
