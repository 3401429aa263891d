package io.attestedmesh.federated.learn;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that was started to learn. What it prints goes to the log, line by line; it ends when this is closed. */
final class LearnerProcess implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LearnerProcess.class.getName());
    private static final int LONGEST_LINE = 1000;
    private static final long GRACE_SECONDS = 5;

    private final Process process;

    private LearnerProcess(Process process) {
        this.process = process;
    }

    /** Runs {@code command} with one more argument, the socket; its input is empty. */
    static LearnerProcess start(List<String> command, Path socket) throws IOException {
        List<String> all = new ArrayList<>(command);
        all.add(socket.toString());
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        process.getOutputStream().close();
        Thread log = new Thread(() -> log(process), "learner-log");
        log.setDaemon(true);
        log.start();
        return new LearnerProcess(process);
    }

    private static void log(Process process) {
        StringBuilder line = new StringBuilder();
        try (Reader printed = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            for (int c = printed.read(); c >= 0; c = printed.read()) {
                if (c != '\n' && line.length() < LONGEST_LINE) {
                    line.append((char) c);
                } else if (c == '\n') {
                    log(process, line);
                }
            }
        } catch (IOException e) {
            line.append("[its output was closed]");
        }
        if (!line.isEmpty()) {
            log(process, line);
        }
    }

    private static void log(Process process, StringBuilder line) {
        LOG.log(Level.INFO, "learner " + process.pid() + ": " + OneLine.of(line.toString()));
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
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        children.forEach(ProcessHandle::destroy);
        try {
            process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
