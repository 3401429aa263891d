package io.attestedmesh.enclave.ramdisk;

import io.attestedmesh.attest.evidence.Excerpt;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * One tar archive applied to a tree, with the marks by which a layer removes files of those below it (OCI image
 * specification, "Image Layer Filesystem Changeset"). Marks are applied before files, wherever in the archive they are:
 * they never remove a file of their own layer.
 */
final class TarLayer {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    /** The types of entries that are files with contents. */
    private static final Set<Byte> CONTENT =
            Set.of(TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG);

    private static final int GZIP = 0x1f8b;
    private static final int ZSTD = 0x28b5;
    private static final int SETUID = 04000;
    private static final int SETGID = 02000;

    private final FileTree tree;
    private final Spool spool;
    private final boolean whiteouts;
    private final Map<String, Entry> added = new LinkedHashMap<>();
    private final Set<String> removed = new LinkedHashSet<>();
    private final Set<String> emptied = new LinkedHashSet<>();
    private int otherOwners;
    private long text;

    private TarLayer(FileTree tree, Spool spool, boolean whiteouts) {
        this.tree = tree;
        this.spool = spool;
        this.whiteouts = whiteouts;
    }

    /**
     * Adds a whole archive, which knows no marks, and reads {@code in} to its end.
     *
     * @return how many entries have an owner or a group other than root
     */
    static int unpack(InputStream in, FileTree tree, Spool spool) throws IOException, RamdiskException {
        return new TarLayer(tree, spool, false).apply(in);
    }

    /**
     * Applies a layer, and reads {@code in} to its end.
     *
     * @return how many entries have an owner or a group other than root
     */
    static int apply(InputStream in, FileTree tree, Spool spool) throws IOException, RamdiskException {
        return new TarLayer(tree, spool, true).apply(in);
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
        if (magic != GZIP) {
            return buffered;
        }
        try {
            return new GZIPInputStream(buffered, 1 << 16);
        } catch (IOException e) {
            throw bad("the header of a gzip file", e);
        }
    }

    private int apply(InputStream in) throws IOException, RamdiskException {
        // Not closed: the stream is the caller's, who may have a digest of all of it to check.
        @SuppressWarnings("resource")
        BoundedTar tar = new BoundedTar(in);
        for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
            add(entry, tar);
        }
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw bad("the end of an archive", e);
        }
        for (String name : removed) {
            tree.remove(name);
        }
        for (String folder : emptied) {
            tree.removeBelow(folder);
        }
        for (Map.Entry<String, Entry> each : added.entrySet()) {
            tree.put(each.getKey(), each.getValue());
        }
        return otherOwners;
    }

    /** What the library says of a header that is none does not differ from what it says of a disk that fails. */
    private static TarArchiveEntry next(BoundedTar tar) throws RamdiskException {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            if (e.getCause() instanceof RamdiskException refused) {
                throw refused;
            }
            throw bad("the header of a tar archive", e);
        }
    }

    private static RamdiskException bad(String expected, Exception cause) {
        return new RamdiskException(
                RamdiskReason.BAD_ARCHIVE, expected, Excerpt.of(String.valueOf(cause.getMessage())), cause);
    }

    private void add(TarArchiveEntry entry, BoundedTar tar) throws IOException, RamdiskException {
        if (added.size() + removed.size() + emptied.size() > FileTree.MAX_FILES) {
            throw new RamdiskException(RamdiskReason.TOO_MANY_FILES, "at most " + FileTree.MAX_FILES, "more");
        }
        String name = FileTree.name(entry.getName());
        text += name.length() + entry.getLinkName().length();
        FileTree.requireText(text);
        String last = name.substring(name.lastIndexOf('/') + 1);
        String folder = name.substring(0, name.length() - last.length());
        if (whiteouts && last.equals(OPAQUE)) {
            emptied.add(folder);
        } else if (whiteouts && last.startsWith(WHITEOUT)) {
            removed.add(folder + hidden(last, name));
        } else {
            Entry file = entry(entry, tar);
            otherOwners += isRoots(entry) ? 0 : 1;
            // A name that comes again comes last.
            added.remove(name);
            added.put(name, file);
        }
    }

    private static String hidden(String mark, String name) throws RamdiskException {
        String hidden = mark.substring(WHITEOUT.length());
        if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..")) {
            throw new RamdiskException(
                    RamdiskReason.UNSAFE_NAME, "the name of a file behind " + WHITEOUT, Excerpt.of(name));
        }
        return hidden;
    }

    private Entry entry(TarArchiveEntry entry, BoundedTar tar) throws IOException, RamdiskException {
        if (entry.isDirectory()) {
            return new Entry.Folder(mode(entry));
        }
        if (entry.isSymbolicLink()) {
            return new Entry.SymbolicLink(entry.getLinkName());
        }
        if (entry.isLink()) {
            return linked(entry);
        }
        if (!CONTENT.contains(entry.getLinkFlag()) || entry.isSparse()) {
            throw new RamdiskException(
                    RamdiskReason.SPECIAL_FILE, "files, folders and links", Excerpt.of(entry.getName()));
        }
        return new Entry.RegularFile(mode(entry), spool.add(tar));
    }

    private Entry linked(TarArchiveEntry entry) throws RamdiskException {
        Optional<Entry> target = Optional.ofNullable(added.get(FileTree.name(entry.getLinkName())));
        if (target.isEmpty()) {
            target = tree.get(entry.getLinkName());
        }
        return target.filter(Entry.RegularFile.class::isInstance)
                .orElseThrow(() -> new RamdiskException(
                        RamdiskReason.DANGLING_LINK,
                        "a file of the archive that " + Excerpt.of(entry.getName()) + " is a link to",
                        Excerpt.of(entry.getLinkName())));
    }

    private static boolean isRoots(TarArchiveEntry entry) {
        return entry.getLongUserId() == 0 && entry.getLongGroupId() == 0;
    }

    /** All files become root's, so what ran as somebody else must not run as root then. */
    private static int mode(TarArchiveEntry entry) {
        int mode = entry.getMode() & Entry.PERMISSIONS;
        if (entry.getLongUserId() != 0) {
            return mode & ~(SETUID | SETGID);
        }
        return entry.getLongGroupId() == 0 ? mode : mode & ~SETGID;
    }
}
