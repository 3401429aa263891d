package io.attestedmesh.transport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.transport.HandDriven;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Opening a pipe waits for its writer, and cannot be interrupted: hence threads of their own. */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ReloadedFilesTest {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final HandDriven time = new HandDriven(Instant.parse("2026-11-20T10:00:00Z"));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @AfterEach
    void stop() {
        time.shutdownNow();
    }

    private ReloadedFiles<String> watch(Path file) throws Exception {
        return ReloadedFiles.watch(
                "test", List.of(file), () -> Files.readString(file), INTERVAL, new Upkeep(time.clock(), time, meters));
    }

    private static void makePipe(Path file) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
    }

    @Test
    void lookNow_takesAChangeOver_beforeItsTime() throws Exception {
        Path file = Files.writeString(folder.resolve("value"), "first");
        try (ReloadedFiles<String> value = watch(file);
                ReloadedFiles<String> settled = ReloadedFiles.watchSettled(
                        "settled",
                        List.of(file),
                        () -> Files.readString(file),
                        INTERVAL,
                        new Upkeep(time.clock(), time, meters))) {
            Files.writeString(file, "second");
            time.advance(Duration.ofSeconds(1));
            assertThat(value.get()).isEqualTo("first");
            value.lookNow();
            settled.lookNow();
            time.advance(Duration.ZERO);
            assertThat(value.get()).isEqualTo("second");
            assertThat(settled.get()).isEqualTo("second");
        }
    }

    @Test
    void fileThatBecomesAPipe_isBroken_andTheLastGoodOneStays() throws Exception {
        Path file = Files.writeString(folder.resolve("value"), "good");
        try (ReloadedFiles<String> value = watch(file)) {
            Files.delete(file);
            makePipe(file);

            time.advance(INTERVAL);

            assertThat(value.get()).isEqualTo("good");
            assertThat(meters.counter("amesh.files.reloads", "what", "test", "result", "broken")
                            .count())
                    .isEqualTo(1);
            Files.delete(file);
            Files.writeString(file, "better");

            time.advance(INTERVAL);

            assertThat(value.get()).isEqualTo("better");
        }
    }

    @Test
    void settledFile_countsOnceItIsTheSameAtTwoLooks() throws Exception {
        Path file = Files.writeString(folder.resolve("value"), "old");
        List<String> heard = new ArrayList<>();
        try (ReloadedFiles<String> value = ReloadedFiles.watchSettled(
                "test",
                List.of(file),
                () -> Files.readString(file),
                INTERVAL,
                new Upkeep(time.clock(), time, meters))) {
            value.onChange(() -> heard.add(value.get()));
            Files.writeString(file, "ne");
            time.advance(INTERVAL);
            Files.writeString(file, "new");
            time.advance(INTERVAL);
            assertThat(value.get()).isEqualTo("old");

            time.advance(INTERVAL);
            assertThat(value.get()).isEqualTo("new");
            time.advance(INTERVAL.multipliedBy(3));
            assertThat(heard).containsExactly("new");
        }
    }

    @Test
    void pipeFromTheStart_isRefused() throws Exception {
        Path file = folder.resolve("value");
        makePipe(file);

        assertThatThrownBy(() -> watch(file))
                .isInstanceOf(IOException.class)
                .hasMessage(file + " is no file, but a folder, a pipe or a device");
    }
}
