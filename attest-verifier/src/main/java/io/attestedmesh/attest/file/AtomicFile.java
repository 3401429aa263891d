package io.attestedmesh.attest.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Files that appear whole or not at all, and with their final permissions from their first byte on. */
public final class AtomicFile {
    /** Who may read the file. */
    public enum Access {
        /** Mode 0600, 0700 of a folder. */
        OWNER("rw-------", "rwx------"),
        /** Mode 0644, 0755 of a folder. */
        PUBLIC("rw-r--r--", "rwxr-xr-x");

        private final String mode;
        private final String folderMode;

        Access(String mode, String folderMode) {
            this.mode = mode;
            this.folderMode = folderMode;
        }

        private Set<PosixFilePermission> permissions() {
            return PosixFilePermissions.fromString(mode);
        }
    }

    /** What a file will hold. */
    @FunctionalInterface
    public interface Content<E extends Exception> {
        /** Writes all of it; the channel is empty at first, can be read back, and is closed by the caller. */
        void writeTo(FileChannel channel) throws IOException, E;
    }

    private static final int UUID_LENGTH = 36;

    private AtomicFile() {}

    /**
     * Replaces what is there: a reader sees the old content or the new, never a part; on return the new one is on disk. A
     * link is replaced, not what it leads to; a device or a pipe is left alone.
     */
    public static void write(Path file, byte[] content, Access access) throws IOException {
        write(file, bytes(content), access);
    }

    /** The same, of a content that is written bit by bit; nothing appears if {@code content} throws. */
    public static <E extends Exception> void write(Path file, Content<E> content, Access access) throws IOException, E {
        if (isSpecial(file)) {
            throw new IOException(file + " is a device, a pipe or a folder, and is not replaced by a file");
        }
        Path draft = draft(file, content, access);
        try {
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        force(folderOf(file));
    }

    /** Writes a file that was not there; one that is there stays as it is. */
    public static void create(Path file, byte[] content, Access access) throws IOException {
        create(file, bytes(content), access);
    }

    /** The same, of a content that is written bit by bit; nothing appears if {@code content} throws. */
    public static <E extends Exception> void create(Path file, Content<E> content, Access access)
            throws IOException, E {
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
        force(folderOf(file));
    }

    /**
     * Removes what writers of {@code file} left beside it when they were killed. Only for one who knows that nobody is
     * writing it now.
     */
    public static void deleteDrafts(Path file) throws IOException {
        String name = draftPrefix(file);
        DirectoryStream.Filter<Path> isDraft = entry -> {
            String found = entry.getFileName().toString();
            return found.length() == name.length() + UUID_LENGTH && found.startsWith(name);
        };
        try (DirectoryStream<Path> drafts = Files.newDirectoryStream(folderOf(file), isDraft)) {
            for (Path draft : drafts) {
                Files.deleteIfExists(draft);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Makes a folder, and those above it, that only its owner can enter (mode 0700). */
    public static void createFolder(Path folder) throws IOException {
        createFolder(folder, Access.OWNER);
    }

    /** Makes a folder, and those above it, with at most the access asked for; on return they are on disk. */
    public static void createFolder(Path folder, Access access) throws IOException {
        List<Path> made = new ArrayList<>();
        Path missing = folder.toAbsolutePath();
        while (missing != null && Files.notExists(missing)) {
            made.add(missing);
            missing = missing.getParent();
        }
        if (posix(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(access.folderMode)));
        } else {
            Files.createDirectories(folder);
        }
        for (Path each : made) {
            force(folderOf(each));
        }
    }

    private static Content<RuntimeException> bytes(byte[] content) {
        return channel -> {
            ByteBuffer left = ByteBuffer.wrap(content);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        };
    }

    private static <E extends Exception> Path draft(Path file, Content<E> content, Access access)
            throws IOException, E {
        Path draft = file.resolveSibling(draftPrefix(file) + UUID.randomUUID());
        FileAttribute<?>[] attributes = posix(file)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(Access.OWNER.permissions())}
                : new FileAttribute<?>[0];
        boolean written = false;
        try (FileChannel channel = FileChannel.open(
                draft,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ),
                attributes)) {
            content.writeTo(channel);
            if (posix(file)) {
                // The umask may have taken bits away from what the creation asked for.
                Files.setPosixFilePermissions(draft, access.permissions());
            }
            channel.force(true);
            written = true;
        } catch (IOException e) {
            throw about(file, e);
        } finally {
            if (!written) {
                Files.deleteIfExists(draft);
            }
        }
        return draft;
    }

    private static boolean isSpecial(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && !Files.isSymbolicLink(file);
    }

    /** Names the file that was to be written: nobody knows its draft. */
    private static IOException about(Path file, IOException e) {
        IOException named = e instanceof AccessDeniedException
                ? new AccessDeniedException(file.toString())
                : e instanceof NoSuchFileException
                        ? new NoSuchFileException(folderOf(file).toString())
                        : new IOException(file + " cannot be written: " + e.getMessage());
        named.initCause(e);
        return named;
    }

    private static String draftPrefix(Path file) {
        return "." + file.getFileName() + ".";
    }

    private static Path folderOf(Path file) {
        return file.toAbsolutePath().getParent();
    }

    /** A new name is on disk once its folder is. Only POSIX systems let a folder be opened for that. */
    private static void force(Path folder) throws IOException {
        if (!posix(folder)) {
            return;
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(folder, StandardOpenOption.READ);
        } catch (AccessDeniedException e) {
            // A folder that may be written and not read: there is no other way to its fsync.
            return;
        }
        try (channel) {
            channel.force(true);
        }
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
