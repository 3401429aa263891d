package io.attestedmesh.enclave.vsock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Serves a few connections, each on a thread of its own; more than that are closed at once. */
public final class StreamServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StreamServer.class.getName());
    private static final int BACKLOG = 16;
    private static final int SPARE_SECONDS = 10;

    /** What is done with a connection; it is closed afterwards. */
    @FunctionalInterface
    public interface Service {
        void serve(StreamConnection connection) throws IOException;
    }

    private final EventLoop loop;
    private final Service service;
    private final StreamAddress address;
    private final ExecutorService threads;
    private final Set<StreamConnection> open = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private Acceptor acceptor;

    /**
     * Begins to serve.
     *
     * @param most connections at once
     * @param timeout of each read and write
     */
    public StreamServer(EventLoop loop, StreamAddress listen, int most, Duration timeout, Service service)
            throws IOException {
        this.loop = loop;
        this.service = service;
        this.threads = new ThreadPoolExecutor(
                0, most, SPARE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), StreamServer::thread);
        NativeSocket socket = NativeSocket.listening(listen, BACKLOG);
        this.address = socket.boundTo(listen);
        int millis = StreamConnection.millis(timeout);
        boolean taken = loop.execute(() -> {
            acceptor = new Acceptor(loop, socket, new Admission(millis));
            acceptor.start();
        });
        if (!taken) {
            socket.close();
            throw new IOException("the event loop has ended");
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "amesh-service");
        thread.setDaemon(true);
        return thread;
    }

    public StreamAddress address() {
        return address;
    }

    private final class Admission implements Acceptor.Accepting {
        private final int timeoutMillis;

        Admission(int timeoutMillis) {
            this.timeoutMillis = timeoutMillis;
        }

        @Override
        public Optional<NativeSocket> take(NativeSocket listening) throws SystemCallException {
            return listening.acceptWaiting(timeoutMillis);
        }

        @Override
        public void accepted(NativeSocket socket) {
            StreamConnection connection = new StreamConnection(socket);
            open.add(connection);
            try {
                threads.execute(() -> serve(connection));
            } catch (RejectedExecutionException e) {
                LOG.log(Level.WARNING, "too many connections at {0}: one was closed", address);
                end(connection);
            }
        }

        @Override
        public void outOfDescriptors(String detail) {
            LOG.log(Level.WARNING, "{0}: {1}", address, detail);
        }

        @Override
        public void closed() {
            closed.complete(null);
        }
    }

    private void serve(StreamConnection connection) {
        try {
            service.serve(connection);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a connection at " + address + " ended", e);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a connection at " + address + " ended because of a defect", e);
        } finally {
            end(connection);
        }
    }

    private void end(StreamConnection connection) {
        open.remove(connection);
        connection.close();
    }

    /** Ends all connections. */
    @Override
    public void close() {
        if (loop.execute(() -> acceptor.close())) {
            closed.join();
        }
        open.forEach(StreamConnection::abort);
        threads.shutdown();
        if (address instanceof UnixAddress file) {
            try {
                Files.deleteIfExists(file.path());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
