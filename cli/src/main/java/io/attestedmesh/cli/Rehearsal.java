package io.attestedmesh.cli;

import io.attestedmesh.cli.command.Terminal;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Runs the short commands once, unseen, so that the JVM can archive the classes they load; the launcher starts it after
 * a build. It reads nothing of the user and leaves nothing behind.
 */
final class Rehearsal {
    private static final List<List<String>> COMMANDS = List.of(List.of("--version"), List.of("--help"));

    private Rehearsal() {}

    public static void main(String[] args) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(InputStream.nullInputStream(), nowhere, nowhere, Map.of(), Clock.systemUTC());
        COMMANDS.forEach(command -> Main.run(terminal, command.toArray(String[]::new)));
    }
}
