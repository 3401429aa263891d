package io.attestedmesh.federated.model;

import static io.attestedmesh.federated.model.HostileInput.MIB;
import static io.attestedmesh.federated.model.HostileInput.MOST;
import static io.attestedmesh.federated.model.HostileInput.SMALL;
import static io.attestedmesh.federated.model.PickleBytes.array;
import static io.attestedmesh.federated.model.PickleBytes.littleEndian;
import static io.attestedmesh.federated.model.PickleBytes.opcodes;
import static io.attestedmesh.federated.model.PickleBytes.params;
import static io.attestedmesh.federated.model.PickleBytes.shape;
import static io.attestedmesh.federated.model.PickleBytes.text;
import static io.attestedmesh.federated.model.PickleBytes.weights;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** Rows for a reader of compressed pickles. */
final class HostileCompression {
    private HostileCompression() {}

    private static HostileInput compressed(String what, ModelReason reason, String name, byte[] bytes, long most) {
        return new HostileInput("pickle", what, weights(text(name), bytes), reason, most);
    }

    static Stream<HostileInput> rows() throws Exception {
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
                new HostileInput(
                        "pickle",
                        "number as compression",
                        weights(opcodes('K', 1), inner),
                        ModelReason.FORBIDDEN,
                        SMALL));
    }

    static byte[] compress(WeightsCompression compression, byte[] start, int zeros) throws Exception {
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
}
