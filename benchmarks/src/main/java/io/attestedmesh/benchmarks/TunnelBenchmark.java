package io.attestedmesh.benchmarks;

import io.attestedmesh.benchmarks.Passage.Carrier;
import io.attestedmesh.transport.engine.TlsEngine;
import java.io.IOException;
import java.net.Socket;
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

/** 8 MiB each way at the same time over one stream: through a tunnel's two ends, beside two plain TLS proxies. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
public class TunnelBenchmark {
    static final int BYTES = 8 * 1024 * 1024;

    private static final int CHUNK = 64 * 1024;

    @Param({"conscrypt", "bcjsse", "boringssl", "jdk"})
    private String engine;

    @Param({"PLAIN", "TUNNEL"})
    private String carrier;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "benchmark-program");
        thread.setDaemon(true);
        return thread;
    });
    private Passage passage;

    @Setup
    public void connect() throws Exception {
        passage = new Passage(Carrier.valueOf(carrier), TlsEngine.byName(engine));
    }

    @Benchmark
    public long transfer() throws Exception {
        Future<Long> there = threads.submit(() -> send(passage.near));
        Future<Long> back = threads.submit(() -> send(passage.far));
        Future<Long> atNear = threads.submit(() -> receive(passage.near));
        long atFar = receive(passage.far);
        if (there.get() != atFar || back.get() != atNear.get().longValue()) {
            throw new IllegalStateException("not all came through");
        }
        return atFar;
    }

    private static long send(Socket to) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int sent = 0; sent < BYTES; sent += CHUNK) {
            to.getOutputStream().write(chunk);
        }
        return BYTES;
    }

    private static long receive(Socket from) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long count = 0;
        while (count < BYTES) {
            int read = from.getInputStream().read(chunk, 0, (int) Math.min(CHUNK, BYTES - count));
            if (read < 0) {
                return count;
            }
            count += read;
        }
        return count;
    }

    @TearDown
    public void close() throws Exception {
        passage.close();
        threads.shutdown();
    }
}
