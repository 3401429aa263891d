package io.attestedmesh.benchmarks;

import io.attestedmesh.enclave.vsock.Bridge;
import io.attestedmesh.enclave.vsock.BridgeEvents;
import io.attestedmesh.enclave.vsock.BridgeLimits;
import io.attestedmesh.enclave.vsock.EventLoop;
import io.attestedmesh.enclave.vsock.UnixAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * 32 MiB over one connection from one Unix socket to another. The baseline does what socat does: one thread that reads
 * and writes in turn, waits in both, and knows no second connection.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
public class BridgeBenchmark {
    static final int BYTES = 32 * 1024 * 1024;

    private static final int CHUNK = 64 * 1024;

    /** Who carries the bytes. */
    public enum Carrier {
        /** A loop of blocking reads and writes. */
        BARE,
        /** {@link Bridge}. */
        BRIDGE
    }

    @Param
    private Carrier carrier;

    private final ByteBuffer sent = ByteBuffer.allocateDirect(CHUNK);
    private final ByteBuffer received = ByteBuffer.allocateDirect(CHUNK);
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "benchmark-copy");
        thread.setDaemon(true);
        return thread;
    });
    private Path folder;
    private EventLoop loop;
    private SocketChannel source;
    private SocketChannel sink;

    @Setup
    public void connect() throws Exception {
        folder = Files.createTempDirectory("bridge");
        Path from = folder.resolve("from");
        Path to = folder.resolve("to");
        loop = EventLoop.start("benchmark-bridge");
        try (ServerSocketChannel server = listen(to)) {
            if (carrier == Carrier.BRIDGE) {
                Bridge.forward(
                        loop, new UnixAddress(from), new UnixAddress(to), BridgeLimits.DEFAULT, BridgeEvents.UNHEARD);
                source = SocketChannel.open(UnixDomainSocketAddress.of(from));
            } else {
                try (ServerSocketChannel bare = listen(from)) {
                    source = SocketChannel.open(UnixDomainSocketAddress.of(from));
                    SocketChannel in = bare.accept();
                    SocketChannel out = SocketChannel.open(UnixDomainSocketAddress.of(to));
                    threads.execute(() -> copy(in, out));
                }
            }
            sink = server.accept();
        }
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
    }

    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        try (from;
                to) {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the baseline broke off", e);
        }
    }

    @Benchmark
    public long transfer() throws Exception {
        Future<Long> sending = threads.submit(this::send);
        long count = 0;
        while (count < BYTES) {
            count += sink.read(received.clear());
        }
        if (sending.get() != count) {
            throw new IllegalStateException("not all came through");
        }
        return count;
    }

    private long send() throws IOException {
        long count = 0;
        while (count < BYTES) {
            count += source.write(sent.clear().limit((int) Math.min(CHUNK, BYTES - count)));
        }
        return count;
    }

    @TearDown
    public void close() throws IOException {
        source.close();
        sink.close();
        loop.close();
        threads.shutdown();
        Files.deleteIfExists(folder.resolve("from"));
        Files.deleteIfExists(folder.resolve("to"));
        Files.delete(folder);
    }
}
