package io.attestedmesh.attest.simulator;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps each issuer in one PEM file, so that a key and its certificate are replaced together or not at all, and a copy
 * of the certificate alone beside it for whoever only verifies.
 *
 * <p>The folder is 0700 and each file with a key 0600; anything wider is refused, since whoever reads a key can forge
 * evidence.
 */
final class StateFolder implements IssuerStore, IssuerStore.Session {
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> KEY_MODE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> PUBLIC_MODE = PosixFilePermissions.fromString("rw-r--r--");
    private static final int MAX_FILE_SIZE = 16 * 1024;

    private final Path folder;
    private final IssuerPem pem;

    private StateFolder(Path folder, IssuerPem pem) {
        this.folder = folder;
        this.pem = pem;
    }

    static StateFolder openOrCreate(Path folder, IssuerPem pem) throws IOException {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(folder, mode(FOLDER_MODE));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw new SimulatorStateException(folder, "is not a folder", e);
            }
            requirePrivate(folder, FOLDER_MODE);
        } catch (UnsupportedOperationException e) {
            throw new SimulatorStateException(folder, "is on a file system without POSIX permissions", e);
        }
        return new StateFolder(folder, pem);
    }

    /** The certificate that {@code name} shows to verifiers; needs no key and takes no lock. */
    static X509Certificate readCertificate(Path folder, String name) throws IOException {
        Path file = folder.resolve(name + ".crt");
        return IssuerPem.decodeCertificate(file, readBounded(file));
    }

    /**
     * A file lock keeps other processes out. It is held per process, not per thread, so the class's monitor keeps out
     * the other threads, also those that came through another instance. Closing the channel ends the lock.
     */
    @Override
    public <R> R exclusively(Work<R> work) throws IOException {
        synchronized (StateFolder.class) {
            try (FileChannel channel = FileChannel.open(
                    folder.resolve("lock"),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    mode(KEY_MODE))) {
                channel.lock();
                return work.with(this);
            }
        }
    }

    @Override
    public Optional<Issuer> read(String name) throws IOException {
        Path file = keyFile(name);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        requirePrivate(file, KEY_MODE);
        return Optional.of(pem.decode(file, readBounded(file)));
    }

    /** The certificate goes first: a crash in between leaves no key whose certificate nobody can find. */
    @Override
    public void write(String name, Issuer issuer) throws IOException {
        replace(folder.resolve(name + ".crt"), PUBLIC_MODE, IssuerPem.encodeCertificate(issuer.certificate()));
        replace(keyFile(name), KEY_MODE, IssuerPem.encode(issuer));
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    private Path keyFile(String name) {
        return folder.resolve(name + ".pem");
    }

    private void replace(Path file, Set<PosixFilePermission> permissions, String content) throws IOException {
        Path fresh = Files.createTempFile(folder, ".new-", ".tmp", mode(KEY_MODE));
        try {
            Files.writeString(fresh, content, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            Files.setPosixFilePermissions(fresh, permissions);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static String readBounded(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_FILE_SIZE + 1);
            if (content.length > MAX_FILE_SIZE) {
                throw new SimulatorStateException(file, "is larger than " + MAX_FILE_SIZE + " bytes");
            }
            return new String(content, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new SimulatorStateException(file, "does not exist: no simulated cloud was created there yet", e);
        }
    }

    private static void requirePrivate(Path file, Set<PosixFilePermission> widest) throws IOException {
        Set<PosixFilePermission> actual = Files.getPosixFilePermissions(file);
        if (!widest.containsAll(actual)) {
            throw new SimulatorStateException(
                    file,
                    "has permissions " + PosixFilePermissions.toString(actual) + ", expected "
                            + PosixFilePermissions.toString(widest) + " at most: others could forge evidence");
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }
}
