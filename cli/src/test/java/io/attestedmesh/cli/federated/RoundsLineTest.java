package io.attestedmesh.cli.federated;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.command.Person;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.federated.aggregate.Rules;
import io.attestedmesh.federated.server.Participants;
import io.attestedmesh.federated.server.RoundFiles;
import io.attestedmesh.federated.server.RoundProgress;
import io.attestedmesh.federated.server.RoundProgress.Stage;
import io.attestedmesh.federated.server.RoundServer;
import io.attestedmesh.federated.server.RoundSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundsLineTest {
    private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private static Clock seconds(int after) {
        return Clock.fixed(BEGAN.plusSeconds(after), ZoneOffset.UTC);
    }

    private Terminal terminal(Map<String, String> environment) {
        return new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment,
                seconds(12),
                Person.NOBODY);
    }

    /** What is written of a server that waits, by two looks at it. */
    private String shown(boolean redraws) throws Exception {
        try (RoundFiles files = RoundFiles.open(folder, false)) {
            RoundServer waiting = new RoundServer(
                    RoundSettings.of(5).withClients(3),
                    Rules.of("fedavg", Map.of()),
                    new Participants(3),
                    files,
                    new SimpleMeterRegistry(),
                    seconds(0),
                    new Random());
            RoundsLine line = new RoundsLine(terminal(Map.of()), waiting, redraws);
            line.look();
            line.look();
            String shown = err.toString(StandardCharsets.UTF_8);
            line.close();
            return shown;
        }
    }

    @Test
    void look_onATerminal_drawsOneLineAgain() throws Exception {
        String line = "amesh: round 1 of 5: waiting for 3 clients  12 s\u001b[K\r";

        assertThat(shown(true)).isEqualTo(line + line);
    }

    @Test
    void look_elsewhere_writesALineForAChangeAlone() throws Exception {
        assertThat(shown(false)).isEqualToNormalizingNewlines("amesh: round 1 of 5: waiting for 3 clients\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FITTING | amesh: round 2 of 5: training   [############------------] 3 of 6",
                "EVALUATING | amesh: round 2 of 5: evaluating [############------------] 3 of 6",
                "DONE | amesh: all 5 rounds are complete"
            })
    void words_ofAStage_sayHowManyAnswered(Stage stage, String words) {
        assertThat(RoundsLine.words(new RoundProgress(stage, 2, 5, 6, 3, BEGAN)))
                .isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"TERM,dumb", "TERM,''", "LANG,C"})
    void redraws_terminalThatCannot_isFalse(String name, String value) {
        assertThat(terminal(Map.of(name, value)).redraws()).isFalse();
    }
}
