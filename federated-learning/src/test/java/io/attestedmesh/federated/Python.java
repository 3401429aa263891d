package io.attestedmesh.federated;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A virtual environment with packages of the registry, made once and kept in the build's folder, and its processes. */
public final class Python implements AutoCloseable {
    private static final long INSTALL_MINUTES = 15;

    private final Path environment;
    private final Path logs;
    private final List<Process> started = new ArrayList<>();

    private Python(Path environment, Path logs) {
        this.environment = environment;
        this.logs = logs;
    }

    /**
     * Makes the environment if it is not there.
     *
     * @param packages as pip takes them
     */
    public static Python with(String name, Path logs, String... packages) throws IOException, InterruptedException {
        Path environment = Path.of(System.getProperty("project.root", ".."), "federated-learning", "target", "interop")
                .resolve(name)
                .toAbsolutePath();
        Python python = new Python(environment, logs);
        if (!Files.exists(environment.resolve("complete"))) {
            Files.createDirectories(environment);
            python.run("python3", "-m", "venv", environment.toString());
            List<String> install =
                    new ArrayList<>(List.of(environment.resolve("bin/pip").toString(), "install", "--quiet"));
            install.addAll(List.of(packages));
            python.run(install.toArray(String[]::new));
            Files.createFile(environment.resolve("complete"));
        }
        return python;
    }

    /** The interpreter that has the packages. */
    public Path interpreter() {
        return environment.resolve("bin/python");
    }

    /** The Python of the path, or of {@code -Dtest.python}; skips the test where it has no such module. */
    public static String withModule(String module) throws IOException, InterruptedException {
        String wanted = System.getProperty("test.python", "python3");
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(wanted)));
        Assumptions.assumeTrue(there, () -> "there is no " + wanted + " here");
        Process tried = new ProcessBuilder(wanted, "-c", "import " + module)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = tried.waitFor(60, TimeUnit.SECONDS);
        tried.destroyForcibly();
        Assumptions.assumeTrue(
                ended && tried.exitValue() == 0,
                () -> wanted + " has no " + module + "; -Dtest.python names one that has");
        return wanted;
    }

    private void run(String... command) throws IOException, InterruptedException {
        Process process = start(command);
        if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + " failed:\n" + log(process));
        }
    }

    /** Runs a program that stands among the resources of a test. */
    public Process script(Class<?> beside, String resource, String... arguments) throws IOException {
        Path program = logs.resolve(resource);
        try (InputStream in = beside.getResourceAsStream(resource)) {
            if (!Files.exists(program)) {
                Files.copy(in, program);
            }
        }
        List<String> command = new ArrayList<>(List.of(interpreter().toString(), program.toString()));
        command.addAll(List.of(arguments));
        return start(command.toArray(String[]::new));
    }

    private Process start(String... command) throws IOException {
        Path log = logs.resolve("process-" + started.size() + "-" + environment.getFileName() + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        started.add(process);
        return process;
    }

    /** What a process has written. */
    public String log(Process process) throws IOException {
        return Files.readString(
                logs.resolve("process-" + started.indexOf(process) + "-" + environment.getFileName() + ".log"));
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
    }
}
