package io.attestedmesh.releases.source;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The lines that a feed logs while this is open; {@code System.Logger} writes to {@code java.util.logging} here. */
final class LogLines extends Handler implements AutoCloseable {
    private final List<LogRecord> records = new CopyOnWriteArrayList<>();
    private final Logger logger = Logger.getLogger(ReleaseFeed.class.getName());

    LogLines() {
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
    }

    /** Level and text of each. */
    List<String> all() {
        return records.stream()
                .map(record -> record.getLevel() + " " + record.getMessage())
                .toList();
    }

    @Override
    public void publish(LogRecord line) {
        if (line.getLevel().intValue() >= Level.INFO.intValue()) {
            records.add(line);
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
