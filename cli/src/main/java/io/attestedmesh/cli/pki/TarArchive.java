package io.attestedmesh.cli.pki;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/**
 * A tar.gz (POSIX ustar) that depends on what is in it alone: no times, no owners. Written here because it is one
 * header of 512 bytes a file, and no library on the class path knows it.
 */
final class TarArchive {
    private static final int BLOCK = 512;
    private static final int MAX_NAME = 100;

    private final ByteArrayOutputStream blocks = new ByteArrayOutputStream();

    /** Adds a file; {@code mode} as in {@code 0600}. */
    void add(String name, int mode, byte[] content) {
        byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
        if (encoded.length > MAX_NAME || name.startsWith("/") || name.contains("..")) {
            throw new IllegalArgumentException("not a name for an archive: " + name);
        }
        byte[] header = new byte[BLOCK];
        System.arraycopy(encoded, 0, header, 0, encoded.length);
        octal(header, 100, 8, mode);
        octal(header, 108, 8, 0);
        octal(header, 116, 8, 0);
        octal(header, 124, 12, content.length);
        octal(header, 136, 12, 0);
        header[156] = '0';
        System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, header, 257, 8);
        // The checksum is taken with its own field full of spaces.
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        octal(header, 148, 7, sum);
        blocks.writeBytes(header);
        blocks.writeBytes(content);
        blocks.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    byte[] compress() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(blocks.toByteArray());
            gzip.write(new byte[2 * BLOCK]);
        }
        return out.toByteArray();
    }

    /** Octal digits and a final NUL in {@code length} bytes. */
    private static void octal(byte[] header, int at, int length, long value) {
        String digits = Long.toOctalString(value);
        String field = "0".repeat(length - 1 - digits.length()) + digits;
        System.arraycopy(field.getBytes(StandardCharsets.US_ASCII), 0, header, at, length - 1);
        header[at + length - 1] = 0;
    }
}
