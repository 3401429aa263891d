package io.attestedmesh.enclave.parent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSinkTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    private final List<String> lines = new ArrayList<>();
    private final LogSink sink = new LogSink(lines::add, 2, Clock.fixed(NOW, ZoneOffset.UTC));

    private void read(String text) throws IOException {
        sink.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void read_linesWithControlCharacters_escapesThem() throws IOException {
        read("a\rb\u001b]0;title\u0007\u202egnp\ngr\u00fc\u00df\n");
        assertThat(lines).containsExactly("a\\u000db\\u001b]0;title\\u0007\\u202egnp", "gr\u00fc\u00df");
    }

    @Test
    void read_lineTooLong_cutsIt() throws IOException {
        read("x".repeat(LogSink.LONGEST) + "\n" + "y".repeat(1_000_000) + "\nz\n");
        assertThat(lines).containsExactly("x".repeat(LogSink.LONGEST), "y".repeat(LogSink.LONGEST) + "...", "z");
    }

    @Test
    void read_lastLineWithoutEnd_keepsIt() throws IOException {
        read("a\n\nb");
        assertThat(lines).containsExactly("a", "", "b");
    }

    @Test
    void read_flood_writesTheBurstAndCountsTheRest() throws IOException {
        read("line\n".repeat(1000));
        assertThat(lines).hasSize(20);
        assertThat(sink.dropped()).isEqualTo(980);
    }

    @Test
    void read_afterFlood_saysHowManyAreMissing() throws IOException {
        List<Instant> time = new ArrayList<>(List.of(NOW));
        Clock moving = new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return time.get(0);
            }
        };
        LogSink limited = new LogSink(lines::add, 1, moving);
        limited.read(new ByteArrayInputStream("line\n".repeat(15).getBytes(StandardCharsets.UTF_8)));
        time.set(0, NOW.plus(Duration.ofSeconds(2)));
        limited.read(new ByteArrayInputStream("later\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(lines.subList(10, lines.size()))
                .containsExactly("(5 lines were too many and are not here)", "later");
    }

    @Test
    void file_atItsSize_keepsOneOlder(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("log");
        try (LogFile log = new LogFile(file, 10)) {
            for (int i = 0; i < 7; i++) {
                log.write("line" + i);
            }
        }
        assertThat(Files.readAllLines(file)).containsExactly("line6");
        assertThat(Files.readAllLines(folder.resolve("log.1"))).containsExactly("line4", "line5");
        assertThat(folder.toFile().list()).hasSize(2);
    }
}
