package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
    private static final String GONE = "gone";

    @TempDir
    Path parent;

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private Path folder;
    private Path file;
    private FileWatch watch;

    @BeforeEach
    void prepare() throws IOException {
        folder = Files.createDirectory(parent.resolve("releases"));
        file = folder.resolve("bundle.json");
    }

    @AfterEach
    void end() {
        watch.close();
    }

    @Test
    void watch_ofAFileThatIsReplaced_saysSo() throws Exception {
        write("old");
        start();
        write("new");

        assertThat(next()).isEqualTo("new");
    }

    @Test
    void watch_ofAFileThatIsRemoved_saysSo() throws Exception {
        write("old");
        start();
        Files.delete(file);

        assertThat(next()).isEqualTo(GONE);
    }

    @Test
    void watch_ofAFileThatAppears_saysSo() throws Exception {
        start();
        write("new");

        assertThat(next()).isEqualTo("new");
    }

    @Test
    void watch_ofALinkThroughAnotherThatMoves_saysSo() throws Exception {
        Path v7 = Files.createDirectory(parent.resolve("v7"));
        Path v8 = Files.createDirectory(parent.resolve("v8"));
        Files.writeString(v7.resolve("bundle.json"), "old");
        Files.writeString(v8.resolve("bundle.json"), "newer");
        Path current = Files.createSymbolicLink(folder.resolve("..data"), v7);
        Files.createSymbolicLink(file, Path.of("..data", "bundle.json"));
        start();
        Path draft = Files.createSymbolicLink(folder.resolve("..draft"), v8);
        Files.move(draft, current, StandardCopyOption.ATOMIC_MOVE);

        assertThat(next()).isEqualTo("newer");
    }

    @Test
    void watch_ofAFileBesideOthers_saysNothingAboutThem() throws Exception {
        write("old");
        start();
        for (int other = 0; other < 20; other++) {
            Files.writeString(folder.resolve("other" + other), "noise");
        }
        write("new");

        assertThat(next()).isEqualTo("new");
    }

    @Test
    void watch_ofAFolderThatComesLater_saysSoOnceRenewed() throws Exception {
        Files.delete(folder);
        start();
        Files.createDirectory(folder);
        watch.renew();
        write("new");

        assertThat(next()).isEqualTo("new");
    }

    @Test
    @Timeout(60)
    void watch_ofAFolderThatWasAway_saysSoOnceRenewed() throws Exception {
        write("old");
        start();
        Files.delete(file);
        Files.delete(folder);
        assertThat(next()).isEqualTo(GONE);
        Files.createDirectory(folder);
        // the end of the old watch may still be on its way
        String said = GONE;
        for (int i = 0; said == null || said.equals(GONE); i++) {
            watch.renew();
            write("new " + i);
            said = seen.poll(100, TimeUnit.MILLISECONDS);
        }

        assertThat(said).startsWith("new");
    }

    @Test
    @Timeout(60)
    void watch_ofAFolderThatAnotherTookThePlaceOf_saysSoOnceRenewed() throws Exception {
        write("old");
        start();
        Files.move(folder, parent.resolve("before"));
        Files.createDirectory(folder);
        watch.renew();
        write("new");

        String said = next();
        while (GONE.equals(said)) {
            said = next();
        }
        assertThat(said).isEqualTo("new");
    }

    @Test
    void renew_afterClose_doesNothing() throws Exception {
        start();
        watch.close();

        watch.renew();
        write("new");

        assertThat(seen).isEmpty();
    }

    private void start() {
        watch = FileWatch.start(file, this::remember).orElseThrow();
    }

    private void remember() {
        try {
            seen.add(Files.readString(file));
        } catch (IOException e) {
            seen.add(GONE);
        }
    }

    private void write(String content) throws IOException {
        AtomicFile.write(file, content.getBytes(StandardCharsets.UTF_8), AtomicFile.Access.PUBLIC);
    }

    private String next() throws InterruptedException {
        return seen.poll(20, TimeUnit.SECONDS);
    }
}
