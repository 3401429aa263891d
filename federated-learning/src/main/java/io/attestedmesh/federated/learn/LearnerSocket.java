package io.attestedmesh.federated.learn;

import io.attestedmesh.attest.file.AtomicFile;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A Unix socket that one process connects to, in a folder of this user that nobody else can enter. */
final class LearnerSocket implements AutoCloseable {
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    private final Path file;
    private final ServerSocketChannel server;

    private LearnerSocket(Path file, ServerSocketChannel server) {
        this.file = file;
        this.server = server;
    }

    /** Makes the folder if it is missing, and replaces a socket that was left there. */
    static LearnerSocket bind(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        AtomicFile.createFolder(folder);
        Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(folder));
        others.removeAll(OWNER);
        if (!others.isEmpty()) {
            throw new AccessDeniedException(
                    folder.toString(), null, "a learner's socket needs a folder of mode 0700, or others pose as it");
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isOther()) {
            Files.delete(file);
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(file), 1);
            server.configureBlocking(false);
            requireOwned(folder, file);
            return new LearnerSocket(file, server);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** The owner of a folder may put another socket into it, whatever its mode; that of a new socket is this user. */
    private static void requireOwned(Path folder, Path socket) throws IOException {
        UserPrincipal owner = Files.getOwner(folder);
        UserPrincipal self = Files.getOwner(socket, LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(self)) {
            Files.delete(socket);
            throw new AccessDeniedException(
                    folder.toString(),
                    null,
                    "a learner's socket needs a folder of its user, " + self.getName() + ", and this one is "
                            + owner.getName() + "'s");
        }
    }

    Path file() {
        return file;
    }

    /**
     * Waits for the process.
     *
     * @param process the one that was started for it, whose end ends the wait
     */
    SocketChannel accept(Optional<Process> process, Duration within) throws IOException {
        long deadline = System.nanoTime() + within.toNanos();
        try (Selector selector = Selector.open()) {
            server.register(selector, SelectionKey.OP_ACCEPT);
            if (process.isPresent()) {
                var unused = process.get().onExit().thenRun(selector::wakeup);
            }
            while (true) {
                SocketChannel channel = server.accept();
                if (channel != null) {
                    return channel;
                }
                if (process.isPresent() && !process.get().isAlive()) {
                    throw new EOFException();
                }
                TimedChannel.await(selector, deadline);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(file);
    }
}
