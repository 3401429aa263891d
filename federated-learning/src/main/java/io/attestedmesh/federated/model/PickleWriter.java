package io.attestedmesh.federated.model;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a pickle of protocol 4 as parts, of which those that are data of tensors are not copied. */
final class PickleWriter {
    private static final long LONGEST_BINBYTES = 0xffff_ffffL;

    private final List<ByteBuffer> parts = new ArrayList<>();
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();

    private final Map<String, Integer> memo = new HashMap<>();

    PickleWriter() {
        opcodes(0x80, 4);
    }

    PickleWriter opcodes(int... opcodes) {
        for (int opcode : opcodes) {
            part.write(opcode);
        }
        return this;
    }

    /** Of 255 characters of ASCII at most. */
    PickleWriter text(String text) {
        opcodes(0x8c, text.length());
        part.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    private PickleWriter integer(int number) {
        if (number >= 0 && number <= 0xff) {
            return opcodes('K', number);
        }
        opcodes('J');
        return littleEndian(number, Integer.BYTES);
    }

    private PickleWriter littleEndian(long number, int bytes) {
        for (int i = 0; i < bytes; i++) {
            part.write((int) (number >>> (i * Byte.SIZE)));
        }
        return this;
    }

    /** Bytes that are in {@code data}, in a row. */
    PickleWriter bytes(List<ByteBuffer> data) {
        long length = data.stream().mapToLong(ByteBuffer::remaining).sum();
        if (length <= LONGEST_BINBYTES) {
            opcodes('B').littleEndian(length, Integer.BYTES);
        } else {
            opcodes(0x8e).littleEndian(length, Long.BYTES);
        }
        flush();
        parts.addAll(data);
        return this;
    }

    /** As NumPy 1 pickles an array, which every NumPy reads. */
    PickleWriter array(Tensor tensor) {
        global("numpy.core.multiarray", "_reconstruct");
        once("empty", () -> global("numpy", "ndarray").integer(0).opcodes(0x85, 'C', 1, 'b', 0x87));
        opcodes('R', '(').integer(1).opcodes('(');
        tensor.shape().dimensions().forEach(this::integer);
        opcodes('t');
        once(tensor.type().code(), () -> dtype(tensor.type())).opcodes(0x89);
        return bytes(List.of(tensor.data())).opcodes('t', 'b');
    }

    private void dtype(DType type) {
        global("numpy", "dtype").text(type.code()).opcodes(0x89, 0x88, 0x87, 'R', '(');
        integer(3).text(type.bytes() == 1 ? "|" : "<").opcodes('N', 'N', 'N');
        integer(-1).integer(-1).integer(0).opcodes('t', 'b');
    }

    private PickleWriter global(String module, String name) {
        return once(module + "." + name, () -> text(module).text(name).opcodes(0x93));
    }

    /** Writes a value, and refers to it by its place in the memo when it comes again. */
    private PickleWriter once(String key, Runnable value) {
        Integer place = memo.get(key);
        if (place != null) {
            return opcodes('h', place);
        }
        value.run();
        memo.put(key, memo.size());
        return opcodes(0x94);
    }

    private void flush() {
        parts.add(ByteBuffer.wrap(part.toByteArray()));
        part.reset();
    }

    /** The whole pickle. */
    List<ByteBuffer> end() {
        opcodes('.');
        flush();
        return parts;
    }
}
