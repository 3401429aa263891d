package io.attestedmesh.voting.coordination;

import static io.attestedmesh.voting.coordination.CoordinationFixture.COMMITTEE;
import static io.attestedmesh.voting.coordination.CoordinationFixture.NODES;
import static io.attestedmesh.voting.coordination.CoordinationFixture.id;
import static io.attestedmesh.voting.coordination.CoordinationFixture.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.TransactionId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // what is closed at the end is not always named in between
class EmbeddedCoordinationTest extends CoordinationContract {
    private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");

    @TempDir
    Path folder;

    @Override
    Coordination open() throws Exception {
        return open(folder.resolve("coordination.mv"), COMMITTEE, Clock.systemUTC());
    }

    private Coordination open(Path file, Committee committee, Clock clock) throws CoordinationException {
        return EmbeddedCoordination.open(file, committee, meters, clock);
    }

    @Override
    void forgeMember(String node, String json) throws Exception {
        Bytes content = Bytes.of(json.getBytes(StandardCharsets.UTF_8));
        assertThat(Answers.of(((EmbeddedCoordination) store).hold(member(node), content, FAR)))
                .isTrue();
    }

    /** A copy of the file as the kernel has it, looked at when the lease is over. */
    @Override
    Coordination afterACrash() throws Exception {
        Path copy = folder.resolve("copy.mv");
        Files.copy(folder.resolve("coordination.mv"), copy);
        try (Coordination before = open(copy, COMMITTEE, Clock.systemUTC())) {
            assertThat(before.members()).containsExactly(member("a"));
        }
        return open(copy, COMMITTEE, Clock.offset(Clock.systemUTC(), TTL.plusMillis(1)));
    }

    @Test
    void outcome_afterReopening_isThere() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        StoredOutcome before = store.outcome(id("tx")).orElseThrow();
        store.close();
        store = open();
        assertThat(store.outcome(id("tx"))).contains(before);
    }

    @Test
    void outcome_answeredBeforeACrash_isInTheFile() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        Path copy = folder.resolve("copy.mv");
        Files.copy(folder.resolve("coordination.mv"), copy);
        try (Coordination other = open(copy, COMMITTEE, Clock.systemUTC())) {
            assertThat(other.outcome(id("tx")).orElseThrow().certificate()).isEqualTo(ONE);
        }
    }

    @Test
    void compareAndSet_afterReopening_goesOnWithRevisions() throws Exception {
        store.compareAndSet(id("one"), 0, ONE);
        long before = store.outcome(id("one")).orElseThrow().revision();
        store.close();
        store = open();
        store.compareAndSet(id("two"), 0, ONE);
        assertThat(store.outcome(id("two")).orElseThrow().revision()).isGreaterThan(before);
    }

    @Test
    void outcome_ofAnotherEpoch_isNotSeen() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        store.close();
        store = open(folder.resolve("coordination.mv"), new Committee("test", 2, 3, NODES), Clock.systemUTC());
        assertThat(store.outcome(id("tx"))).isEmpty();
    }

    @Test
    void open_twice_isRefused() {
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(this::open)
                .withMessageContaining("coordination.mv");
    }

    @Test
    void open_notAStore_isRefused() throws Exception {
        Path garbage = Files.write(folder.resolve("garbage.mv"), new byte[20_000]);
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> open(garbage, COMMITTEE, Clock.systemUTC()));
    }

    @Test
    void watch_moreThanWaits_isToldAllTheSame() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        RecordingWatcher watcher = new RecordingWatcher() {
            @Override
            public void outcome(TransactionId transaction, StoredOutcome stored) {
                super.outcome(transaction, stored);
                try {
                    hold.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        int count = EmbeddedWatch.WAITING + 2_000;
        try (Watch unused = store.watch(WatchFrom.NOW, watcher)) {
            store.compareAndSet(id("tx.first"), 0, ONE);
            Eventually.holds(() -> watcher.outcomes.contains(id("tx.first")));
            List<CompletableFuture<Swap>> waiting = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                waiting.add(store.swap(id("tx." + i), 0, ONE));
                if (waiting.size() == 1_000) {
                    for (CompletableFuture<Swap> swap : waiting) {
                        assertThat(Answers.of(swap).done()).isTrue();
                    }
                    waiting.clear();
                }
            }
            hold.countDown();
            Eventually.holds(() -> new HashSet<>(watcher.outcomes).size() == count + 1);
        }
    }
}
