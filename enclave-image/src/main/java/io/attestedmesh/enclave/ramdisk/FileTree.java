package io.attestedmesh.enclave.ramdisk;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Excerpt;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a ramdisk by name, in the order in which an archive has them: that of the names' bytes, as {@code
 * LC_ALL=C sort} has it. Every folder that a name needs is there.
 */
public final class FileTree {
    static final int MAX_FILES = 1_000_000;
    static final int MAX_NAME = 4096;

    /** Parts of a name. */
    static final int MAX_DEPTH = 255;

    /** Characters of all names and targets of links together: these lie in memory. */
    static final int MAX_TEXT = 64 << 20;

    /** No enclave has more memory, and a ramdisk lies in it. */
    static final long MAX_BYTES = 64L << 30;

    /** The newc format has 32 bits for a size. */
    static final long MAX_FILE = 0xffffffffL;

    private static final int FOLDER_MODE = 0755;

    private final SortedMap<String, Entry> entries = new TreeMap<>(
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
    private final int limit;
    private long bytes;
    private long text;

    FileTree() {
        this(MAX_FILES);
    }

    /** @param limit how many files and folders may be in it */
    FileTree(int limit) {
        this.limit = limit;
    }

    /** Adds or replaces a file; a folder that replaces a folder keeps what is in it. */
    void put(String typed, Entry entry) throws RamdiskException {
        String name = name(typed);
        if (name.isEmpty()) {
            requireRoot(typed, entry);
            return;
        }
        if (entry instanceof Entry.SymbolicLink link) {
            requireTarget(link.target());
            text += link.target().length();
        }
        requireFolders(name);
        Entry before = entries.get(name);
        if (before instanceof Entry.Folder && !(entry instanceof Entry.Folder)) {
            removeBelow(name);
        }
        if (before == null) {
            text += name.length();
        }
        requireRoom(before == null ? 1 : 0);
        if (entry instanceof Entry.RegularFile file) {
            requireSize(name, file.content().size());
        }
        entries.put(name, entry);
    }

    /** The whole tree is a folder, and only that. */
    private static void requireRoot(String typed, Entry entry) throws RamdiskException {
        if (!(entry instanceof Entry.Folder)) {
            throw new RamdiskException(RamdiskReason.UNSAFE_NAME, "the name of a file", Excerpt.of(typed));
        }
    }

    private static void requireTarget(String target) throws RamdiskException {
        if (target.isEmpty() || isUnsafe(target)) {
            throw new RamdiskException(
                    RamdiskReason.UNSAFE_NAME, "the target of a link, without control characters", Excerpt.of(target));
        }
        requireLength(target);
    }

    private void requireRoom(int more) throws RamdiskException {
        if (entries.size() + more > limit) {
            throw new RamdiskException(RamdiskReason.TOO_MANY_FILES, "at most " + limit, "more");
        }
        requireText(text);
    }

    static void requireText(long text) throws RamdiskException {
        if (text > MAX_TEXT) {
            throw new RamdiskException(
                    RamdiskReason.TOO_LARGE,
                    "names and targets of links of at most " + MAX_TEXT + " characters together",
                    "more");
        }
    }

    private void requireSize(String name, long size) throws RamdiskException {
        bytes += size;
        if (size > MAX_FILE || bytes > MAX_BYTES) {
            throw new RamdiskException(
                    RamdiskReason.TOO_LARGE,
                    "files of at most " + MAX_FILE + " bytes, " + MAX_BYTES + " in all",
                    Excerpt.of(name) + " of " + size + " bytes after " + (bytes - size));
        }
    }

    private void requireFolders(String name) throws RamdiskException {
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
            String parent = name.substring(0, slash);
            Entry above = entries.get(parent);
            if (above == null) {
                text += parent.length();
                requireRoom(1);
                entries.put(parent, new Entry.Folder(FOLDER_MODE));
            } else if (!(above instanceof Entry.Folder)) {
                throw new RamdiskException(
                        RamdiskReason.NOT_A_FOLDER, Excerpt.of(parent) + " to be a folder", "another file");
            }
        }
    }

    Optional<Entry> get(String typed) throws RamdiskException {
        return Optional.ofNullable(entries.get(name(typed)));
    }

    /** Removes a file, and if it is a folder all in it. */
    void remove(String typed) throws RamdiskException {
        String name = name(typed);
        entries.remove(name);
        removeBelow(name);
    }

    /** Empties a folder, or the whole tree if the name is empty. */
    void removeBelow(String typed) throws RamdiskException {
        String name = name(typed);
        if (name.isEmpty()) {
            entries.clear();
        } else {
            // '0' is the character after '/'.
            entries.subMap(name + "/", name + "0").clear();
        }
    }

    /** Names without a leading slash, each with its entry. */
    Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    public int size() {
        return entries.size();
    }

    /**
     * This tree as the application ramdisk that the init of nitro-cli expects: the files below {@code rootfs/}, the
     * command's words a line each in {@code cmd}, the environment in {@code env}.
     */
    public FileTree forNitroInit(Launch launch) throws RamdiskException {
        FileTree moved = new FileTree();
        moved.put("rootfs", new Entry.Folder(FOLDER_MODE));
        for (Map.Entry<String, Entry> each : entries.entrySet()) {
            moved.put("rootfs/" + each.getKey(), each.getValue());
        }
        for (String mountPoint : new String[] {"dev", "proc", "run", "sys", "tmp", "var"}) {
            if (moved.get("rootfs/" + mountPoint).isEmpty()) {
                moved.put("rootfs/" + mountPoint, new Entry.Folder(FOLDER_MODE));
            }
        }
        moved.put("cmd", text(String.join("\n", launch.command())));
        moved.put("env", text(String.join("\n", launch.environment())));
        return moved;
    }

    private static Entry text(String text) {
        return new Entry.RegularFile(0644, Content.of(Bytes.of(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** Without {@code ./} and slashes at its ends; what leads elsewhere is refused. */
    static String name(String typed) throws RamdiskException {
        StringBuilder name = new StringBuilder();
        int depth = 0;
        for (String part : typed.split("/", -1)) {
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..") || isUnsafe(part)) {
                throw new RamdiskException(
                        RamdiskReason.UNSAFE_NAME,
                        "a name inside the tree, without control characters",
                        Excerpt.of(typed));
            }
            if (++depth > MAX_DEPTH) {
                throw new RamdiskException(
                        RamdiskReason.NAME_TOO_LONG, "at most " + MAX_DEPTH + " folders deep", Excerpt.of(typed));
            }
            name.append(name.isEmpty() ? "" : "/").append(part);
        }
        requireLength(name.toString());
        return name.toString();
    }

    /** U+FFFD stands where bytes were no UTF-8. */
    private static boolean isUnsafe(String text) {
        return text.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == 0xfffd);
    }

    private static void requireLength(String text) throws RamdiskException {
        if (text.getBytes(StandardCharsets.UTF_8).length >= MAX_NAME) {
            throw new RamdiskException(
                    RamdiskReason.NAME_TOO_LONG, "less than " + MAX_NAME + " bytes", Excerpt.of(text));
        }
    }
}
