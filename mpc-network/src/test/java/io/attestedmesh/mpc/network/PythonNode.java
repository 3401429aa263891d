package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A process that runs {@code kms_peer.py}: does what it is told in one line, and answers in one. */
final class PythonNode implements AutoCloseable {
    private final Process process;
    private final Path errors;
    private final BufferedReader answers;
    private final Writer commands;
    private final int port;

    PythonNode(String interpreter, Path program, String... arguments) throws IOException {
        errors = Files.createTempFile(program.getParent(), "python", ".err");
        List<String> command = new ArrayList<>(List.of(interpreter, program.toString()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = process.outputWriter(StandardCharsets.UTF_8);
        String hello = read();
        port = Integer.parseInt(hello.substring(hello.lastIndexOf(' ') + 1));
    }

    /** A Python that has grpcio; skips the test where there is none. */
    static String interpreter() throws Exception {
        String wanted = System.getProperty("test.python", "python3");
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(wanted)));
        Assumptions.assumeTrue(there, () -> "there is no " + wanted + " here");
        Process tried = new ProcessBuilder(wanted, "-c", "import grpc")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = tried.waitFor(60, TimeUnit.SECONDS);
        tried.destroyForcibly();
        Assumptions.assumeTrue(
                ended && tried.exitValue() == 0, () -> wanted + " has no grpcio; -Dtest.python names one that has");
        return wanted;
    }

    int port() {
        return port;
    }

    String ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        return read();
    }

    private String read() throws IOException {
        String line = answers.readLine();
        assertThat(line).as(() -> "an answer; its errors are " + errors()).isNotNull();
        return line;
    }

    private String errors() {
        try {
            return Files.readString(errors, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        commands.close(); // the end of its commands is its end
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
