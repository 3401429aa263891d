package io.attestedmesh.voting.journal;

import static io.attestedmesh.voting.journal.JournalFixture.copy;
import static io.attestedmesh.voting.journal.JournalFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSpoolTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("journal.mv");
    }

    private static void append(FileSpool spool, int from, int to) {
        for (int i = from; i <= to; i++) {
            assertThat(spool.append(Bytes.of(new byte[] {(byte) i}))).isEqualTo(i);
        }
    }

    private static List<Long> positions(Spool spool) {
        return spool.first(1000).stream().map(Spool.Item::position).toList();
    }

    @Test
    void beforeCommit_unseenButCounted() {
        try (FileJournal journal = open(file)) {
            FileSpool spool = journal.spool("s");
            append(spool, 1, 2);

            assertThat(spool.first(10)).isEmpty();
            assertThat(spool.size()).isEqualTo(2);
        }
    }

    @Test
    void afterCommit_seenInOrder() {
        try (FileJournal journal = open(file)) {
            FileSpool spool = journal.spool("s");
            append(spool, 1, 3);
            journal.commit();

            assertThat(spool.first(2))
                    .containsExactly(
                            new Spool.Item(1, Bytes.of(new byte[] {1})), new Spool.Item(2, Bytes.of(new byte[] {2})));
        }
    }

    @Test
    void removed_seenNoMore() {
        try (FileJournal journal = open(file)) {
            FileSpool spool = journal.spool("s");
            append(spool, 1, 3);
            journal.commit();
            spool.removeThrough(2);

            assertThat(positions(spool)).containsExactly(3L);
            assertThat(spool.size()).isEqualTo(1);
        }
    }

    @Test
    void removeBeyondWhatIsDurable_keepsTheRest() {
        try (FileJournal journal = open(file)) {
            FileSpool spool = journal.spool("s");
            append(spool, 1, 2);
            journal.commit();
            append(spool, 3, 3);
            spool.removeThrough(Long.MAX_VALUE);
            journal.commit();

            assertThat(positions(spool)).containsExactly(3L);
        }
    }

    @Test
    void removeAgain_removesNothing() {
        try (FileJournal journal = open(file)) {
            FileSpool spool = journal.spool("s");
            append(spool, 1, 3);
            journal.commit();
            spool.removeThrough(2);
            spool.removeThrough(1);

            assertThat(positions(spool)).containsExactly(3L);
        }
    }

    @Test
    void emptiedAndReopened_positionsGoOn() {
        try (FileJournal journal = open(file)) {
            FileSpool spool = journal.spool("s");
            append(spool, 1, 3);
            journal.commit();
            spool.removeThrough(3);
        }

        try (FileJournal journal = open(file)) {
            append(journal.spool("s"), 4, 4);
        }
    }

    @Test
    void crashAfterRemoval_seenAgain() throws Exception {
        try (FileJournal journal = open(file)) {
            FileSpool spool = journal.spool("s");
            append(spool, 1, 3);
            journal.commit();
            spool.removeThrough(2);

            try (FileJournal crashed = open(copy(file))) {
                assertThat(positions(crashed.spool("s"))).containsExactly(1L, 2L, 3L);
            }
        }
    }

    /** What was forgotten before and after the store was written, and what the log puts behind it, still make one row. */
    @Test
    void crashAfterMuchWasRemoved_goesOn() throws Exception {
        int count = FileSpool.KEPT + 40_000;
        try (FileJournal journal = open(file)) {
            FileSpool spool = journal.spool("s");
            for (int i = 1; i <= count; i += 1000) {
                for (int j = i; j < i + 1000; j++) {
                    assertThat(spool.append(Bytes.of(new byte[200]))).isEqualTo(j);
                }
                journal.commit();
                spool.removeThrough(i);
            }
            long last = spool.last();

            try (FileJournal crashed = open(copy(file))) {
                FileSpool again = crashed.spool("s");
                assertThat(again.last()).isEqualTo(last);
                assertThat(again.size()).isBetween(FileSpool.KEPT + 1L, last - 1);
                append(again, (int) last + 1, (int) last + 1);
            }
        }
    }

    @Test
    void reopened_lastRemovedAreSeenAgain_andNoMore() {
        int count = FileSpool.KEPT + 3;
        try (FileJournal journal = open(file)) {
            append(journal.spool("s"), 1, count);
            journal.commit();
            journal.spool("s").removeThrough(count - 1);
            assertThat(positions(journal.spool("s"))).containsExactly((long) count);
        }

        try (FileJournal journal = open(file)) {
            FileSpool spool = journal.spool("s");
            assertThat(spool.size()).isEqualTo(FileSpool.KEPT + 1);
            assertThat(spool.first(1).get(0).position()).isEqualTo(3);
            append(spool, count + 1, count + 1);
        }
    }

    @Test
    void twoSpools_apart() {
        try (FileJournal journal = open(file)) {
            append(journal.spool("s"), 1, 3);
            append(journal.spool("t"), 1, 1);
            journal.commit();
            journal.spool("s").removeThrough(3);

            assertThat(positions(journal.spool("t"))).containsExactly(1L);
        }
    }

    /** Does something to the items of a spool of three, behind its back. */
    private void tamper(Consumer<MVMap<Long, byte[]>> change) {
        try (FileJournal journal = open(file)) {
            append(journal.spool("s"), 1, 3);
        }
        try (MVStore store = new MVStore.Builder().fileName(file.toString()).open()) {
            change.accept(store.openMap(
                    "spool.s",
                    new MVMap.Builder<Long, byte[]>()
                            .keyType(LongDataType.INSTANCE)
                            .valueType(ByteArrayDataType.INSTANCE)));
        }
    }

    private void assertSpoolRefused() {
        FileJournal journal = open(file);
        try {
            assertThatThrownBy(() -> journal.spool("s"))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("a spool of the journal holds");
        } finally {
            journal.close();
        }
    }

    @Test
    void itemMissingInTheMiddle_notOpened() {
        tamper(items -> items.remove(2L));

        assertSpoolRefused();
    }

    @Test
    void lastItemMissing_notOpened() {
        tamper(items -> items.remove(3L));

        assertSpoolRefused();
    }

    @Test
    void itemBehindTheLast_notOpened() {
        tamper(items -> items.put(4L, new byte[1]));

        assertSpoolRefused();
    }
}
