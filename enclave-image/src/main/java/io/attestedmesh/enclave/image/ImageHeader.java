package io.attestedmesh.enclave.image;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The first 548 bytes of an enclave image file, version 4, big-endian: magic, version, flags, default memory and CPUs,
 * the table of sections, CRC-32.
 *
 * @param architecture out of the flags
 * @param defaultMemory bytes of memory that the enclave gets where nobody says otherwise
 * @param defaultCpus number of CPUs, likewise
 * @param places offset and size of each section's data
 * @param crc over the file but for itself
 */
record ImageHeader(Architecture architecture, long defaultMemory, long defaultCpus, List<Place> places, int crc) {
    static final int SIZE = 548;

    /** What of the header the CRC covers. */
    static final int CHECKED = 544;

    static final int VERSION = 4;
    static final int MAX_SECTIONS = 32;
    static final long DEFAULT_MEMORY = 1L << 30;
    static final long DEFAULT_CPUS = 2;

    static final Bytes MAGIC = Bytes.of(".eif".getBytes(StandardCharsets.US_ASCII));

    /** A row of the table: an offset points at a section's header, a size excludes it. */
    record Place(long offset, long size) {}

    ImageHeader {
        places = List.copyOf(places);
    }

    static ImageHeader parse(Bytes encoded) throws MalformedImageException {
        ByteBuffer in = ByteBuffer.wrap(encoded.toByteArray());
        if (!encoded.startsWith(MAGIC)) {
            throw new MalformedImageException(
                    ImageReason.BAD_MAGIC,
                    "\".eif\"",
                    encoded.slice(0, MAGIC.size()).toString());
        }
        in.position(MAGIC.size());
        int version = Short.toUnsignedInt(in.getShort());
        if (version != VERSION) {
            throw new MalformedImageException(
                    ImageReason.UNSUPPORTED_VERSION, "version " + VERSION, "version " + version);
        }
        Architecture architecture = architecture(Short.toUnsignedInt(in.getShort()));
        long memory = in.getLong();
        long cpus = in.getLong();
        requireZero(in.getShort(), "the reserved field");
        int sections = Short.toUnsignedInt(in.getShort());
        if (sections > MAX_SECTIONS) {
            throw new MalformedImageException(
                    ImageReason.TOO_MANY_SECTIONS, "at most " + MAX_SECTIONS, Integer.toString(sections));
        }
        List<Place> places = places(in, sections);
        requireZero(in.getInt(), "the unused field");
        return new ImageHeader(architecture, memory, cpus, places, in.getInt());
    }

    private static Architecture architecture(int flags) throws MalformedImageException {
        for (Architecture each : Architecture.values()) {
            if (each.flag() == flags) {
                return each;
            }
        }
        throw new MalformedImageException(
                ImageReason.UNKNOWN_FLAGS, "bit 0 alone, for arm64", String.format("flags 0x%04x", flags));
    }

    private static List<Place> places(ByteBuffer in, int sections) throws MalformedImageException {
        long[] offsets = longs(in);
        long[] sizes = longs(in);
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < MAX_SECTIONS; i++) {
            if (i < sections) {
                places.add(new Place(offsets[i], sizes[i]));
            } else {
                requireZero(offsets[i] | sizes[i], "row " + i + " of the table, which has " + sections);
            }
        }
        return places;
    }

    private static long[] longs(ByteBuffer in) {
        long[] values = new long[MAX_SECTIONS];
        for (int i = 0; i < MAX_SECTIONS; i++) {
            values[i] = in.getLong();
        }
        return values;
    }

    private static void requireZero(long value, String field) throws MalformedImageException {
        if (value != 0) {
            throw new MalformedImageException(
                    ImageReason.RESERVED_NOT_ZERO, field + " to be zero", "0x" + Long.toHexString(value));
        }
    }

    Bytes encode() {
        ByteBuffer out = ByteBuffer.allocate(SIZE)
                .put(MAGIC.toByteArray())
                .putShort((short) VERSION)
                .putShort((short) architecture.flag())
                .putLong(defaultMemory)
                .putLong(defaultCpus)
                .putShort((short) 0)
                .putShort((short) places.size());
        int table = out.position();
        for (int i = 0; i < places.size(); i++) {
            out.putLong(table + 8 * i, places.get(i).offset());
            out.putLong(table + 8 * (MAX_SECTIONS + i), places.get(i).size());
        }
        return Bytes.of(out.putInt(SIZE - 4, crc).array());
    }
}
