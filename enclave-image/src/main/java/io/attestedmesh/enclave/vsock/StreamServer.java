package io.attestedmesh.enclave.vsock;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves a few connections, each on a thread of its own. One too many is closed at once, and with it the one in which
 * nothing moved for longest, so that connections of which nobody knows any more do not keep others out.
 */
public final class StreamServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StreamServer.class.getName());
    private static final int BACKLOG = 16;
    private static final int SPARE_SECONDS = 10;
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_MILLIS = 5;
    private static final long WARNING_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /**
     * What is done with a connection; it is closed afterwards. What the connection's streams throw is the peer's doing, any
     * other failure the service's own: that is logged as a warning, once a minute at most.
     */
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
    private boolean warned;
    private long warnedAt;

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
                end(connection);
                makeRoom();
                warn("too many connections at " + address + ": the new one and the idlest were closed", null);
            } catch (RuntimeException | Error e) {
                end(connection);
                throw e;
            }
        }

        @Override
        public void wrongPeer(String detail) {
            warn("a connection at " + address + " was refused: " + Refusal.WRONG_PEER + ": " + detail, null);
        }

        @Override
        public void resting(String detail) {
            warn(address + ": " + detail, null);
        }

        @Override
        public void closed() {
            closed.complete(null);
        }
    }

    private void serve(StreamConnection connection) {
        try {
            service.serve(connection);
        } catch (SystemCallException | SocketTimeoutException e) {
            LOG.log(Level.DEBUG, "a connection at " + address + " ended", e);
        } catch (IOException e) {
            warn("a connection at " + address + " could not be served: " + e, e);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a connection at " + address + " ended because of a defect", e);
        } finally {
            end(connection);
        }
    }

    private synchronized void warn(String what, Exception why) {
        long now = System.nanoTime();
        if (!warned || now - warnedAt > WARNING_PAUSE_NANOS) {
            warned = true;
            warnedAt = now;
            LOG.log(Level.WARNING, what, why);
        } else {
            LOG.log(Level.DEBUG, what, why);
        }
    }

    private void makeRoom() {
        long now = System.nanoTime();
        open.stream()
                .max(Comparator.comparingLong(connection -> now - connection.usedAt()))
                .ifPresent(StreamConnection::abort);
    }

    private void end(StreamConnection connection) {
        open.remove(connection);
        connection.close();
    }

    /** Takes no more, and waits for some seconds until all that came by then is served; then it ends all connections. */
    @Override
    public void close() {
        if (loop.execute(() -> acceptor.close())) {
            closed.join();
        }
        threads.shutdown();
        try {
            finish(System.nanoTime() + GRACE_NANOS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.forEach(StreamConnection::abort);
        if (address instanceof UnixAddress file) {
            try {
                Files.deleteIfExists(file.path());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void finish(long deadline) throws InterruptedException {
        Set<StreamConnection> unfinished = new HashSet<>(open);
        unfinished.removeIf(StreamConnection::abortIfQuiet);
        while (!unfinished.isEmpty() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            unfinished.removeIf(StreamConnection::abortIfQuiet);
        }
        unfinished.forEach(StreamConnection::abort);
        threads.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
