package io.attestedmesh.federated.learn;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.transport.LineLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A process that was started to learn. What it prints goes to the log, line by line, not more than so many a second; it ends
 * when this is closed.
 */
final class LearnerProcess implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LearnerProcess.class.getName());
    private static final int LONGEST_LINE = 1000;
    private static final long GRACE_SECONDS = 5;

    private final Process process;

    private LearnerProcess(Process process) {
        this.process = process;
    }

    /** Runs {@code command} with one more argument, the socket; its input is empty. */
    static LearnerProcess start(List<String> command, Path socket, InstantSource clock) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.add(socket.toString());
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        process.getOutputStream().close();
        InputStream printed = process.getInputStream();
        Thread log =
                new Thread(() -> log(process.pid(), printed, clock, text -> LOG.log(Level.INFO, text)), "learner-log");
        log.setDaemon(true);
        log.start();
        return new LearnerProcess(process);
    }

    static void log(long pid, InputStream from, InstantSource clock, Consumer<String> to) {
        LineLimit lines = new LineLimit();
        StringBuilder line = new StringBuilder();
        try (Reader printed = new InputStreamReader(from, StandardCharsets.UTF_8)) {
            for (int c = printed.read(); c >= 0; c = printed.read()) {
                if (c != '\n' && line.length() < LONGEST_LINE) {
                    line.append((char) c);
                } else if (c == '\n') {
                    log(pid, line, lines.leftOutBefore(clock.instant()), to);
                }
            }
        } catch (IOException e) {
            line.append("[its output was closed]");
        }
        if (!line.isEmpty()) {
            log(pid, line, lines.leftOutBefore(clock.instant()), to);
        }
    }

    private static void log(long pid, StringBuilder line, int leftOut, Consumer<String> to) {
        if (leftOut >= 0) {
            String before = leftOut > 0 ? " (" + leftOut + " lines left out)" : "";
            to.accept("learner " + pid + before + ": " + OneLine.of(line.toString()));
        }
        line.setLength(0);
    }

    Process process() {
        return process;
    }

    /** How it ended, for a message; it closes its socket a moment before. */
    String exit() throws InterruptedException {
        return process.waitFor(1, TimeUnit.SECONDS) ? ", with exit code " + process.exitValue() : "";
    }

    /** Asks it and all that it started to end, and after 5 seconds does not ask. */
    @Override
    public void close() {
        List<ProcessHandle> family = family(List.of(process.toHandle()));
        family.forEach(ProcessHandle::destroy);
        try {
            process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // whoever was asked to end may have started others in the place of that
            family(family).forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static List<ProcessHandle> family(List<ProcessHandle> known) {
        return Stream.concat(known.stream(), known.stream().flatMap(ProcessHandle::descendants))
                .distinct()
                .toList();
    }
}
