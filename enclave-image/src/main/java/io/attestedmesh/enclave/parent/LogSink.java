package io.attestedmesh.enclave.parent;

import io.attestedmesh.attest.evidence.Printable;
import io.attestedmesh.enclave.vsock.StreamConnection;
import io.attestedmesh.enclave.vsock.StreamServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/** Writes down the lines that an enclave sends: escaped, cut where they are long, and not more than agreed. */
public final class LogSink implements StreamServer.Service {
    /** Bytes of a line that are kept. */
    public static final int LONGEST = 4096;

    private static final int BUFFER = 8192;

    /** Where lines go; called by several threads, one at a time. */
    @FunctionalInterface
    public interface Lines {
        void write(String line) throws IOException;
    }

    private final Lines lines;
    private final LineBudget budget;
    private final AtomicLong dropped = new AtomicLong();
    private long reported;

    /** @param linesPerSecond on average; ten times as many may come in one burst */
    public LogSink(Lines lines, int linesPerSecond, Clock clock) {
        this.lines = lines;
        this.budget = new LineBudget(linesPerSecond, clock);
    }

    /** Lines that were not written because there were too many. */
    public long dropped() {
        return dropped.get();
    }

    @Override
    public void serve(StreamConnection connection) throws IOException {
        read(connection.input());
    }

    void read(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER];
        byte[] line = new byte[LONGEST];
        int size = 0;
        boolean cut = false;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            for (int i = 0; i < count; i++) {
                if (buffer[i] == '\n') {
                    take(line, size, cut);
                    size = 0;
                    cut = false;
                } else if (size < LONGEST) {
                    line[size++] = buffer[i];
                } else {
                    cut = true;
                }
            }
        }
        if (size > 0) {
            take(line, size, cut);
        }
    }

    private synchronized void take(byte[] line, int size, boolean cut) throws IOException {
        if (!budget.spend()) {
            dropped.incrementAndGet();
            return;
        }
        long missing = dropped.get() - reported;
        if (missing > 0) {
            lines.write("(" + missing + " lines were too many and are not here)");
            reported += missing;
        }
        lines.write(Printable.of(new String(line, 0, size, StandardCharsets.UTF_8)) + (cut ? "..." : ""));
    }
}
