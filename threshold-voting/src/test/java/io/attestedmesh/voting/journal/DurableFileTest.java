package io.attestedmesh.voting.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFileTest {
    private static final int COMMITS = 400;

    @TempDir
    private Path folder;

    /** What SIGKILL leaves: the file as it is after a commit, with space of older commits written over. */
    @Test
    void open_afterTheProcessWasKilled_newestCommit() throws IOException {
        Path file = folder.resolve("store");
        List<Long> found = new ArrayList<>();
        List<Long> committed = new ArrayList<>();
        MVStore store = DurableFile.open(file);
        store.setRetentionTime(0);
        store.setVersionsToKeep(0);
        MVMap<Long, byte[]> kept = store.openMap("kept");
        MVMap<Long, byte[]> changed = store.openMap("changed");
        Random random = new Random(1);
        for (long commit = 1; commit <= COMMITS; commit++) {
            kept.put(commit, new byte[100 + random.nextInt(100)]);
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                changed.put((long) random.nextInt(500), new byte[200 + random.nextInt(2000)]);
            }
            store.commit();
            store.sync();
            if (commit % 10 == 0) {
                committed.add(commit);
                found.add(lastOf(Files.copy(file, folder.resolve("killed-" + commit))));
            }
        }
        store.closeImmediately();
        assertThat(found).isEqualTo(committed);
    }

    private static long lastOf(Path copy) {
        MVStore store = DurableFile.open(copy);
        try {
            return store.<Long, byte[]>openMap("kept").lastKey();
        } finally {
            store.closeImmediately();
        }
    }

    @Test
    void open_whatWasNotCommitted_isNotThere() {
        Path file = folder.resolve("store");
        MVStore store = DurableFile.open(file);
        MVMap<Long, Long> map = store.openMap("map");
        map.put(1L, 1L);
        store.commit();
        map.put(2L, 2L);
        store.closeImmediately();
        MVStore again = DurableFile.open(file);
        assertThat(again.<Long, Long>openMap("map")).containsOnlyKeys(1L);
        again.closeImmediately();
    }

    @Test
    void open_fileInUse_refused() {
        Path file = folder.resolve("store");
        MVStore store = DurableFile.open(file);
        assertThatThrownBy(() -> DurableFile.open(file)).isInstanceOf(MVStoreException.class);
        store.closeImmediately();
    }

    @Test
    void open_noStore_refused() throws IOException {
        Path file = Files.write(folder.resolve("store"), new byte[100_000]);
        assertThatThrownBy(() -> DurableFile.open(file)).isInstanceOf(MVStoreException.class);
    }
}
