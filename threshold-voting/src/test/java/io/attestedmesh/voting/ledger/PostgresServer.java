package io.attestedmesh.voting.ledger;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attestedmesh.mpc.network.PlainParties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL server of the machine's own binaries, on loopback only, with its files in a new folder. */
final class PostgresServer implements AutoCloseable {
    static final String USER = "ledger";
    static final String PASSWORD = "s3cret-of-the-test";

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final long PATIENCE_SECONDS = 120;

    private final Path binaries;
    private final Path folder;
    private final int port;
    private final boolean root;
    private int databases;

    private PostgresServer(Path binaries, Path folder, int port, boolean root) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
        this.root = root;
    }

    /** Starts one, or skips the test if the machine has none. */
    static PostgresServer start() throws IOException {
        Optional<Path> binaries = installed();
        assumeTrue(binaries.isPresent(), "no PostgreSQL in " + INSTALLED);
        boolean root = System.getProperty("user.name").equals("root");
        assumeTrue(
                !root || Files.isExecutable(Path.of("/usr/sbin/runuser")), "root may not run it, nor become another");
        Path folder = Files.createTempDirectory("amesh-postgres-");
        PostgresServer server = new PostgresServer(binaries.get(), folder, PlainParties.freePort(), root);
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        if (root) {
            server.run(List.of("chown", "-R", "postgres", folder.toString()));
        }
        server.run(server.as(
                "initdb",
                "--pgdata=" + server.data(),
                "--username=" + USER,
                "--auth=scram-sha-256",
                "--pwfile=" + password,
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        server.startAgain();
        return server;
    }

    private static Optional<Path> installed() throws IOException {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    private List<String> as(String binary, String... arguments) {
        List<String> command = new ArrayList<>();
        if (root) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(binaries.resolve(binary).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private void run(List<String> command) throws IOException {
        Path log = Files.createTempFile("amesh-postgres-", ".log"); // no pipe: the server would inherit it
        Process process = new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = ended(process);
        String said = Files.readString(log);
        Files.delete(log);
        if (!ended || process.exitValue() != 0) {
            throw new IOException(command + " did not end well: " + said);
        }
    }

    private static boolean ended(Process process) throws IOException {
        try {
            return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a server's command ran", e);
        }
    }

    void startAgain() throws IOException {
        String options = "-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories=''";
        run(as("pg_ctl", "start", "-w", "-D", data().toString(), "-o", options, "-l", folder + "/server.log"));
    }

    /** As if the machine had lost its power, but for what the kernel holds. */
    void kill() throws IOException {
        run(as("pg_ctl", "stop", "-w", "-m", "immediate", "-D", data().toString()));
    }

    /** A new and empty database. */
    String newDatabase() throws SQLException {
        databases++;
        execute(url("postgres"), "create database ledger" + databases);
        return url("ledger" + databases);
    }

    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    void execute(String url, String... statements) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, USER, PASSWORD);
    }

    @Override
    public void close() throws IOException {
        try {
            kill();
        } finally {
            run(List.of("rm", "-r", folder.toString()));
        }
    }
}
