package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.Delivery;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import io.attestedmesh.mpc.session.SessionReason;
import io.attestedmesh.mpc.session.TraceContext;
import io.attestedmesh.mpc.session.Traffic;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions between real servers on loopback. */
@Timeout(60)
class MpcNetworkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SessionId id = SessionId.random(new SecureRandom());
    private PlainParties parties;

    @BeforeEach
    void start() throws Exception {
        parties = new PlainParties(4);
    }

    @AfterEach
    void stop() throws Exception {
        parties.close();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static Delivery get(CompletionStage<Delivery> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void message_reachesTheOtherParty() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);

        CompletionStage<Delivery> sent = one.send(2, bytes(1, 2, 3));

        assertThat(two.receive(1)).containsExactly(1, 2, 3);
        assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void trace_reachesTheOtherPartyWithEitherKindOfMessage() throws Exception {
        TraceContext trace = TraceContext.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        NetworkSession one = parties.network(1).open(id, PlainParties.CONTEXT, SessionOptions.DEFAULT.within(trace));
        NetworkSession two = parties.open(2, id);
        NetworkSession three = parties.open(3, id);

        one.send(2, bytes(1));
        one.send(3, new byte[1 << 20]);

        two.receive(1);
        three.receive(1);
        assertThat(two.trace(1)).contains(trace);
        assertThat(three.trace(1)).contains(trace);
        assertThat(two.traffic(1)).isEqualTo(new Traffic(0, 0, 1, 1));
        assertThat(one.traffic(3)).isEqualTo(new Traffic(1, 1 << 20, 0, 0));
    }

    /** gRPC alone would wait a second, then 1.6, 2.6, 4.1: two minutes for ten attempts. */
    @Test
    void partyThatDoesNotAnswer_isTriedWithOurOwnPatience() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Party there = Party.of(2, parties.party(2).identity(), "127.0.0.1", silent.getLocalPort());
            parties.node(1)
                    .contexts()
                    .set(List.of(new MpcContext(PlainParties.CONTEXT, List.of(parties.party(1), there))));
            parties.open(1, id).send(2, bytes(1));

            for (int attempt = 0; attempt < 10; attempt++) {
                silent.accept().close();
            }
        }
    }

    @Test
    void serverOfAClosedNetwork_endsThoughOthersAreConnected() throws Exception {
        PlainParties.Node two = parties.node(2);
        assertThat(get(parties.open(1, id).send(2, bytes(1)))).isEqualTo(Delivery.ACCEPTED);

        two.network().close();
        two.server().shutdown();

        assertThat(two.server().awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void partyThatMoved_isReachedWhereItIsNow() throws Exception {
        Party there = parties.party(2);
        Party nowhere = Party.of(2, there.identity(), "127.0.0.1", PlainParties.freePort());
        Contexts contexts = parties.node(1).contexts();
        contexts.set(List.of(new MpcContext(PlainParties.CONTEXT, List.of(parties.party(1), nowhere))));
        NetworkSession lost = parties.open(1, id);
        CompletionStage<Delivery> never = lost.send(2, bytes(1));

        contexts.set(List.of(parties.context()));

        assertThat(never.toCompletableFuture())
                .failsWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("UNKNOWN_CONTEXT");
        SessionId next = SessionId.random(new SecureRandom());
        assertThat(get(parties.open(1, next).send(2, bytes(7)))).isEqualTo(Delivery.ACCEPTED);
        assertThat(parties.node(1)
                        .meters()
                        .get("amesh.mpc.queue.messages")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void messageForASessionNotOpenYet_isThereWhenItOpens() throws Exception {
        NetworkSession one = parties.open(1, id);
        assertThat(get(one.send(2, bytes(7)))).isEqualTo(Delivery.ACCEPTED);
        assertThat(parties.network(2).parkedSessions()).isEqualTo(1);

        assertThat(parties.open(2, id).receive(1)).containsExactly(7);
        assertThat(parties.network(2).parkedSessions()).isZero();
    }

    @Test
    void hundredRounds_allToAll() throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int party = 1; party <= 4; party++) {
            NetworkSession session = parties.open(party, id);
            int self = party;
            Thread thread = new Thread(() -> {
                try {
                    for (int round = 0; round < 100; round++) {
                        session.sendAll(bytes(self, round));
                        Map<Integer, byte[]> all = session.receiveAll(round, PATIENCE);
                        assertThat(all).hasSize(3);
                        int now = round;
                        all.forEach((from, value) -> assertThat(value).containsExactly(from, now));
                        session.nextRound();
                    }
                    session.complete();
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void largeMessage_arrivesWhole() throws Exception {
        byte[] large = new byte[10 << 20];
        new Random(1).nextBytes(large);
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);

        CompletionStage<Delivery> sent = one.send(2, large);

        assertThat(two.receive(1)).isEqualTo(large);
        assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void messagesFarAhead_waitAtTheSenderAndArriveInOrder() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        List<CompletionStage<Delivery>> sent = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            sent.add(one.send(2, bytes(round)));
            one.nextRound();
        }
        for (int round = 0; round < 200; round++) {
            assertThat(two.receive(1)).containsExactly((byte) round);
            two.nextRound();
        }
        for (CompletionStage<Delivery> each : sent) {
            assertThat(get(each)).isEqualTo(Delivery.ACCEPTED);
        }
    }

    @Test
    void messageToACompletedSession_isNotNeeded() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        two.complete();

        assertThat(get(one.send(2, bytes(1)))).isEqualTo(Delivery.COMPLETED);
        assertThat(get(one.send(2, bytes(1)))).isEqualTo(Delivery.COMPLETED);
    }

    @Test
    void sessionThatWasGivenUp_failsAtTheOthersAtOnce() throws Exception {
        NetworkSession one = parties.open(1, id);
        parties.open(2, id).close();
        one.send(2, bytes(1));

        assertThatThrownBy(() -> one.receive(2)).isInstanceOfSatisfying(SessionException.class, e -> {
            assertThat(e.reason()).isEqualTo(SessionReason.ABORTED);
            assertThat(e.parties()).containsExactly(parties.party(2));
        });
    }

    @Test
    void missingParty_isNamedInTheTimeout() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        two.send(1, bytes(2));
        assertThat(one.receive(2)).containsExactly(2);

        assertThatThrownBy(() -> one.receiveAll(0, Duration.ofMillis(50)))
                .isInstanceOfSatisfying(SessionException.class, e -> {
                    assertThat(e.reason()).isEqualTo(SessionReason.TIMEOUT);
                    assertThat(e.parties()).containsExactly(parties.party(3), parties.party(4));
                });
    }

    @Test
    void restartedParty_failsItsOldSessionsAndJoinsNewOnes() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        assertThat(get(one.send(2, bytes(1)))).isEqualTo(Delivery.ACCEPTED);
        assertThat(two.receive(1)).containsExactly(1);
        parties.stop(2);
        parties.start(2);

        one.nextRound();
        one.send(2, bytes(2));
        assertThatThrownBy(() -> one.receive(2)).isInstanceOfSatisfying(SessionException.class, e -> {
            assertThat(e.reason()).isEqualTo(SessionReason.RESTARTED);
            assertThat(e.parties()).containsExactly(parties.party(2));
        });

        SessionId next = SessionId.random(new SecureRandom());
        parties.open(1, next).send(2, bytes(9));
        assertThat(parties.open(2, next).receive(1)).containsExactly(9);
    }

    @Test
    void partyThatComesLater_getsWhatWasSentBefore() throws Exception {
        parties.stop(2);
        NetworkSession one = parties.open(1, id);
        CompletionStage<Delivery> sent = one.send(2, bytes(5));
        parties.start(2);

        assertThat(parties.open(2, id).receive(1)).containsExactly(5);
        assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void idThatWasUsed_isRefused() throws Exception {
        parties.open(1, id).complete();
        assertThatThrownBy(() -> parties.open(1, id))
                .isInstanceOfSatisfying(
                        SessionException.class, e -> assertThat(e.reason()).isEqualTo(SessionReason.ID_USED));
    }
}
