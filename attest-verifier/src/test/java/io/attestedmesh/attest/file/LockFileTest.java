package io.attestedmesh.attest.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void place() {
        file = folder.resolve("lock");
    }

    private LockFile take() throws IOException {
        return LockFile.tryTake(file).orElseThrow();
    }

    /** Whether another process gets it. */
    private boolean isFreeElsewhere() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockingProgram.class.getName(),
                        file.toString())
                .inheritIO()
                .start();
        int exit = other.waitFor();
        assertThat(exit).isIn(LockingProgram.TAKEN, LockingProgram.HELD_BY_ANOTHER);
        return exit == LockingProgram.TAKEN;
    }

    @Test
    void tryTake_firstTime_makesTheFile() throws Exception {
        try (LockFile lock = take()) {
            assertThat(file).exists();
            lock.requireHeld();
        }
    }

    @Test
    void tryTake_heldInThisProcess_isEmpty() throws Exception {
        try (LockFile lock = take()) {
            assertThat(LockFile.tryTake(file)).isEmpty();
            lock.requireHeld();
        }
    }

    @Test
    void tryTake_heldUnderAnotherNameOfIt_isEmpty() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        try (LockFile lock = take()) {
            assertThat(LockFile.tryTake(link)).isEmpty();
            lock.requireHeld();
        }
    }

    @Test
    void tryTake_heldHere_isNotGivenAwayByAnAttemptInThisProcess() throws Exception {
        try (LockFile lock = take()) {
            Optional<LockFile> second = LockFile.tryTake(file);

            assertThat(isFreeElsewhere()).isFalse();
            assertThat(second).isEmpty();
            lock.requireHeld();
        }
    }

    @Test
    void close_isFreeForAll() throws Exception {
        LockFile lock = take();
        lock.close();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(lock::requireHeld)
                .withMessageContaining("was lost");
        assertThat(isFreeElsewhere()).isTrue();
        take().close();
    }

    @Test
    void close_twice_leavesTheNextHolderAlone() throws Exception {
        LockFile lock = take();
        lock.close();
        try (LockFile next = take()) {
            lock.close();

            assertThat(LockFile.tryTake(file)).isEmpty();
            next.requireHeld();
        }
    }

    @Test
    void tryTake_noFolder_failsEachTime() {
        file = folder.resolve("none/lock");

        assertThatExceptionOfType(IOException.class).isThrownBy(this::take);
        assertThatExceptionOfType(IOException.class).isThrownBy(this::take);
    }

    @Test
    void tryTake_aFolder_failsAndIsNotHeld() throws Exception {
        Files.createDirectory(file);
        assertThatExceptionOfType(IOException.class).isThrownBy(this::take);
        Files.delete(file);

        try (LockFile lock = take()) {
            lock.requireHeld();
        }
    }
}
