package io.attestedmesh.enclave.ramdisk;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar archive, written entry by entry, whatever is in it. */
final class Tar {
    private static final int RECORD = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");

    private Tar() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    static Tar of() {
        return new Tar();
    }

    Tar file(String name, int mode, String content) throws IOException {
        return file(name, mode, Bytes.of(content.getBytes(StandardCharsets.UTF_8)));
    }

    Tar file(String name, int mode, Bytes content) throws IOException {
        return file(name, mode, 1000, 0, content);
    }

    Tar file(String name, int mode, int owner, int group, Bytes content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        entry.setMode(mode);
        entry.setUserId(owner);
        entry.setGroupId(group);
        entry.setModTime(1_000_000_000L);
        entry.setSize(content.size());
        tar.putArchiveEntry(entry);
        tar.write(content.toByteArray());
        tar.closeArchiveEntry();
        return this;
    }

    Tar folder(String name, int mode) throws IOException {
        return empty(name, TarConstants.LF_DIR, mode, "");
    }

    Tar link(String name, String target) throws IOException {
        return empty(name, TarConstants.LF_LINK, 0644, target);
    }

    Tar symbolicLink(String name, String target) throws IOException {
        return empty(name, TarConstants.LF_SYMLINK, 0777, target);
    }

    Tar device(String name) throws IOException {
        return empty(name, TarConstants.LF_CHR, 0600, "");
    }

    Tar pipe(String name) throws IOException {
        return empty(name, TarConstants.LF_FIFO, 0600, "");
    }

    /** A header with contents, whatever its type makes of them. */
    Tar typed(byte type, Bytes content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry("header", type, true);
        entry.setSize(content.size());
        byte[] header = new byte[RECORD];
        entry.writeEntryHeader(header);
        out.write(header);
        out.write(content.toByteArray());
        out.write(new byte[Math.floorMod(-content.size(), RECORD)]);
        return this;
    }

    private Tar empty(String name, byte type, int mode, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
        entry.setMode(mode);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
        return this;
    }

    byte[] bytes() throws IOException {
        tar.finish();
        return out.toByteArray();
    }
}
