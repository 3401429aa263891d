package io.attestedmesh.enclave.ramdisk;

import io.attestedmesh.attest.evidence.Excerpt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files of a folder of this machine. */
final class SourceFolder {
    private static final int EXECUTABLE = 0755;
    private static final int PLAIN = 0644;

    /** In any other encoding the platform's names are not the bytes that they have in the folder. */
    private final boolean asciiOnly;

    private SourceFolder(String encoding) {
        this.asciiOnly = !encoding.equalsIgnoreCase("UTF-8");
    }

    /**
     * @param root a folder, not a link to one
     * @param encoding in which the platform reads file names, as {@code sun.jnu.encoding} has it
     */
    static FileTree read(Path root, String encoding) throws IOException, RamdiskException {
        SourceFolder source = new SourceFolder(encoding);
        FileTree tree = new FileTree();
        for (Path path : found(root)) {
            String name = root.relativize(path).toString();
            source.requireExact(name);
            tree.put(name, source.entry(path));
        }
        return tree;
    }

    private static List<Path> found(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(root)) {
            walk.filter(path -> !path.equals(root))
                    .limit(FileTree.MAX_FILES + 1L)
                    .forEach(found::add);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return found;
    }

    private Entry entry(Path path) throws IOException, RamdiskException {
        if (Files.isSymbolicLink(path)) {
            String target = Files.readSymbolicLink(path).toString();
            requireExact(target);
            return new Entry.SymbolicLink(target);
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return new Entry.Folder(EXECUTABLE);
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new RamdiskException(
                    RamdiskReason.SPECIAL_FILE, "files, folders and symbolic links", Excerpt.of(path.toString()));
        }
        boolean executable = Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
        return new Entry.RegularFile(executable ? EXECUTABLE : PLAIN, Content.of(path));
    }

    private void requireExact(String name) throws RamdiskException {
        if (asciiOnly && name.chars().anyMatch(c -> c > 0x7f)) {
            throw new RamdiskException(
                    RamdiskReason.NAME_ENCODING,
                    "a locale of UTF-8 for names that are not ASCII (LC_ALL=C.UTF-8)",
                    Excerpt.of(name) + " in another");
        }
    }
}
