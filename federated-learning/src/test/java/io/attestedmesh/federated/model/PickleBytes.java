package io.attestedmesh.federated.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Pickles put together by hand, right ones and wrong ones. */
final class PickleBytes {
    private PickleBytes() {}

    /** Opcodes as numbers and as characters, texts as their bytes. */
    static byte[] opcodes(Object... parts) {
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

    static byte[] littleEndian(long number, int bytes) {
        ByteBuffer all =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, number);
        return Arrays.copyOf(all.array(), bytes);
    }

    static byte[] text(String text) {
        return opcodes('X', littleEndian(text.length(), 4), text);
    }

    /** Weights around an inner pickle, under that name of a compression. */
    static ByteBuffer weights(byte[] compression, byte[] inner) {
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

    static byte[] params(Object... list) {
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

    static byte[] array(String type, byte[] shape, boolean columnMajor, byte[] data) {
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

    static byte[] shape(long... lengths) {
        ByteArrayOutputStream shape = new ByteArrayOutputStream();
        shape.write('(');
        for (long length : lengths) {
            shape.writeBytes(opcodes(0x8a, 8, littleEndian(length, 8)));
        }
        shape.write('t');
        return shape.toByteArray();
    }

    static byte[] repeated(int times, Object... parts) {
        byte[] once = opcodes(parts);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(once);
        }
        return all.toByteArray();
    }
}
