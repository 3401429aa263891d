package io.attestedmesh.voting.coordination;

import static io.attestedmesh.voting.coordination.CoordinationFixture.COMMITTEE;
import static io.attestedmesh.voting.coordination.CoordinationFixture.id;
import static io.attestedmesh.voting.coordination.CoordinationFixture.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.TransactionId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What both stores have to do. */
@Timeout(120)
@SuppressWarnings("try") // what is closed at the end is not always named in between
abstract class CoordinationContract {
    static final Duration TTL = Duration.ofSeconds(2);
    static final Bytes ONE = Bytes.of((byte) 1);
    static final Bytes TWO = Bytes.of((byte) 2);
    static final Bytes THREE = Bytes.of((byte) 3);

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Coordination store;

    /** The store under test, empty at first. */
    abstract Coordination open() throws Exception;

    /** Writes a member's record as somebody does who has the store's credentials, or the file. */
    abstract void forgeMember(String node, String json) throws Exception;

    /** The node dies with its lease, and another one looks once that is over. */
    abstract Coordination afterACrash() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void outcome_ofNothing_isEmpty() throws Exception {
        assertThat(store.outcome(id("tx"))).isEmpty();
    }

    @Test
    void compareAndSet_ofAbsentRow_isReadBack() throws Exception {
        assertThat(store.compareAndSet(id("tx"), 0, ONE)).isTrue();
        StoredOutcome stored = store.outcome(id("tx")).orElseThrow();
        assertThat(stored.certificate()).isEqualTo(ONE);
        assertThat(stored.revision()).isPositive();
    }

    @Test
    void compareAndSet_absentExpectedButThere_isRefused() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        assertThat(store.compareAndSet(id("tx"), 0, TWO)).isFalse();
        assertThat(store.outcome(id("tx")).orElseThrow().certificate()).isEqualTo(ONE);
    }

    @Test
    void compareAndSet_sameBytesTwice_isRefused() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        assertThat(store.compareAndSet(id("tx"), 0, ONE)).isFalse();
    }

    @Test
    void compareAndSet_atItsRevision_replaces() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        long revision = store.outcome(id("tx")).orElseThrow().revision();
        assertThat(store.compareAndSet(id("tx"), revision, TWO)).isTrue();
        assertThat(store.outcome(id("tx")).orElseThrow().revision()).isGreaterThan(revision);
    }

    @Test
    void compareAndSet_staleRevision_isRefused() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        long stale = store.outcome(id("tx")).orElseThrow().revision();
        store.compareAndSet(id("tx"), stale, TWO);
        assertThat(store.compareAndSet(id("tx"), stale, THREE)).isFalse();
        assertThat(store.outcome(id("tx")).orElseThrow().certificate()).isEqualTo(TWO);
    }

    @Test
    void compareAndSet_revisionOfAbsentRow_isRefused() throws Exception {
        assertThat(store.compareAndSet(id("tx"), 1, ONE)).isFalse();
        assertThat(store.outcome(id("tx"))).isEmpty();
    }

    @Test
    void compareAndSet_revisionOfAnotherRow_isRefused() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        store.compareAndSet(id("other"), 0, ONE);
        long others = store.outcome(id("other")).orElseThrow().revision();
        assertThat(store.compareAndSet(id("tx"), others, TWO)).isFalse();
    }

    @Test
    void swap_rowIsThere_givesIt() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        Swap swap = Answers.of(store.swap(id("tx"), 0, TWO));
        assertThat(swap.present()).isEqualTo(store.outcome(id("tx")));
    }

    @Test
    void swap_manyRaceOnOneRow_oneWins() throws Exception {
        List<CompletableFuture<Swap>> racers = new ArrayList<>();
        for (byte i = 0; i < 16; i++) {
            racers.add(store.swap(id("tx"), 0, Bytes.of(i)));
        }
        int won = 0;
        for (byte i = 0; i < 16; i++) {
            if (Answers.of(racers.get(i)).done()) {
                won++;
                assertThat(store.outcome(id("tx")).orElseThrow().certificate()).isEqualTo(Bytes.of(i));
            }
        }
        assertThat(won).isEqualTo(1);
    }

    @Test
    void compareAndSet_tooLarge_isRefused() throws Exception {
        Bytes large = Bytes.of(new byte[Coordination.LARGEST + 1]);
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> store.compareAndSet(id("tx"), 0, large))
                .withMessageContaining(large.size() + " bytes");
        assertThat(store.outcome(id("tx"))).isEmpty();
    }

    @Test
    void compareAndSet_largest_isStored() throws Exception {
        Bytes large = Bytes.of(new byte[Coordination.LARGEST]);
        assertThat(store.compareAndSet(id("tx"), 0, large)).isTrue();
        assertThat(store.outcome(id("tx")).orElseThrow().certificate()).isEqualTo(large);
    }

    @Test
    void outcome_ofAnIdThatBeginsLikeAnother_isNotThatOne() throws Exception {
        store.compareAndSet(id("tx.1"), 0, ONE);
        assertThat(store.outcome(id("tx"))).isEmpty();
    }

    @Test
    void join_member_isThereUntilItLeaves() throws Exception {
        Membership membership = store.join(member("a"), TTL);
        assertThat(membership.held()).isTrue();
        assertThat(store.members()).containsExactly(member("a"));
        membership.close();
        Eventually.holds(() -> store.members().isEmpty());
    }

    @Test
    void join_heldForThreeLives_isStillThere() throws Exception {
        try (Membership membership = store.join(member("a"), Duration.ofSeconds(1))) {
            long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            Eventually.holds(() -> System.nanoTime() > end);
            assertThat(membership.held()).isTrue();
            assertThat(store.members()).containsExactly(member("a"));
        }
    }

    @Test
    void members_afterACrash_areGone() throws Exception {
        store.join(member("a"), TTL);
        try (Coordination other = afterACrash()) {
            Eventually.holds(() -> other.members().isEmpty());
        }
    }

    @Test
    void join_strangerToTheCommittee_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> store.join(member("mallory"), TTL));
    }

    @Test
    void join_ofAnotherEpoch_isRefused() {
        MemberRecord old = new MemberRecord("a", "127.0.0.1", 7000, COMMITTEE.epoch() + 1);
        assertThatIllegalArgumentException().isThrownBy(() -> store.join(old, TTL));
    }

    @Test
    void join_leaseBelowASecond_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> store.join(member("a"), Duration.ofMillis(999)));
    }

    @Test
    void members_malformedRecord_isSkippedAndCounted() throws Exception {
        forgeMember("b", "{\"node\":\"b\",\"host\":");
        try (Membership unused = store.join(member("a"), TTL)) {
            assertThat(store.members()).containsExactly(member("a"));
        }
        assertThat(meters.counter("amesh.voting.coordination.members.skipped").count())
                .isPositive();
    }

    @Test
    void members_recordUnderAnothersName_isSkipped() throws Exception {
        forgeMember("b", "{\"node\":\"c\",\"host\":\"127.0.0.1\",\"port\":7000,\"epoch\":1}");
        assertThat(store.members()).isEmpty();
    }

    @Test
    void watch_fromNow_tellsOnlyWhatIsNew() throws Exception {
        store.compareAndSet(id("old"), 0, ONE);
        RecordingWatcher watcher = new RecordingWatcher();
        try (Watch unused = store.watch(WatchFrom.NOW, watcher)) {
            store.compareAndSet(id("new"), 0, TWO);
            Eventually.holds(() -> watcher.outcomes.contains(id("new")));
        }
        assertThat(watcher.outcomes).doesNotContain(id("old"));
        assertThat(watcher.rows.get(0).certificate()).isEqualTo(TWO);
    }

    @Test
    void watch_fromBeginning_tellsWhatIsThereAndWhatIsNew() throws Exception {
        store.compareAndSet(id("old"), 0, ONE);
        RecordingWatcher watcher = new RecordingWatcher();
        try (Watch unused = store.watch(WatchFrom.BEGINNING, watcher)) {
            Eventually.holds(() -> watcher.outcomes.contains(id("old")));
            store.compareAndSet(id("new"), 0, TWO);
            Eventually.holds(() -> watcher.outcomes.contains(id("new")));
        }
    }

    @Test
    void watch_changedRow_tellsTheNewOne() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        StoredOutcome first = store.outcome(id("tx")).orElseThrow();
        RecordingWatcher watcher = new RecordingWatcher();
        try (Watch unused = store.watch(WatchFrom.NOW, watcher)) {
            store.compareAndSet(id("tx"), first.revision(), TWO);
            StoredOutcome second = store.outcome(id("tx")).orElseThrow();
            Eventually.holds(() -> watcher.rows.contains(second));
        }
        assertThat(watcher.rows).doesNotContain(first);
    }

    @Test
    void watch_members_tellsComingAndLeaving() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher();
        try (Watch unused = store.watch(WatchFrom.NOW, watcher)) {
            try (Membership alsoUnused = store.join(member("a"), TTL)) {
                Eventually.holds(() -> watcher.members.contains(member("a")));
            }
            Eventually.holds(() -> watcher.left.contains("a"));
        }
    }

    @Test
    void watch_malformedMember_isNotTold() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher();
        try (Watch unused = store.watch(WatchFrom.NOW, watcher)) {
            forgeMember("b", "[1]");
            try (Membership alsoUnused = store.join(member("a"), TTL)) {
                Eventually.holds(() -> watcher.members.contains(member("a")));
            }
        }
        assertThat(watcher.members).containsExactly(member("a"));
    }

    @Test
    void watch_unwantedRow_isNotTold() throws Exception {
        store.compareAndSet(id("unwanted.1"), 0, ONE);
        RecordingWatcher watcher = new RecordingWatcher() {
            @Override
            public boolean wants(TransactionId transaction) {
                return !transaction.text().startsWith("unwanted");
            }
        };
        try (Watch unused = store.watch(WatchFrom.BEGINNING, watcher)) {
            store.compareAndSet(id("unwanted.2"), 0, ONE);
            store.compareAndSet(id("wanted"), 0, ONE);
            Eventually.holds(() -> watcher.outcomes.contains(id("wanted")));
        }
        assertThat(watcher.outcomes).containsOnly(id("wanted"));
    }

    @Test
    void watch_watcherThatThrows_isToldTheNext() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher() {
            @Override
            public void outcome(TransactionId transaction, StoredOutcome stored) {
                super.outcome(transaction, stored);
                throw new IllegalStateException("the watcher's own");
            }
        };
        try (Watch unused = store.watch(WatchFrom.NOW, watcher)) {
            store.compareAndSet(id("first"), 0, ONE);
            store.compareAndSet(id("second"), 0, ONE);
            Eventually.holds(() -> watcher.outcomes.contains(id("second")));
        }
        assertThat(watcher.outcomes).contains(id("first"));
    }

    @Test
    void watch_watcherThatWrites_doesNotBlock() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher() {
            @Override
            public void outcome(TransactionId transaction, StoredOutcome stored) {
                super.outcome(transaction, stored);
                try {
                    store.compareAndSet(id("by.the.watcher"), 0, ONE);
                } catch (CoordinationException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (Watch unused = store.watch(WatchFrom.NOW, watcher)) {
            store.compareAndSet(id("tx"), 0, ONE);
            Eventually.holds(() -> watcher.outcomes.contains(id("by.the.watcher")));
        }
    }

    @Test
    void watch_closed_tellsNothingMore() throws Exception {
        RecordingWatcher closed = new RecordingWatcher();
        RecordingWatcher open = new RecordingWatcher();
        try (Watch unused = store.watch(WatchFrom.NOW, open)) {
            store.watch(WatchFrom.NOW, closed).close();
            store.compareAndSet(id("tx"), 0, ONE);
            Eventually.holds(() -> open.outcomes.contains(id("tx")));
        }
        assertThat(closed.outcomes).isEmpty();
    }

    @Test
    void compareAndSet_afterClose_fails() {
        store.close();
        assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> store.compareAndSet(id("tx"), 0, ONE));
    }
}
