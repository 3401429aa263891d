package io.attestedmesh.transport.tunnel;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The files that Unix sockets leave. */
final class UnixSockets {
    private static final System.Logger LOG = System.getLogger(UnixSockets.class.getName());

    private UnixSockets() {}

    /**
     * Removes a socket that nobody listens on any more.
     *
     * @throws IOException if somebody does, or if something else stands there
     */
    static void clear(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        if (Files.isRegularFile(path) || Files.isDirectory(path)) {
            throw new IOException(path + " is no socket, and is left as it is");
        }
        try (SocketChannel other = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new AnotherListens(path + ": another process listens there: " + other.isConnected());
        } catch (AnotherListens e) {
            throw e;
        } catch (IOException nobody) {
            Files.delete(path);
        }
    }

    private static final class AnotherListens extends IOException {
        private static final long serialVersionUID = 1L;

        AnotherListens(String message) {
            super(message);
        }
    }

    /** For its owner alone: whoever may connect speaks as this end of the tunnel. */
    static void restrict(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }

    static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, () -> "event=tunnel.socket_left path=" + path, e);
        }
    }
}
