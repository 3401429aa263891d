package io.attestedmesh.attest.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/** Files that appear whole or not at all, and with their final permissions from their first byte on. */
public final class AtomicFile {
    /** Who may read the file. */
    public enum Access {
        /** Mode 0600. */
        OWNER("rw-------"),
        /** Mode 0644. */
        PUBLIC("rw-r--r--");

        private final String mode;

        Access(String mode) {
            this.mode = mode;
        }

        private Set<PosixFilePermission> permissions() {
            return PosixFilePermissions.fromString(mode);
        }
    }

    private AtomicFile() {}

    /** Replaces what is there: a reader sees the old content or the new, never a part. */
    public static void write(Path file, byte[] content, Access access) throws IOException {
        Path draft = draft(file, content, access);
        try {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Writes a file that was not there; one that is there stays as it is. */
    public static void create(Path file, byte[] content, Access access) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Path draft = draft(file, content, access);
        try {
            // A hard link fails where the name is taken, a move would overwrite.
            Files.createLink(file, draft);
        } catch (UnsupportedOperationException noLinks) {
            Files.move(draft, file);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Makes a folder, and those above it, that only its owner can enter (mode 0700). */
    public static void createFolder(Path folder) throws IOException {
        if (posix()) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
    }

    private static Path draft(Path file, byte[] content, Access access) throws IOException {
        Path draft = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        FileAttribute<?>[] attributes = posix()
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(Access.OWNER.permissions())}
                : new FileAttribute<?>[0];
        try (FileChannel channel = FileChannel.open(
                        draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes);
                OutputStream out = Channels.newOutputStream(channel)) {
            out.write(content);
            if (posix()) {
                // The umask may have taken bits away from what the creation asked for.
                Files.setPosixFilePermissions(draft, access.permissions());
            }
            channel.force(true);
        } catch (IOException e) {
            Files.deleteIfExists(draft);
            throw e;
        }
        return draft;
    }

    private static boolean posix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
