package io.attestedmesh.releases.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.trust.TrustedReleases.Outcome;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An update stopped before and after each of its file operations; KilledProcessTest does it to a real process. */
class InterruptedUpdateTest {
    @TempDir
    Path folder;

    private Path live;
    private final Publisher publisher = Publisher.withoutLog();
    private final List<Path> copies = new ArrayList<>();
    private boolean watching;

    @BeforeEach
    void makeFolder() throws Exception {
        live = Files.createDirectory(folder.resolve("live"));
    }

    private void copy() throws IOException {
        if (!watching) {
            return;
        }
        Path copy = Files.createDirectory(folder.resolve("copy-" + copies.size()));
        try (Stream<Path> files = Files.list(live)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        copies.add(copy);
    }

    /** A copy for each length to which a draft that has not been forced to disk may have been cut. */
    private void cutDrafts() throws IOException {
        for (Path copy : List.copyOf(copies)) {
            try (Stream<Path> files = Files.list(copy)) {
                for (Path draft : files.filter(
                                file -> file.getFileName().toString().startsWith("."))
                        .toList()) {
                    byte[] content = Files.readAllBytes(draft);
                    for (int length : new int[] {0, 1, content.length / 2, content.length - 1}) {
                        if (length >= 0 && length < content.length) {
                            Path cut = Files.createDirectory(folder.resolve("copy-" + copies.size()));
                            Files.copy(copy.resolve("state"), cut.resolve("state"));
                            Files.write(cut.resolve(draft.getFileName()), Arrays.copyOf(content, length));
                            copies.add(cut);
                        }
                    }
                }
            }
        }
    }

    @Test
    void update_stoppedAtAnyOperation_leavesTheOldListOrTheNew() throws Exception {
        SpiedFileSystem spied = new SpiedFileSystem(FileSystems.getDefault(), this::copy);
        Path state = spied.seen(live.resolve("state"));
        try (TrustedReleases releases =
                TrustedReleases.open(publisher.requirements(), Optional.of(state), publisher.clock())) {
            releases.offer(publisher.publish(publisher.list(1)).encode());
            watching = true;
            assertThat(releases.offer(publisher.publish(publisher.list(2)).encode()))
                    .isEqualTo(Outcome.UPDATED);
            watching = false;
        }
        // Opening the draft, moving it, looking for it afterwards, opening the folder: each before and after.
        assertThat(copies).hasSize(8);
        cutDrafts();

        List<Long> versions = new ArrayList<>();
        for (Path copy : copies) {
            versions.add(versionAfterARestart(copy));
        }
        assertThat(versions.subList(0, 3)).containsOnly(1L);
        assertThat(versions.subList(3, 8)).containsOnly(2L);
        assertThat(versions.subList(8, versions.size())).isNotEmpty().containsOnly(1L);
    }

    private long versionAfterARestart(Path copy) throws Exception {
        try (Client client = Client.of(publisher, copy.resolve("state"))) {
            long version = client.version();
            assertThat(client.releaseOf((int) version).name()).isEqualTo("kms-core 1." + version + ".0");
            if (version == 2) {
                client.refuses(publisher.publish(publisher.list(1)), ReleasesReason.LIST_ROLLBACK);
            }
            try (Stream<Path> files = Files.list(copy)) {
                assertThat(files.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("state", "state.lock");
            }
            return version;
        }
    }

    @Test
    void firstUpdate_stoppedAtAnyOperation_leavesNoListOrTheNew() throws Exception {
        SpiedFileSystem spied = new SpiedFileSystem(FileSystems.getDefault(), this::copy);
        Path state = spied.seen(live.resolve("state"));
        try (TrustedReleases releases =
                TrustedReleases.open(publisher.requirements(), Optional.of(state), publisher.clock())) {
            watching = true;
            releases.offer(publisher.publish(publisher.list(1)).encode());
            watching = false;
        }

        List<Long> versions = new ArrayList<>();
        for (Path copy : copies) {
            try (Client client = Client.of(publisher, copy.resolve("state"))) {
                versions.add(client.version());
            }
        }
        assertThat(versions).containsExactly(0L, 0L, 0L, 1L, 1L, 1L, 1L, 1L);
    }
}
