package io.attestedmesh.benchmarks.parties;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM that does what it is told, a line each, and answers each with a line. */
record Child(Process process, PrintStream in, BufferedReader out) {
    private static final int PATIENCE_SECONDS = 60;

    static Child start(List<String> options, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of(
                "-Djava.util.logging.config.file=/dev/null",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new Child(
                process,
                new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII),
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII)));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void tell(String line) {
        in.println(line);
    }

    String answer() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IOException("a party has ended");
        }
        return line;
    }

    /** An answer of numbers. */
    double[] numbers() throws IOException {
        return Arrays.stream(answer().split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    /** Has all do the same at once; their answers. */
    static List<double[]> all(List<Child> children, String line) throws IOException {
        children.forEach(child -> child.tell(line));
        List<double[]> answers = new ArrayList<>();
        for (Child child : children) {
            answers.add(child.numbers());
        }
        return answers;
    }

    /** Tells all that there is nothing more to do, and waits until they have ended. */
    static void endAll(List<Child> children) {
        children.forEach(child -> child.in().close());
        for (Child child : children) {
            try {
                if (!child.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    child.process().destroyForcibly();
                }
            } catch (InterruptedException e) {
                child.process().destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
