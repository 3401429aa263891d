package io.attestedmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Person;
import io.attestedmesh.cli.command.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MainTest {
    @Test
    void version_printsOneLineOnOut() {
        CommandRun run = CommandRun.of("--version");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(run.outLines())
                .singleElement()
                .asString()
                .matches("amesh [0-9]+\\.[0-9]+\\.[0-9]+.* \\(Java \\d+\\)");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void help_goesToOut() {
        CommandRun run = CommandRun.of("--help");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(run.out()).contains("Exit status: 0 accepted or done, 1 rejected");
        assertThat(run.err()).isEmpty();
    }

    /** A list of commands shows the first line of each description and no more. */
    @Test
    void help_listsOfCommands_showWholeSentences() {
        String commands = CommandRun.of("root", "--help").out()
                + CommandRun.of("release", "log", "--help").out();
        assertThat(commands.replaceAll("\\s+", " "))
                .contains("verify Walk from a trust root to the newest, as clients do. ")
                .contains("entries, tiles and root hash must agree. ")
                .contains("entry, checkpoint and inclusion proof as JSON. ")
                .contains("if it extends all that was signed before. ");
    }

    @Test
    void noArguments_printUsageOnErr() {
        CommandRun run = CommandRun.of();
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("Usage: amesh");
    }

    @Test
    void unknownNoun_isUsageErrorWithHint() {
        CommandRun run = CommandRun.of("no-such-noun");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines()).hasSize(2);
        assertThat(run.errLines().get(0)).startsWith("amesh: error: ");
        assertThat(run.errLines().get(1)).startsWith("amesh: hint: ").contains("amesh --help");
    }

    @Test
    void unknownOption_isUsageError() {
        assertThat(CommandRun.of("--no-such-option").status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void unknownLogLevel_isUsageErrorWithTheNames() {
        CommandRun run = new CommandRun.Setting().variable("AMESH_LOG", "loud").run();
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("AMESH_LOG is not a log level").contains("off, error, warn");
    }

    /** A file system that is full, or a reader that went away. */
    @Test
    void outputThatNobodyGets_isNoSuccess() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(full, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                Map.of(),
                Clock.systemUTC(),
                Person.NOBODY);
        assertThat(Main.run(terminal, "--version")).isEqualTo(ExitStatus.FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("amesh: error: standard output was closed, or is full, before all was written\n");
    }
}
