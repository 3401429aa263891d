package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.Terminal;
import java.time.Instant;

/** Says what init does, and when: milliseconds since it began. */
final class StartLog {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Terminal terminal;
    private final long start;

    StartLog(Terminal terminal) {
        this(terminal, System.nanoTime());
    }

    private StartLog(Terminal terminal, long start) {
        this.terminal = terminal;
        this.start = start;
    }

    /** The same start, told elsewhere. */
    StartLog to(Terminal other) {
        return new StartLog(other, start);
    }

    long millis() {
        return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    void step(String done) {
        terminal.say("amesh: init: " + millis() + " ms: " + done);
    }

    /** The last step of a start. */
    void listening(Object address) {
        String whole = ProcessHandle.current()
                .info()
                .startInstant()
                .map(began ->
                        ", " + (Instant.now().toEpochMilli() - began.toEpochMilli()) + " ms after the process began")
                .orElse("");
        step("node at " + address + whole);
        terminal.say("amesh: init: listening after " + millis() + " ms");
    }

    void warn(String problem) {
        terminal.warn("init: " + problem);
    }
}
