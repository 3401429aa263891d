package io.attestedmesh.enclave.parent;

import io.attestedmesh.enclave.vsock.StreamAddress;
import io.attestedmesh.enclave.vsock.StreamConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends lines to the parent's {@link LogSink} from a thread of its own. Whoever writes a line never waits: where the
 * parent is slow or away, lines are dropped and counted, and the count is sent as a line once there is a connection.
 * While it is away a new connection is tried every second.
 */
public final class LogShipper implements AutoCloseable {
    private static final int QUEUE = 2000;
    private static final int LONGEST = LogSink.LONGEST;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final StreamAddress parent;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread = new Thread(this::run, "amesh-log");
    private volatile boolean closing;
    private long told;

    private LogShipper(StreamAddress parent) {
        this.parent = parent;
        thread.setDaemon(true);
    }

    public static LogShipper start(StreamAddress parent) {
        LogShipper shipper = new LogShipper(parent);
        shipper.thread.start();
        return shipper;
    }

    /** One line, without its end. */
    public void send(String line) {
        String kept = line.length() > LONGEST ? line.substring(0, LONGEST) : line;
        if (closing || !lines.offer(kept.replace('\n', ' '))) {
            dropped.incrementAndGet();
        }
    }

    public long dropped() {
        return dropped.get();
    }

    private void run() {
        try {
            while (!(closing && lines.isEmpty())) {
                try (StreamConnection connection = StreamConnection.connect(parent, TIMEOUT)) {
                    ship(connection);
                } catch (IOException away) {
                    if (closing) {
                        return;
                    }
                    TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
                }
            }
        } catch (InterruptedException e) {
            // close() has waited long enough
        }
    }

    private void ship(StreamConnection connection) throws IOException, InterruptedException {
        while (true) {
            String line = lines.poll(100, TimeUnit.MILLISECONDS);
            try {
                tellDropped(connection);
                if (line != null) {
                    write(connection, line);
                }
            } catch (IOException e) {
                if (line != null) {
                    dropped.incrementAndGet();
                }
                throw e;
            }
            if (line == null && closing) {
                connection.endOutput();
                return;
            }
        }
    }

    private void tellDropped(StreamConnection connection) throws IOException {
        long missing = dropped.get() - told;
        if (missing > 0) {
            write(connection, "(" + missing + " lines were dropped)");
            told += missing;
        }
    }

    private static void write(StreamConnection connection, String line) throws IOException {
        connection.output().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends what is there, for five seconds at most. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(TIMEOUT.toMillis());
            thread.interrupt();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
