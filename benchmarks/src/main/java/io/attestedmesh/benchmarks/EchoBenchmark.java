package io.attestedmesh.benchmarks;

import io.attestedmesh.benchmarks.Passage.Carrier;
import io.attestedmesh.transport.engine.TlsEngine;
import java.io.IOException;
import java.net.Socket;
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

/** 1 KiB to the other program and back, one after the other: through a tunnel, beside two plain TLS proxies. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class EchoBenchmark {
    private static final int BYTES = 1024;

    @Param({"conscrypt", "bcjsse", "boringssl", "jdk"})
    private String engine;

    @Param({"PLAIN", "TUNNEL"})
    private String carrier;

    private final byte[] message = new byte[BYTES];
    private Passage passage;

    @Setup
    public void connect() throws Exception {
        passage = new Passage(Carrier.valueOf(carrier), TlsEngine.byName(engine));
        Thread echo = new Thread(() -> echo(passage.far), "benchmark-echo");
        echo.setDaemon(true);
        echo.start();
    }

    private static void echo(Socket socket) {
        byte[] some = new byte[BYTES];
        try {
            for (int read = socket.getInputStream().read(some);
                    read >= 0;
                    read = socket.getInputStream().read(some)) {
                socket.getOutputStream().write(some, 0, read);
            }
        } catch (IOException e) {
            // the benchmark is over
        }
    }

    @Benchmark
    public byte[] echo() throws IOException {
        passage.near.getOutputStream().write(message);
        byte[] answer = passage.near.getInputStream().readNBytes(BYTES);
        if (answer.length != BYTES) {
            throw new IOException("the stream has ended");
        }
        return answer;
    }

    @TearDown
    public void close() throws Exception {
        passage.close();
    }
}
