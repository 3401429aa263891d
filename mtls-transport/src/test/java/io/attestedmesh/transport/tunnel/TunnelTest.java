package io.attestedmesh.transport.tunnel;

import static io.attestedmesh.transport.tunnel.TunnelParties.PATIENCE;
import static io.attestedmesh.transport.tunnel.TunnelParties.await;
import static io.attestedmesh.transport.tunnel.TunnelParties.count;
import static io.attestedmesh.transport.tunnel.TunnelParties.isReset;
import static io.attestedmesh.transport.tunnel.TunnelParties.receive;
import static io.attestedmesh.transport.tunnel.TunnelParties.reset;
import static io.attestedmesh.transport.tunnel.TunnelParties.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.transport.LogLines;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.connection.ConnectionLimits;
import io.attestedmesh.transport.engine.TlsEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes on in a stream, and how it ends. */
@Timeout(60)
class TunnelTest {
    private TunnelParties parties;

    @BeforeEach
    void found() throws Exception {
        parties = new TunnelParties();
    }

    @AfterEach
    void close() throws Exception {
        parties.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "boringssl", "jdk"})
    void bytes_goBothWays_andTheStreamEndsWithBothDirections(String engine) throws Exception {
        parties.engine = TlsEngine.byName(engine);
        Assumptions.assumeTrue(parties.engine.unavailable().isEmpty());
        TunnelClient client = parties.client(parties.server());
        Socket program = parties.connect(client);
        Socket target = parties.accept();
        send(program, (byte) 1, (byte) 2);
        assertThat(receive(target, 2)).containsExactly(1, 2);
        send(target, (byte) 3);
        assertThat(receive(program, 1)).containsExactly(3);
        program.shutdownOutput();
        assertThat(target.getInputStream().read()).isEqualTo(-1);
        send(target, (byte) 4);
        assertThat(receive(program, 1)).containsExactly(4);
        target.shutdownOutput();
        assertThat(program.getInputStream().read()).isEqualTo(-1);
        parties.awaitEnds(StreamEnd.COMPLETE);
    }

    @Test
    void targetThatSpeaksFirst_isHeard() throws Exception {
        Socket program = parties.connect(parties.client(parties.server()));
        Socket target = parties.accept();
        send(target, (byte) 9);
        target.shutdownOutput();
        assertThat(receive(program, 1)).containsExactly(9);
        assertThat(program.getInputStream().read()).isEqualTo(-1);
        send(program, (byte) 8);
        assertThat(receive(target, 1)).containsExactly(8);
        program.close();
        assertThat(target.getInputStream().read()).isEqualTo(-1);
        parties.awaitEnds(StreamEnd.COMPLETE);
    }

    @Test
    void manyBytes_bothWaysAtOnce_arriveAsTheyWere() throws Exception {
        Socket program = parties.connect(parties.client(parties.server()));
        Socket target = parties.accept();
        byte[] forth = bytes(1, 20_000_000);
        byte[] back = bytes(2, 20_000_000);
        CompletableFuture<Void> sentForth = sending(program, forth);
        CompletableFuture<Void> sentBack = sending(target, back);
        CompletableFuture<byte[]> gotForth = receiving(target);
        assertThat(Arrays.equals(program.getInputStream().readAllBytes(), back)).isTrue();
        assertThat(Arrays.equals(gotForth.join(), forth)).isTrue();
        sentForth.join();
        sentBack.join();
        parties.awaitEnds(StreamEnd.COMPLETE);
        assertThat(count(parties.metersOfServer, "amesh.tunnel.bytes", "direction", "received"))
                .isEqualTo(forth.length);
        assertThat(count(parties.metersOfClient, "amesh.tunnel.bytes", "direction", "received"))
                .isEqualTo(back.length);
    }

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static CompletableFuture<Void> sending(Socket socket, byte[] bytes) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        send(socket, bytes);
                        socket.shutdownOutput();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                TunnelTest::inThreadOfItsOwn);
    }

    private static CompletableFuture<byte[]> receiving(Socket socket) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return socket.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                TunnelTest::inThreadOfItsOwn);
    }

    /** The common pool may have one thread only, and each of these waits for another. */
    private static void inThreadOfItsOwn(Runnable task) {
        Thread thread = new Thread(task, "tunnel-test");
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void programThatResets_resetsTheTarget() throws Exception {
        Socket program = parties.connect(parties.client(parties.server()));
        Socket target = parties.accept();
        send(program, (byte) 1);
        assertThat(receive(target, 1)).containsExactly(1);
        reset(program);
        assertThat(isReset(target)).isTrue();
        parties.awaitEnds(StreamEnd.RESET);
    }

    @Test
    void targetThatResets_resetsTheProgram() throws Exception {
        Socket program = parties.connect(parties.client(parties.server()));
        Socket target = parties.accept();
        send(program, (byte) 1);
        assertThat(receive(target, 1)).containsExactly(1);
        reset(target);
        assertThat(isReset(program)).isTrue();
        parties.awaitEnds(StreamEnd.RESET);
    }

    @Test
    void targetThatIsAway_resetsTheProgram() throws Exception {
        TunnelClient client = parties.client(parties.server());
        parties.target.close();
        assertThat(isReset(parties.connect(client))).isTrue();
        parties.awaitEnds(StreamEnd.UNREACHABLE);
    }

    @Test
    void serverThatIsAway_resetsTheProgram() throws Exception {
        TunnelServer server = parties.server();
        TunnelClient client = parties.client(server);
        server.stopListening();
        assertThat(isReset(parties.connect(client))).isTrue();
        parties.awaitEnd(parties.metersOfClient, StreamEnd.UNREACHABLE);
    }

    @Test
    void connectionBetweenTheEnds_thatIsGone_isNoEndOfTheStream() throws Exception {
        try (ServerSocket between = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            TunnelServer server = parties.server();
            TunnelClient client = parties.client(TunnelParties.endpoint(between), parties.mesh.honestB());
            Socket program = parties.connect(client);
            Wire wire = parties.opened(new Wire(between.accept(), server));
            Socket target = parties.accept();
            send(program, (byte) 1);
            assertThat(receive(target, 1)).containsExactly(1);
            wire.cut();
            assertThat(isReset(target)).isTrue();
            assertThat(isReset(program)).isTrue();
            parties.awaitEnds(StreamEnd.CUT);
        }
    }

    @Test
    void readerThatDoesNotRead_stopsTheWriter_andGetsEverythingLater() throws Exception {
        Socket program = parties.connect(parties.client(parties.server()));
        Socket target = parties.accept();
        byte[] much = bytes(3, 64 << 20);
        CompletableFuture<Void> sent = sending(program, much);
        // it stands still once what lies between is full: the sockets of five hops, and no more than water marks
        double before = -1;
        double now = count(parties.metersOfClient, "amesh.tunnel.bytes", "direction", "sent");
        while (now != before || now == 0) {
            before = now;
            Thread.onSpinWait();
            long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            now = count(parties.metersOfClient, "amesh.tunnel.bytes", "direction", "sent");
        }
        double passed = count(parties.metersOfServer, "amesh.tunnel.bytes", "direction", "received");
        assertThat(now).isLessThan(much.length);
        assertThat(now - passed).isLessThan(32 << 20);
        assertThat(sent.isDone()).isFalse();
        assertThat(Arrays.equals(target.getInputStream().readAllBytes(), much)).isTrue();
        sent.join();
    }

    @Test
    void silentStream_isCutAfterTheIdleTimeout() throws Exception {
        parties.timer = Optional.of(parties.time);
        Stream stream = stream(parties.server());
        // looks at the clock that are under way may count after a byte that came later: half of the timeout at a time
        for (byte value = 1; value <= 3; value++) {
            parties.time.advance(Duration.ofMinutes(30));
            send(stream.target, value);
            assertThat(receive(stream.program, 1)).containsExactly(value);
        }
        parties.time.advance(Duration.ofMinutes(80));
        assertThat(isReset(stream.program)).isTrue();
        assertThat(isReset(stream.target)).isTrue();
        parties.awaitEnds(StreamEnd.IDLE);
    }

    @Test
    void oldStream_isCut_howeverBusyItIs() throws Exception {
        parties.timer = Optional.of(parties.time);
        ConnectionLimits given = TunnelLimits.DEFAULT.connections();
        parties.limits = new TunnelLimits(
                new ConnectionLimits(9, 9, given.handshakeTimeout(), Duration.ofMinutes(10), given.drainTime()),
                TunnelLimits.DEFAULT.connectTimeout(),
                Duration.ofDays(1));
        Stream stream = stream(parties.server());
        parties.time.advance(Duration.ofMinutes(9));
        send(stream.target, (byte) 2);
        assertThat(receive(stream.program, 1)).containsExactly(2);
        parties.time.advance(Duration.ofMinutes(1));
        assertThat(isReset(stream.target)).isTrue();
        assertThat(isReset(stream.program)).isTrue();
        parties.awaitEnds(StreamEnd.AGE);
    }

    @Test
    void stream_endsWithTheVerdictAboutItsPeer() throws Exception {
        parties.timer = Optional.of(parties.time);
        parties.limits = parties.limitsOfClient = new TunnelLimits(
                TunnelLimits.DEFAULT.connections(), TunnelLimits.DEFAULT.connectTimeout(), Duration.ofDays(10));
        TunnelServer server = parties.server();
        Stream stream = stream(server);
        parties.time.advance(Duration.ofMinutes(30));
        send(stream.target, (byte) 2);
        assertThat(receive(stream.program, 1)).containsExactly(2);
        parties.time.advance(Duration.ofHours(20));
        assertThat(isReset(stream.target)).isTrue();
        assertThat(isReset(stream.program)).isTrue();
        await(() -> server.streams().isEmpty());
        await(() -> count(parties.metersOfServer, "amesh.tunnel.closed", "end", "DROPPED")
                        + count(parties.metersOfClient, "amesh.tunnel.closed", "end", "DROPPED")
                > 0);
    }

    private record Stream(Socket program, Socket target) {}

    /** One through which a byte went. */
    private Stream stream(TunnelServer server) throws Exception {
        Socket program = parties.connect(parties.client(server));
        Socket target = parties.accept();
        send(program, (byte) 1);
        assertThat(receive(target, 1)).containsExactly(1);
        return new Stream(program, target);
    }

    @Test
    void recheck_cutsTheStreamsOfAPeerThatIsRevoked() throws Exception {
        var ofB = parties.mesh.honestB();
        TunnelServer server = parties.server();
        TunnelClient client = parties.client(server.listening(), ofB);
        Socket program = parties.connect(client);
        Socket target = parties.accept();
        send(program, (byte) 1);
        assertThat(receive(target, 1)).containsExactly(1);
        assertThat(server.recheck()).isZero();
        parties.mesh.revocation.set(parties.mesh.revoked(ofB));
        assertThat(server.recheck()).isEqualTo(1);
        assertThat(isReset(target)).isTrue();
        assertThat(isReset(program)).isTrue();
        parties.awaitEnd(parties.metersOfServer, StreamEnd.DROPPED);
        assertThat(count(parties.metersOfServer, "amesh.tls.dropped", "reason", "CERTIFICATE_REVOKED"))
                .isEqualTo(1);
    }

    @Test
    void recheck_asksTheRuleToo() throws Exception {
        AtomicReference<AccessRule> rule = new AtomicReference<>(AccessRule.EVERY_VERIFIED_PEER);
        parties.rule = (peer, leaf) -> rule.get().check(peer, leaf);
        TunnelServer server = parties.server();
        Stream stream = stream(server);
        rule.set(new PeerRule(Set.of(SimulatedMesh.B), Set.of(), Set.of()));
        assertThat(server.recheck()).isZero();
        rule.set(new PeerRule(Set.of(), Set.of(), Set.of("release-2")));
        assertThat(server.recheck()).isEqualTo(1);
        assertThat(isReset(stream.target)).isTrue();
        assertThat(isReset(stream.program)).isTrue();
        assertThat(count(parties.metersOfServer, "amesh.tls.dropped", "reason", "NOT_ALLOWED"))
                .isEqualTo(1);
    }

    @Test
    void recheck_thatBreaks_cutsTheStream() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        parties.rule = (peer, leaf) -> {
            if (broken.get()) {
                throw new IllegalStateException("a rule's mistake");
            }
        };
        TunnelServer server = parties.server();
        Stream stream = stream(server);
        broken.set(true);
        assertThat(server.recheck()).isEqualTo(1);
        assertThat(isReset(stream.target)).isTrue();
    }

    @Test
    void drain_letsStreamsEnd_andAcceptsNoMore() throws Exception {
        TunnelServer server = parties.server();
        TunnelClient client = parties.client(server);
        Socket program = parties.connect(client);
        Socket target = parties.accept();
        send(program, (byte) 1);
        receive(target, 1);
        assertThat(server.drain(Duration.ofMillis(50))).isFalse();
        assertThat(isReset(parties.connect(client))).isTrue();
        send(program, (byte) 2);
        assertThat(receive(target, 1)).containsExactly(2);
        program.close();
        target.close();
        assertThat(server.drain(PATIENCE)).isTrue();
    }

    @Test
    void close_cutsWhatIsOpen_andTellsTheOtherEnd() throws Exception {
        TunnelServer server = parties.server();
        Socket program = parties.connect(parties.client(server));
        Socket target = parties.accept();
        send(program, (byte) 1);
        receive(target, 1);
        server.close();
        assertThat(isReset(program)).isTrue();
        assertThat(isReset(target)).isTrue();
        parties.awaitEnds(StreamEnd.DRAINED);
    }

    @ParameterizedTest
    @EnumSource(Freshness.class)
    void endOfAStream_saysTheLevelOfItsPeer(Freshness level) throws Exception {
        parties.engine = TlsEngine.byName("conscrypt");
        Assumptions.assumeTrue(parties.engine.unavailable().isEmpty());
        parties.levelOfServer = parties.levelOfClient = Optional.of(level);
        try (LogLines log = new LogLines(Streams.class)) {
            Socket program = parties.connect(parties.client(parties.server()));
            parties.accept().close();
            program.close();
            String one = log.await(line -> line.contains("event=tunnel.closed"), PATIENCE)
                    .orElseThrow();
            String other = log.await(line -> line.contains("event=tunnel.closed"), PATIENCE)
                    .orElseThrow();
            assertThat(List.of(one, other))
                    .allMatch(line -> line.contains(" level=" + level.label() + " "))
                    .anyMatch(line -> line.contains(" role=server "))
                    .anyMatch(line -> line.contains(" role=client "));
        }
    }

    @Test
    void endOfAStreamWithoutAPeer_saysNoLevel() throws Exception {
        TunnelServer server = parties.server();
        TunnelClient client = parties.client(server);
        server.stopListening();
        try (LogLines log = new LogLines(Streams.class)) {
            assertThat(isReset(parties.connect(client))).isTrue();
            assertThat(log.await(line -> line.contains("event=tunnel.closed"), PATIENCE))
                    .hasValueSatisfying(line -> assertThat(line).contains(" level=- "));
        }
    }

    @Test
    void endOfAStream_isOneLineOfTheLog() throws Exception {
        try (LogLines log = new LogLines(Streams.class)) {
            Socket program = parties.connect(parties.client(parties.server()));
            Socket target = parties.accept();
            send(program, new byte[10]);
            receive(target, 10);
            send(target, new byte[3]);
            receive(program, 3);
            target.close();
            program.close();
            assertThat(log.await(line -> line.contains("role=server"), PATIENCE))
                    .hasValueSatisfying(line -> assertThat(line)
                            .contains("event=tunnel.closed ")
                            .contains("peer=\"b.example\" release=\"release-1\"")
                            .contains("target=\"127.0.0.1:" + parties.target.getLocalPort() + "\"")
                            .contains("received=10 sent=3 ")
                            .contains("end=COMPLETE by=here"));
        }
    }

    @Test
    void streams_tellWhoIsThere() throws Exception {
        TunnelServer server = parties.server();
        Socket program = parties.connect(parties.client(server));
        parties.accept();
        send(program, (byte) 1);
        await(() -> server.streams().size() == 1 && server.streams().get(0).received() == 1);
        assertThat(server.streams().get(0).peer().orElseThrow().identity().name())
                .isEqualTo(SimulatedMesh.B);
        assertThat(parties.metersOfServer.get("amesh.tunnel.streams").gauge().value())
                .isEqualTo(1);
    }

    @Test
    void limitOfNoTime_isNoLimit() {
        assertThatThrownBy(() -> new TunnelLimits(
                        TunnelLimits.DEFAULT.connections(), Duration.ZERO, TunnelLimits.DEFAULT.idleTimeout()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TunnelLimits(
                        TunnelLimits.DEFAULT.connections(), TunnelLimits.DEFAULT.connectTimeout(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
