package io.attestedmesh.attest.der;

import io.attestedmesh.attest.evidence.Bytes;

/** Writes what {@link DerReader} reads. */
public final class DerWriter {
    private DerWriter() {}

    /** An element of this tag, which is one byte, around the joined contents. */
    public static Bytes element(int tag, Bytes... contents) {
        Bytes[] parts = new Bytes[1 + contents.length];
        int length = 0;
        for (int i = 0; i < contents.length; i++) {
            parts[1 + i] = contents[i];
            length = Math.addExact(length, contents[i].size());
        }
        parts[0] = header(tag, length);
        return Bytes.concat(parts);
    }

    private static Bytes header(int tag, int length) {
        if (length < 0x80) {
            return Bytes.of((byte) tag, (byte) length);
        }
        int octets = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
        byte[] header = new byte[2 + octets];
        header[0] = (byte) tag;
        header[1] = (byte) (0x80 | octets);
        for (int i = 0; i < octets; i++) {
            header[2 + i] = (byte) (length >>> (8 * (octets - 1 - i)));
        }
        return Bytes.of(header);
    }
}
