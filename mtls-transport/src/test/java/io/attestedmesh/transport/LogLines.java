package io.attestedmesh.transport;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The lines that one class logs while this is open; {@code System.Logger} writes to {@code java.util.logging} here. */
public final class LogLines extends Handler implements AutoCloseable {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Logger logger;

    public LogLines(Class<?> source) {
        logger = Logger.getLogger(source.getName());
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
    }

    /** The first line, of those not seen by an earlier call, that fits. */
    public Optional<String> await(Predicate<String> wanted, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        String line = lines.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        while (line != null && !wanted.test(line)) {
            line = lines.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        return Optional.ofNullable(line);
    }

    @Override
    public void publish(LogRecord line) {
        if (line.getLevel().intValue() >= Level.INFO.intValue()) {
            lines.add(line.getMessage());
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
