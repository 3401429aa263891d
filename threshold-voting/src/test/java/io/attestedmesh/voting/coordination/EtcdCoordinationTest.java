package io.attestedmesh.voting.coordination;

import static io.attestedmesh.voting.coordination.CoordinationFixture.COMMITTEE;
import static io.attestedmesh.voting.coordination.CoordinationFixture.NODES;
import static io.attestedmesh.voting.coordination.CoordinationFixture.id;
import static io.attestedmesh.voting.coordination.CoordinationFixture.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.TransactionId;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // what is closed at the end is not always named in between
class EtcdCoordinationTest extends CoordinationContract {
    private static final Duration SHORT = Duration.ofMillis(500);

    @TempDir
    Path folder;

    private EtcdServer etcd;
    private CutProxy proxy;

    @BeforeAll
    static void requireEtcd() {
        assumeThat(EtcdServer.isInstalled())
                .as("etcd is on PATH (Debian's etcd-server)")
                .isTrue();
    }

    @Override
    Coordination open() throws Exception {
        etcd = EtcdServer.start(folder);
        proxy = new CutProxy(etcd.port());
        return connect(etcd.settings());
    }

    private Coordination connect(EtcdSettings settings) throws CoordinationException {
        return EtcdCoordination.connect(COMMITTEE, settings, meters);
    }

    private EtcdSettings throughProxy() {
        return EtcdSettings.plaintext(List.of(URI.create("http://127.0.0.1:" + proxy.port())));
    }

    @AfterEach
    void stopEtcd() throws Exception {
        proxy.close();
        etcd.close();
    }

    private static ByteString key(String text) {
        return ByteString.copyFromUtf8("/amesh/voting/test/1/" + text);
    }

    @Override
    void forgeMember(String node, String json) throws Exception {
        put("members/" + node, ByteString.copyFromUtf8(json));
    }

    private void put(String key, ByteString value) throws Exception {
        PutRequest request =
                PutRequest.newBuilder().setKey(key(key)).setValue(value).build();
        assertThat(etcd.raw(channel -> KVGrpc.newBlockingStub(channel).put(request))
                        .hasHeader())
                .isTrue();
    }

    private RangeResponse get(String key) throws Exception {
        RangeRequest request = RangeRequest.newBuilder().setKey(key(key)).build();
        return etcd.raw(channel -> KVGrpc.newBlockingStub(channel).range(request));
    }

    private void compact() throws Exception {
        long revision = get("x").getHeader().getRevision();
        CompactionRequest request = CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(true)
                .build();
        assertThat(etcd.raw(channel -> KVGrpc.newBlockingStub(channel).compact(request))
                        .hasHeader())
                .isTrue();
    }

    /** The member's process cannot reach etcd any more. */
    @Override
    Coordination afterACrash() throws Exception {
        store.close();
        store = connect(throughProxy());
        store.join(member("a"), TTL);
        Coordination other = connect(etcd.settings());
        assertThat(other.members()).containsExactly(member("a"));
        proxy.cut();
        return other;
    }

    @Test
    void compareAndSet_writes_theDocumentedKey() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        assertThat(get("transactions/tx").getKvs(0).getValue()).isEqualTo(ByteString.copyFrom(new byte[] {1}));
    }

    @Test
    void join_writes_theDocumentedKeyAndJson() throws Exception {
        try (Membership unused = store.join(member("a"), TTL)) {
            assertThat(get("members/a").getKvs(0).getValue().toStringUtf8())
                    .isEqualTo("{\"node\":\"a\",\"host\":\"127.0.0.1\",\"port\":7000,\"epoch\":1}");
        }
    }

    @Test
    void outcome_ofAnotherEpoch_isNotSeen() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        Committee next = new Committee("test", 2, 3, NODES);
        try (Coordination other = EtcdCoordination.connect(next, etcd.settings(), new SimpleMeterRegistry())) {
            assertThat(other.outcome(id("tx"))).isEmpty();
        }
    }

    @Test
    void swap_twoClientsRace_oneWins() throws Exception {
        try (Coordination other = connect(etcd.settings())) {
            var mine = store.swap(id("tx"), 0, ONE);
            var others = other.swap(id("tx"), 0, TWO);
            assertThat(List.of(Answers.of(mine).done(), Answers.of(others).done()))
                    .containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void outcome_etcdIsKilled_failsAndWorksAfterTheRestart() throws Exception {
        try (Coordination quick = connect(etcd.settings().withTimeout(SHORT))) {
            quick.compareAndSet(id("tx"), 0, ONE);
            etcd.kill();
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> quick.outcome(id("tx")))
                    .withMessageContaining("127.0.0.1:" + etcd.port())
                    .withMessageContaining("PT0.5S");
            etcd.start();
            Eventually.holds(() -> has(quick, id("tx")));
        }
    }

    private static boolean has(Coordination store, TransactionId transaction) {
        try {
            return store.outcome(transaction).isPresent();
        } catch (CoordinationException e) {
            return false;
        }
    }

    @Test
    void outcome_etcdDoesNotAnswer_fails() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        try (Coordination cut = connect(throughProxy().withTimeout(SHORT))) {
            Eventually.holds(() -> has(cut, id("tx")));
            proxy.cut();
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> cut.outcome(id("tx")))
                    .withMessageContaining("PT0.5S");
        }
    }

    @Test
    void compareAndSet_answerIsLost_countsAsDoneOnlyOnce() throws Exception {
        try (Coordination cut = connect(throughProxy().withTimeout(Duration.ofSeconds(60)))) {
            cut.outcome(id("tx"));
            proxy.cutAnswers();
            var swap = cut.swap(id("tx"), 0, ONE);
            Eventually.holds(() -> has(store, id("tx")));
            proxy.heal();
            assertThat(Answers.of(swap).done()).isTrue();
            assertThat(cut.compareAndSet(id("tx"), 0, ONE)).isFalse();
        }
        assertThat(get("transactions/tx").getKvs(0).getVersion()).isEqualTo(1);
    }

    @Test
    void compareAndSet_answerIsLostAndAnotherReplacedIt_isRefused() throws Exception {
        try (Coordination cut = connect(throughProxy().withTimeout(Duration.ofSeconds(60)))) {
            cut.outcome(id("tx"));
            proxy.cutAnswers();
            var swap = cut.swap(id("tx"), 0, ONE);
            Eventually.holds(() -> has(store, id("tx")));
            assertThat(store.compareAndSet(
                            id("tx"), store.outcome(id("tx")).orElseThrow().revision(), TWO))
                    .isTrue();
            proxy.heal();
            assertThat(Answers.of(swap).done()).isFalse();
        }
    }

    @Test
    void outcome_firstEndpointIsAway_asksTheNext() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        URI nobody = URI.create("http://127.0.0.1:" + PlainParties.freePort());
        EtcdSettings both = EtcdSettings.plaintext(List.of(nobody, etcd.endpoint()));
        try (Coordination other = connect(both)) {
            assertThat(other.outcome(id("tx"))).isPresent();
        }
    }

    @Test
    void outcome_firstEndpointDoesNotAnswer_asksTheNext() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        proxy.cut();
        EtcdSettings both =
                EtcdSettings.plaintext(List.of(throughProxy().endpoints().get(0), etcd.endpoint()));
        try (Coordination other = connect(both)) {
            assertThat(other.outcome(id("tx"))).isPresent();
        }
    }

    @Test
    void join_etcdIsAway_isHeldOnceItIsBack() throws Exception {
        etcd.kill();
        try (Coordination quick = connect(etcd.settings().withTimeout(SHORT));
                Membership membership = quick.join(member("a"), TTL)) {
            assertThat(membership.held()).isFalse();
            etcd.start();
            Eventually.holds(membership::held);
            assertThat(quick.members()).containsExactly(member("a"));
        }
    }

    @Test
    void join_recordIsDeletedByAnother_isWrittenAgain() throws Exception {
        try (Membership unused = store.join(member("a"), TTL)) {
            DeleteRangeRequest request =
                    DeleteRangeRequest.newBuilder().setKey(key("members/a")).build();
            assertThat(etcd.raw(channel -> KVGrpc.newBlockingStub(channel).deleteRange(request))
                            .getDeleted())
                    .isEqualTo(1);
            Eventually.holds(() -> store.members().equals(List.of(member("a"))));
        }
    }

    @Test
    void join_recordIsOverwrittenByAnother_isWrittenAgain() throws Exception {
        try (Membership unused = store.join(member("a"), TTL)) {
            forgeMember("a", "{\"node\":\"a\",\"host\":\"evil.example\",\"port\":1,\"epoch\":1}");
            Eventually.holds(() -> store.members().equals(List.of(member("a"))));
        }
    }

    @Test
    void join_leaseRunsOutDuringAnOutage_isTakenAgain() throws Exception {
        try (Coordination cut = connect(throughProxy().withTimeout(SHORT));
                Membership membership = cut.join(member("a"), TTL)) {
            proxy.cut();
            Eventually.holds(() -> !membership.held() && store.members().isEmpty());
            proxy.heal();
            Eventually.holds(() -> store.members().equals(List.of(member("a"))));
        }
    }

    @Test
    void watch_leaseRunsOut_tellsOfIt() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher();
        try (Coordination cut = connect(throughProxy().withTimeout(SHORT));
                Watch unused = store.watch(WatchFrom.NOW, watcher)) {
            cut.join(member("a"), TTL);
            Eventually.holds(() -> watcher.members.contains(member("a")));
            proxy.cut();
            Eventually.holds(() -> watcher.left.contains("a"));
        }
    }

    @Test
    void watch_overARestart_missesNothing() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher();
        try (Coordination watching = connect(throughProxy());
                Watch unused = watching.watch(WatchFrom.NOW, watcher)) {
            store.compareAndSet(id("before"), 0, ONE);
            Eventually.holds(() -> watcher.outcomes.contains(id("before")));
            proxy.cut(); // so that what follows happens while the watch is away
            etcd.kill();
            etcd.start();
            for (int i = 0; i < 100; i++) {
                assertThat(store.compareAndSet(id("during." + i), 0, ONE)).isTrue();
            }
            proxy.heal();
            Eventually.holds(() -> new HashSet<>(watcher.outcomes).size() == 101);
        }
    }

    @Test
    void watch_whatItMissedIsCompacted_isReadInstead() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher();
        forgeMember("b", "{\"node\":\"b\",\"host\":\"127.0.0.1\",\"port\":7000,\"epoch\":1}");
        try (Coordination watching = connect(throughProxy());
                Watch unused = watching.watch(WatchFrom.NOW, watcher)) {
            store.compareAndSet(id("before"), 0, ONE);
            Eventually.holds(() -> watcher.outcomes.contains(id("before")));
            proxy.cut();
            for (int i = 0; i < 100; i++) {
                assertThat(store.compareAndSet(id("during." + i), 0, ONE)).isTrue();
            }
            forgeMember("b", "");
            compact();
            proxy.heal();
            Eventually.holds(() -> new HashSet<>(watcher.outcomes).size() == 101);
            Eventually.holds(() -> watcher.left.contains("b"));
        }
        assertThat(watcher.outcomes.stream().filter(id("before")::equals)).hasSize(1);
    }

    @Test
    void watch_storeBeganAnew_readsAllOfIt() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher();
        for (int i = 0; i < 10; i++) {
            store.compareAndSet(id("lost." + i), 0, ONE);
        }
        Path another = Files.createDirectory(folder.resolve("another"));
        try (EtcdServer younger = EtcdServer.start(another);
                CutProxy switched = new CutProxy(etcd.port());
                Coordination watching =
                        connect(EtcdSettings.plaintext(List.of(URI.create("http://127.0.0.1:" + switched.port()))));
                Coordination direct = connect(younger.settings());
                Watch unused = watching.watch(WatchFrom.NOW, watcher)) {
            direct.compareAndSet(id("restored"), 0, ONE);
            switched.leadTo(younger.port());
            Eventually.holds(() -> watcher.outcomes.contains(id("restored")));
        }
    }

    @Test
    void watch_fromNowWhileEtcdIsAway_fails() throws Exception {
        try (Coordination quick = connect(etcd.settings().withTimeout(SHORT))) {
            etcd.kill();
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> quick.watch(WatchFrom.NOW, new RecordingWatcher()));
        }
    }

    @Test
    void watch_fromBeginningWhileEtcdIsAway_tellsOnceItIsBack() throws Exception {
        store.compareAndSet(id("tx"), 0, ONE);
        RecordingWatcher watcher = new RecordingWatcher();
        etcd.kill();
        try (Coordination quick = connect(etcd.settings().withTimeout(SHORT));
                Watch unused = quick.watch(WatchFrom.BEGINNING, watcher)) {
            etcd.start();
            Eventually.holds(() -> watcher.outcomes.contains(id("tx")));
        }
    }

    @Test
    void watch_rowsThatAreNoTransactions_areNotTold() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher();
        try (Watch unused = store.watch(WatchFrom.NOW, watcher)) {
            put("transactions/no transaction", ByteString.EMPTY);
            put("other/tx", ByteString.EMPTY);
            store.compareAndSet(id("tx"), 0, ONE);
            Eventually.holds(() -> watcher.outcomes.contains(id("tx")));
        }
        assertThat(watcher.outcomes).containsExactly(id("tx"));
    }

    @Test
    void outcome_liarsRowIsLarge_isReadAsItIs() throws Exception {
        put("transactions/tx", ByteString.copyFrom(new byte[1_400_000]));
        Optional<StoredOutcome> stored = store.outcome(id("tx"));
        assertThat(stored.orElseThrow().certificate().size()).isEqualTo(1_400_000);
    }
}
