package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.log.Logs.CLOCK;
import static io.attestedmesh.releases.log.Logs.ORIGIN;
import static io.attestedmesh.releases.log.Logs.entries;
import static io.attestedmesh.releases.log.Logs.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A writer that dies at any of its writes leaves the tree that was, and the next writer goes on from there. */
class TileLogCrashTest {
    @TempDir
    Path temp;

    private final NoteSigner signer = signer(ORIGIN);

    /** Sizes before and how many entries come: within a tile, filling one, over several, the first of a level. */
    @ParameterizedTest
    @CsvSource({"0, 1", "3, 1", "255, 1", "256, 1", "254, 4", "200, 400", "511, 1"})
    void append_diesAtAnyWrite_oldTreeStaysAndTheNextAppendRepairs(int before, int added) throws Exception {
        Path master = temp.resolve("master");
        TileLog.create(master, signer, CLOCK).append(entries(1, before), signer, CLOCK);
        int writes = writesOf(master, before, added);

        for (int at = 0; at < writes; at++) {
            for (boolean leavesDraft : new boolean[] {false, true}) {
                Path folder = copy(master, temp.resolve(at + "-" + leavesDraft));
                TileLog dying = TileLog.open(folder, new FailingStorage(folder, at, leavesDraft));
                assertThatExceptionOfType(FailingStorage.PowerCut.class)
                        .isThrownBy(() -> dying.append(entries(before + 1, before + added), signer, CLOCK));

                assertThat(TileLog.open(folder).check().size()).isEqualTo(before);
                requireAppendsOthers(folder, before);
                deleteTree(folder);
            }
        }
    }

    /** Not what the dead writer wanted to add: what it left must not shine through. */
    private void requireAppendsOthers(Path folder, int before) throws Exception {
        TileLog next = TileLog.open(folder);
        List<LogEntry> others = entries(900_001, 900_300);
        next.append(others.subList(0, 1), signer, CLOCK);
        assertThat(next.check().size()).isEqualTo(before + 1);
        next.append(others.subList(1, 300), signer, CLOCK);

        List<LogEntry> expected = new ArrayList<>(entries(1, before));
        expected.addAll(others);
        assertThat(next.check().rootHash())
                .isEqualTo(MerkleTree.rootOf(
                        expected.stream().map(LogEntry::leafHash).toList()));
        assertThat(next.entries()).isEqualTo(expected);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.startsWith(".") && !name.equals(".lock"))
                    .as("drafts of the dead writer where this one wrote too")
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void append_writes_checkpointLast() throws Exception {
        Path folder = temp.resolve("log");
        TileLog.create(folder, signer, CLOCK).append(entries(1, 255), signer, CLOCK);
        FailingStorage watched = new FailingStorage(folder, Integer.MAX_VALUE, false);
        TileLog.open(folder, watched).append(entries(256, 256), signer, CLOCK);

        assertThat(watched.written()).containsExactly("tile/entries/000", "tile/0/000", "tile/1/000.p/1", "checkpoint");
    }

    @Test
    void create_diesWritingTheCheckpoint_canBeCreatedAgain() throws Exception {
        Path folder = temp.resolve("log");
        assertThatExceptionOfType(FailingStorage.PowerCut.class)
                .isThrownBy(() -> TileLog.create(folder, new FailingStorage(folder, 0, true), signer, CLOCK));

        assertThat(TileLog.create(folder, signer, CLOCK).check().size()).isZero();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(".lock", "checkpoint");
        }
    }

    /** What a reader sees between any two writes of an append: a whole tree, the old or the new one. */
    @Test
    void append_readBetweenAnyTwoWrites_isAWholeTree() throws Exception {
        Path folder = temp.resolve("log");
        TileLog.create(folder, signer, CLOCK).append(entries(1, 250), signer, CLOCK);
        List<Long> seen = new ArrayList<>();
        LogStorage observed = new LogStorage() {
            private final FolderStorage inner = new FolderStorage(folder);

            @Override
            public java.util.Optional<Bytes> read(String path, int max) throws IOException {
                return inner.read(path, max);
            }

            @Override
            public void write(String path, Bytes content) throws IOException {
                inner.write(path, content);
                seen.add(TileLog.open(folder).check().size());
            }
        };
        TileLog.open(folder, observed).append(entries(251, 600), signer, CLOCK);

        assertThat(seen).containsOnly(250L, 600L).last().isEqualTo(600L);
        assertThat(seen.subList(0, seen.size() - 1)).containsOnly(250L);
    }

    private int writesOf(Path master, int before, int added) throws Exception {
        Path folder = copy(master, temp.resolve("count"));
        FailingStorage counting = new FailingStorage(folder, Integer.MAX_VALUE, false);
        TileLog.open(folder, counting).append(entries(before + 1, before + added), signer, CLOCK);
        return counting.written().size();
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
        return to;
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
