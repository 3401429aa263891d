package io.attestedmesh.cli;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Person;
import io.attestedmesh.cli.command.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of {@code amesh} in this process, for tests of every command.
 *
 * @param out standard output
 * @param err standard error
 */
public record CommandRun(ExitStatus status, String out, String err) {
    public static CommandRun of(String... args) {
        return new Setting().run(args);
    }

    public List<String> outLines() {
        return out.lines().toList();
    }

    public List<String> errLines() {
        return err.lines().toList();
    }

    /** The world that a command runs in: change what matters, then {@link #run}. */
    public static final class Setting {
        private final Map<String, String> environment = new HashMap<>();
        private Clock clock = Clock.systemUTC();
        private byte[] input = {};
        private Person person = Person.NOBODY;

        public Setting at(Instant now) {
            clock = Clock.fixed(now, ZoneOffset.UTC);
            return this;
        }

        public Setting input(byte[] bytes) {
            input = bytes.clone();
            return this;
        }

        public Setting person(Person atTheTerminal) {
            person = atTheTerminal;
            return this;
        }

        public Setting variable(String name, String value) {
            environment.put(name, value);
            return this;
        }

        public CommandRun run(String... args) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Terminal terminal = new Terminal(
                    new ByteArrayInputStream(input),
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    environment,
                    clock,
                    person);
            ExitStatus status = Main.run(terminal, args);
            return new CommandRun(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }
}
