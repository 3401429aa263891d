package io.attestedmesh.voting.coordination;

import static io.attestedmesh.voting.coordination.CoordinationFixture.COMMITTEE;
import static io.attestedmesh.voting.coordination.CoordinationFixture.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.TransactionId;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publishers and readers of two nodes, while etcd is killed and started again. */
@Timeout(240)
class EtcdOutageTest {
    private static final int COUNT = 3_000;
    private static final int KILLS = 3;

    @TempDir
    Path folder;

    private EtcdServer etcd;

    @BeforeAll
    static void requireEtcd() {
        assumeThat(EtcdServer.isInstalled())
                .as("etcd is on PATH (Debian's etcd-server)")
                .isTrue();
    }

    @BeforeEach
    void start() throws Exception {
        etcd = EtcdServer.start(folder);
    }

    @AfterEach
    void stop() {
        etcd.close();
    }

    private Coordination connect() throws CoordinationException {
        return EtcdCoordination.connect(
                COMMITTEE, etcd.settings().withTimeout(Duration.ofMillis(500)), new SimpleMeterRegistry());
    }

    private List<KeyValue> rows() throws Exception {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("/amesh/voting/test/1/transactions/"))
                .setRangeEnd(ByteString.copyFromUtf8("/amesh/voting/test/1/transactions0"))
                .build();
        RangeResponse answer =
                etcd.raw(channel -> KVGrpc.newBlockingStub(channel).range(request));
        return answer.getKvsList();
    }

    @Test
    void publish_etcdIsKilledUnderLoad_eachRowIsThereAndWasWrittenOnce() throws Exception {
        CoordinationFixture fixture = new CoordinationFixture();
        MemorySpool one = new MemorySpool();
        MemorySpool two = new MemorySpool();
        List<ByteString> expected = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            Certificate certificate = fixture.decided("tx." + i, "value " + i);
            one.add(certificate);
            two.add(certificate);
            expected.add(ByteString.copyFrom(certificate.encoded().toByteArray()));
        }
        Set<TransactionId> learned = ConcurrentHashMap.newKeySet();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (Coordination store = connect();
                Coordination other = connect();
                Coordination reading = connect();
                OutcomeWatcher watcher = OutcomeWatcher.start(
                        reading,
                        fixture.verifier(),
                        transaction -> true,
                        verified -> learned.add(verified.transaction()),
                        new SimpleMeterRegistry());
                OutcomePublisher first =
                        OutcomePublisher.start(one, store, fixture.verifier(), PublisherSettings.DEFAULT, meters);
                OutcomePublisher second = OutcomePublisher.start(
                        two, other, fixture.verifier(), PublisherSettings.DEFAULT, new SimpleMeterRegistry())) {
            for (int kill = 1; kill <= KILLS; kill++) {
                long left = COUNT - (long) kill * COUNT / (KILLS + 2);
                Eventually.holds(() -> one.size() <= left);
                etcd.kill();
                Eventually.holds(() -> first.state() == PublisherState.AWAY || one.size() == 0);
                etcd.start();
            }
            Eventually.holds(() -> one.size() == 0 && two.size() == 0);
            Eventually.holds(() -> learned.size() == COUNT);
            assertThat(List.of(first.state(), second.state())).containsOnly(PublisherState.PUBLISHING);
            assertThat(watcher).isNotNull();
            assertThat(store.outcome(id("tx.0"))).isPresent();
        }
        List<KeyValue> rows = rows();
        assertThat(rows).extracting(KeyValue::getVersion).containsOnly(1L);
        assertThat(rows).extracting(KeyValue::getValue).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(meters.counter("amesh.voting.coordination.failures").count()).isPositive();
    }
}
