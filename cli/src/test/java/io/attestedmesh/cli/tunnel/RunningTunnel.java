package io.attestedmesh.cli.tunnel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.cli.Main;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Person;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.config.Address;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** {@code amesh tunnel server} or {@code client} in a thread of its own, until closed. */
final class RunningTunnel implements AutoCloseable {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FutureTask<ExitStatus> ended;
    private final Thread thread;
    private final JsonNode state;

    private RunningTunnel(List<String> arguments) throws IOException {
        PipedInputStream lines = new PipedInputStream();
        PrintStream out = new PrintStream(new PipedOutputStream(lines), true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of(),
                Clock.systemUTC(),
                Person.NOBODY);
        ended = new FutureTask<>(() -> {
            try (out) {
                return Main.run(terminal, arguments.toArray(String[]::new));
            }
        });
        thread = new Thread(ended, "tunnel-under-test");
        thread.start();
        String line = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IOException("the tunnel did not start: " + err());
        }
        state = new ObjectMapper().readTree(line);
    }

    static RunningTunnel start(String verb, Path config, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("tunnel", verb, "--json", "--config", config.toString(), "--listen", "127.0.0.1:0"));
        arguments.addAll(List.of(more));
        return new RunningTunnel(arguments);
    }

    JsonNode state() {
        return state;
    }

    String address() {
        return state.get("listening").textValue();
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(),
                Address.parse(address()).orElseThrow().port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** As SIGTERM does. */
    void askToStop() {
        thread.interrupt();
    }

    ExitStatus stop() throws Exception {
        askToStop();
        return ended.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (Exception e) {
            throw new IOException("the tunnel did not stop", e);
        }
    }
}
