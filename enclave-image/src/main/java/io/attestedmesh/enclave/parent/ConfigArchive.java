package io.attestedmesh.enclave.parent;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Excerpt;
import io.attestedmesh.attest.file.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files of one folder as bytes, the same bytes for the same names and contents, so that their digest says what an
 * enclave was configured with. The format: {@code "AMCONF1\n"}, the number of files as 16 bits, and for each, sorted by
 * name, the length of the name as 16 bits, the name, the length of the content as 32 bits, the content; integers are
 * big-endian.
 */
public final class ConfigArchive {
    /** Bytes of an archive at most. */
    public static final int MAX_SIZE = 16 * 1024 * 1024;

    /** Files in an archive at most. */
    public static final int MAX_FILES = 1000;

    private static final byte[] FORMAT = "AMCONF1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_NAME = 200;
    private static final Pattern NAME =
            Pattern.compile("(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+){0,7}");

    private final Bytes encoded;
    private final SortedMap<String, Bytes> files;

    private ConfigArchive(Bytes encoded, SortedMap<String, Bytes> files) {
        this.encoded = encoded;
        this.files = files;
    }

    /** Reads all files of a folder and of those in it. Links are refused, wherever they lead. */
    public static ConfigArchive ofFolder(Path folder) throws IOException {
        SortedMap<String, Bytes> files = new TreeMap<>();
        int size = FORMAT.length + Short.BYTES;
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths.sorted()::iterator) {
                if (path.equals(folder) || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    continue;
                }
                String name = folder.relativize(path).toString();
                requireSafe(name);
                if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new RejectedArchiveException(ArchiveReason.NOT_A_FILE, "files and folders", name);
                }
                long length = Files.size(path);
                requireSize(size + length);
                files.put(name, Bytes.of(Files.readAllBytes(path)));
                size += Short.BYTES
                        + name.length()
                        + Integer.BYTES
                        + files.get(name).size();
                requireSize(size);
                requireCount(files.size());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return new ConfigArchive(encode(files, size), files);
    }

    private static Bytes encode(SortedMap<String, Bytes> files, int size) {
        ByteBuffer out = ByteBuffer.allocate(size).put(FORMAT).putShort((short) files.size());
        files.forEach((name, content) -> out.putShort((short) name.length())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .putInt(content.size())
                .put(content.toByteArray()));
        return Bytes.of(out.array());
    }

    /**
     * Reads strictly: each archive has one encoding.
     *
     * @throws RejectedArchiveException with the first reason that applies
     */
    public static ConfigArchive parse(Bytes encoded) throws RejectedArchiveException {
        requireSize(encoded.size());
        ByteBuffer in = ByteBuffer.wrap(encoded.toByteArray());
        if (!encoded.startsWith(Bytes.of(FORMAT))) {
            throw new RejectedArchiveException(ArchiveReason.WRONG_FORMAT, "AMCONF1", encoded.toString());
        }
        in.position(FORMAT.length);
        int count = Short.toUnsignedInt(need(in, Short.BYTES).getShort());
        requireCount(count);
        SortedMap<String, Bytes> files = new TreeMap<>();
        String last = "";
        for (int i = 0; i < count; i++) {
            String name = text(in, Short.toUnsignedInt(need(in, Short.BYTES).getShort()));
            requireSafe(name);
            if (name.compareTo(last) <= 0) {
                throw new RejectedArchiveException(ArchiveReason.NOT_SORTED, "a name above " + last, name);
            }
            files.put(
                    name,
                    bytes(in, Integer.toUnsignedLong(need(in, Integer.BYTES).getInt())));
            last = name;
        }
        if (in.hasRemaining()) {
            throw new RejectedArchiveException(ArchiveReason.TRAILING_BYTES, "the end", in.remaining() + " bytes more");
        }
        refuseFileThatIsFolder(files);
        return new ConfigArchive(encoded, files);
    }

    private static void refuseFileThatIsFolder(SortedMap<String, Bytes> files) throws RejectedArchiveException {
        for (String name : files.keySet()) {
            for (int at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
                if (files.containsKey(name.substring(0, at))) {
                    throw new RejectedArchiveException(ArchiveReason.FILE_AND_FOLDER, "one of the two", name);
                }
            }
        }
    }

    private static ByteBuffer need(ByteBuffer in, long size) throws RejectedArchiveException {
        if (size > in.remaining()) {
            throw new RejectedArchiveException(
                    ArchiveReason.TRUNCATED, size + " bytes", in.remaining() + " at " + in.position());
        }
        return in;
    }

    private static Bytes bytes(ByteBuffer in, long size) throws RejectedArchiveException {
        need(in, size);
        byte[] content = new byte[(int) size];
        in.get(content);
        return Bytes.of(content);
    }

    private static String text(ByteBuffer in, int size) throws RejectedArchiveException {
        return new String(bytes(in, size).toByteArray(), StandardCharsets.ISO_8859_1);
    }

    private static void requireSafe(String name) throws RejectedArchiveException {
        if (name.length() > LONGEST_NAME || !NAME.matcher(name).matches()) {
            throw new RejectedArchiveException(
                    ArchiveReason.UNSAFE_NAME, "a relative name of plain characters", Excerpt.of(name));
        }
    }

    private static void requireSize(long size) throws RejectedArchiveException {
        if (size > MAX_SIZE) {
            throw new RejectedArchiveException(ArchiveReason.TOO_LARGE, MAX_SIZE + " bytes at most", size + "");
        }
    }

    private static void requireCount(int files) throws RejectedArchiveException {
        if (files > MAX_FILES) {
            throw new RejectedArchiveException(ArchiveReason.TOO_MANY_FILES, MAX_FILES + " at most", files + "");
        }
    }

    public Bytes encoded() {
        return encoded;
    }

    /** Contents by name, which has {@code /} between folders. */
    public Map<String, Bytes> files() {
        return Map.copyOf(files);
    }

    /** Writes the files under {@code folder}, which is new: folders 0700, files 0600. */
    public void unpack(Path folder) throws IOException {
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (Map.Entry<String, Bytes> entry : files.entrySet()) {
            Path file = folder.resolve(entry.getKey());
            AtomicFile.createFolder(file.getParent());
            AtomicFile.create(file, entry.getValue().toByteArray(), AtomicFile.Access.OWNER);
        }
    }
}
