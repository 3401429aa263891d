package io.attestedmesh.enclave.ramdisk;

import io.attestedmesh.attest.evidence.Excerpt;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * One tar archive applied to a tree, with the marks by which a layer removes files of those below it (OCI image
 * specification, "Image Layer Filesystem Changeset").
 */
final class TarLayer {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    /** The types of entries that are files with contents. */
    private static final Set<Byte> CONTENT =
            Set.of(TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG);

    private static final int GZIP = 0x1f8b;
    private static final int ZSTD = 0x28b5;

    private final FileTree tree;
    private final Spool spool;
    private final boolean whiteouts;

    private TarLayer(FileTree tree, Spool spool, boolean whiteouts) {
        this.tree = tree;
        this.spool = spool;
        this.whiteouts = whiteouts;
    }

    /** Adds a whole archive, which knows no marks, and reads {@code in} to its end. */
    static void unpack(InputStream in, FileTree tree, Spool spool) throws IOException, RamdiskException {
        new TarLayer(tree, spool, false).apply(in);
    }

    /** Applies a layer, and reads {@code in} to its end. */
    static void apply(InputStream in, FileTree tree, Spool spool) throws IOException, RamdiskException {
        new TarLayer(tree, spool, true).apply(in);
    }

    /** {@code in} without its compression, gzip or none. */
    static InputStream decompressed(InputStream in) throws IOException, RamdiskException {
        BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
        buffered.mark(2);
        int magic = buffered.read() << 8 | buffered.read();
        buffered.reset();
        if (magic == ZSTD) {
            throw new RamdiskException(
                    RamdiskReason.UNSUPPORTED_LAYER, "a tar archive, plain or gzip", "one compressed by zstd");
        }
        return magic == GZIP ? new GZIPInputStream(buffered, 1 << 16) : buffered;
    }

    private void apply(InputStream in) throws IOException, RamdiskException {
        // Not closed: the stream is the caller's, who may have a digest of all of it to check.
        @SuppressWarnings("resource")
        TarArchiveInputStream tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name());
        for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
            add(entry, tar);
        }
        in.transferTo(OutputStream.nullOutputStream());
    }

    /** What the library says of a header that is none does not differ from what it says of a disk that fails. */
    private static TarArchiveEntry next(TarArchiveInputStream tar) throws RamdiskException {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            throw new RamdiskException(
                    RamdiskReason.BAD_ARCHIVE,
                    "the header of a tar archive",
                    Excerpt.of(String.valueOf(e.getMessage())),
                    e);
        }
    }

    private void add(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException, RamdiskException {
        String name = entry.getName();
        String last = name.substring(name.lastIndexOf('/') + 1);
        if (whiteouts && last.startsWith(WHITEOUT)) {
            String folder = name.substring(0, name.length() - last.length());
            if (last.equals(OPAQUE)) {
                tree.removeBelow(folder);
            } else {
                tree.remove(folder + last.substring(WHITEOUT.length()));
            }
            return;
        }
        tree.put(name, entry(entry, tar));
    }

    private Entry entry(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException, RamdiskException {
        int mode = entry.getMode() & Entry.PERMISSIONS;
        if (entry.isDirectory()) {
            return new Entry.Folder(mode);
        }
        if (entry.isSymbolicLink()) {
            return new Entry.SymbolicLink(entry.getLinkName());
        }
        if (entry.isLink()) {
            Optional<Entry> target = tree.get(entry.getLinkName());
            return target.filter(Entry.RegularFile.class::isInstance)
                    .orElseThrow(() -> new RamdiskException(
                            RamdiskReason.DANGLING_LINK,
                            "a file of the archive that " + Excerpt.of(entry.getName()) + " is a link to",
                            Excerpt.of(entry.getLinkName())));
        }
        if (!CONTENT.contains(entry.getLinkFlag()) || entry.isSparse()) {
            throw new RamdiskException(
                    RamdiskReason.SPECIAL_FILE, "files, folders and links", Excerpt.of(entry.getName()));
        }
        return new Entry.RegularFile(mode, spool.add(tar));
    }
}
