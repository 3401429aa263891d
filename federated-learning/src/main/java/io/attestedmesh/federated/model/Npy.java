package io.attestedmesh.federated.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One tensor in the format of {@code numpy.save}: versions 1.0, 2.0 and 3.0 are read, in either byte order and in C's or
 * Fortran's order. 1.0 is written, which has room for every {@link Shape}; the bytes are those that NumPy (since 1.24)
 * writes.
 *
 * <p>Element types are spelled as NumPy itself spells them in files: {@code <} or {@code >} in front of those of several
 * bytes and {@code |} in front of those of one; {@code =}, and what may run code when NumPy reads it, are refused.
 */
public final class Npy {
    private static final long MAGIC = 0x934e554d5059L;
    private static final int MAGIC_LENGTH = 6;
    private static final int VERSION_1_PREFIX = MAGIC_LENGTH + 2 + Short.BYTES;
    private static final int LATER_PREFIX = MAGIC_LENGTH + 2 + Integer.BYTES;
    /** NumPy's own limit. */
    private static final int LONGEST_HEADER = 10_000;

    private static final int ALIGNMENT = 64;
    /** NumPy leaves room for the first length to grow to that many digits. */
    private static final int ROOM_FOR_FIRST_LENGTH = 21;

    private Npy() {}

    /**
     * Reads all remaining bytes. The tensor is a part of {@code bytes}, which nobody may change from here on, unless its
     * order has to be changed.
     *
     * @throws RejectedModelException if they are not exactly one array of numbers
     */
    public static Tensor read(ByteBuffer bytes) throws RejectedModelException {
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        requireBytes(in, VERSION_1_PREFIX);
        long magic = Long.reverseBytes(in.getLong(0)) >>> (Short.BYTES * Byte.SIZE);
        if (magic != MAGIC) {
            throw new RejectedModelException(ModelReason.MALFORMED, "\\x93NUMPY", Long.toHexString(magic));
        }
        int major = in.get(MAGIC_LENGTH) & 0xff;
        int minor = in.get(MAGIC_LENGTH + 1) & 0xff;
        if (major < 1 || major > 3 || minor != 0) {
            throw new RejectedModelException(ModelReason.FORBIDDEN, "version 1.0, 2.0 or 3.0", major + "." + minor);
        }
        int prefix = major == 1 ? VERSION_1_PREFIX : LATER_PREFIX;
        requireBytes(in, prefix);
        long length = major == 1
                ? Short.toUnsignedLong(in.getShort(MAGIC_LENGTH + 2))
                : Integer.toUnsignedLong(in.getInt(MAGIC_LENGTH + 2));
        if (length > LONGEST_HEADER) {
            throw new RejectedModelException(
                    ModelReason.TOO_LARGE, "a header of at most " + LONGEST_HEADER + " bytes", String.valueOf(length));
        }
        requireBytes(in, prefix + (int) length);
        String header = StandardCharsets.ISO_8859_1
                .decode(in.slice(prefix, (int) length))
                .toString();
        int data = prefix + (int) length;
        return new NpyHeader(header).tensor().of(in.slice(data, in.limit() - data));
    }

    private static void requireBytes(ByteBuffer in, int count) throws RejectedModelException {
        if (in.limit() < count) {
            throw new RejectedModelException(ModelReason.TRUNCATED, count + " bytes or more", in.limit() + " bytes");
        }
    }

    /** The header and the elements, which are not copied. */
    public static List<ByteBuffer> encode(Tensor tensor) {
        return List.of(header(tensor.type(), tensor.shape()), tensor.data());
    }

    /** How many bytes {@link #encode} gives. */
    public static long encodedSize(Tensor tensor) {
        return header(tensor.type(), tensor.shape()).remaining()
                + (long) tensor.data().remaining();
    }

    /** What stands before the elements, for one who writes these bit by bit. */
    public static ByteBuffer header(DType type, Shape shape) {
        List<Integer> dimensions = shape.dimensions();
        StringBuilder text = new StringBuilder("{'descr': '")
                .append(type.bytes() == 1 ? '|' : '<')
                .append(type.code())
                .append("', 'fortran_order': False, 'shape': ")
                .append(dimensions.size() == 1 ? "(" + dimensions.get(0) + ",)" : shape)
                .append(", }");
        if (!dimensions.isEmpty()) {
            int digits = dimensions.get(0).toString().length();
            text.append(" ".repeat(ROOM_FOR_FIRST_LENGTH - digits));
        }
        // where no padding is needed, NumPy pads by a whole line
        text.append(" ".repeat(ALIGNMENT - (VERSION_1_PREFIX + text.length() + 1) % ALIGNMENT))
                .append('\n');
        ByteBuffer header =
                ByteBuffer.allocate(VERSION_1_PREFIX + text.length()).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(Long.reverseBytes((MAGIC << (Short.BYTES * Byte.SIZE)) | 0x0100));
        header.putShort((short) text.length());
        return header.put(text.toString().getBytes(StandardCharsets.US_ASCII)).flip();
    }
}
