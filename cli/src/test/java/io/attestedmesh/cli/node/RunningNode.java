package io.attestedmesh.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.cli.Main;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Person;
import io.attestedmesh.cli.command.Terminal;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** {@code amesh node run} in a thread of its own, until closed. */
final class RunningNode implements AutoCloseable {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FutureTask<ExitStatus> ended;
    private final Thread thread;
    private final JsonNode state;

    private RunningNode(Path config, String... settings) throws IOException {
        PipedInputStream lines = new PipedInputStream();
        PrintStream out = new PrintStream(new PipedOutputStream(lines), true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of(),
                Clock.systemUTC(),
                Person.NOBODY);
        List<String> arguments = new ArrayList<>(List.of("node", "run", "--json", "--config", config.toString()));
        for (String setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        ended = new FutureTask<>(() -> {
            try (out) {
                return Main.run(terminal, arguments.toArray(String[]::new));
            }
        });
        thread = new Thread(ended, "node-under-test");
        thread.start();
        String line = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IOException("the node did not start: " + err.toString(StandardCharsets.UTF_8));
        }
        state = new ObjectMapper().readTree(line);
    }

    static RunningNode start(Path config, String... settings) throws IOException {
        return new RunningNode(config, settings);
    }

    JsonNode state() {
        return state;
    }

    String address() {
        return state.get("listening").textValue();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    ExitStatus stop() throws Exception {
        thread.interrupt();
        return ended.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (Exception e) {
            throw new IOException("the node did not stop", e);
        }
    }
}
