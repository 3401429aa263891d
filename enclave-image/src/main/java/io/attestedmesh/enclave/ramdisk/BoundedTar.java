package io.attestedmesh.enclave.ramdisk;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * A tar archive that must be whole, with headers that fit in memory. The library takes a short record for the end, and
 * reads long names, extended headers (POSIX pax) and maps of sparse files as large as they are.
 */
final class BoundedTar extends TarArchiveInputStream {
    /** Bytes of a long name or an extended header, and of all global headers together. */
    static final int MAX_EXTENSION = 1 << 16;

    /** One of each kind before a file, and some to spare: the library recurses. */
    static final int MAX_EXTENSIONS = 8;

    private static final int TYPE = 156;
    private static final String SPARSE = " GNU.sparse.";
    private static final Set<Byte> EXTENSIONS = Set.of(
            TarConstants.LF_GNUTYPE_LONGNAME,
            TarConstants.LF_GNUTYPE_LONGLINK,
            TarConstants.LF_PAX_EXTENDED_HEADER_LC,
            TarConstants.LF_PAX_EXTENDED_HEADER_UC,
            TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER);

    private final ByteArrayOutputStream extension = new ByteArrayOutputStream();
    private byte type = TarConstants.LF_NORMAL;
    private int extensions;
    private int globalBytes;

    BoundedTar(InputStream in) {
        super(in, StandardCharsets.UTF_8.name());
    }

    /**
     * A header.
     *
     * @throws IOException whose cause is a {@link RamdiskException} where that says more
     */
    @Override
    protected byte[] readRecord() throws IOException {
        byte[] header = super.readRecord();
        if (isAtEOF()) {
            return header;
        }
        if (header == null) {
            throw new EOFException("the archive ends without its block of zeros");
        }
        if (!isEOFRecord(header)) {
            check(header);
        }
        return header;
    }

    private void check(byte[] header) throws IOException {
        if (!TarUtils.verifyCheckSum(header)) {
            throw new IOException("a header without its checksum");
        }
        type = header[TYPE];
        boolean sparse = type == TarConstants.LF_GNUTYPE_SPARSE
                || extension.toString(StandardCharsets.ISO_8859_1).contains(SPARSE);
        if (sparse) {
            throw refused(RamdiskReason.SPECIAL_FILE, "files, folders and links", "a sparse file");
        }
        extension.reset();
        extensions = EXTENSIONS.contains(type) ? extensions + 1 : 0;
        if (extensions > MAX_EXTENSIONS) {
            throw refused(
                    RamdiskReason.BAD_ARCHIVE, "at most " + MAX_EXTENSIONS + " extended headers for a file", "more");
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read > 0 && EXTENSIONS.contains(type)) {
            extension.write(buffer, offset, read);
            globalBytes += type == TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER ? read : 0;
            if (Math.max(extension.size(), globalBytes) > MAX_EXTENSION) {
                throw refused(
                        RamdiskReason.BAD_ARCHIVE,
                        "extended headers of at most " + MAX_EXTENSION + " bytes",
                        "a longer one");
            }
        }
        return read;
    }

    private static IOException refused(RamdiskReason reason, String expected, String actual) {
        RamdiskException cause = new RamdiskException(reason, expected, actual);
        return new IOException(cause.getMessage(), cause);
    }
}
