package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.mpc.kms.KmsLimits;
import io.attestedmesh.mpc.link.LinkLimits;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.party.WireFormat;
import io.attestedmesh.mpc.session.Delivery;
import io.attestedmesh.mpc.session.MessageSource;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionLimits;
import io.attestedmesh.mpc.session.SessionReason;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Parties 1 to 3, of which the last is spoken to in the KMS format, and speaks it to nobody. */
@Timeout(120)
class KmsExchangeTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final LinkLimits IMPATIENT = LinkLimits.DEFAULT.withGiveUp(Duration.ofSeconds(5));

    private final SessionId id = SessionId.random(RANDOM);
    private PlainParties parties;

    @AfterEach
    void stop() {
        parties.close();
    }

    /** All of them speak it if {@code all}. */
    private void start(boolean all, Consumer<MpcNetwork.Builder> settings) throws Exception {
        parties =
                new PlainParties(3, settings, party -> all || party.id() == 3 ? party.speaking(WireFormat.KMS) : party);
    }

    private void start(boolean all) throws Exception {
        start(all, builder -> builder.kms(KmsLimits.DEFAULT));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static Delivery get(CompletionStage<Delivery> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void partiesOfBothFormats_areInOneSession() throws Exception {
        start(false);
        Map<Integer, NetworkSession> sessions = new HashMap<>();
        for (int party = 1; party <= 3; party++) {
            sessions.put(party, parties.open(party, id));
        }
        for (int round = 0; round < 20; round++) {
            for (NetworkSession each : sessions.values()) {
                each.sendAll(bytes(each.self().id(), round));
            }
            for (NetworkSession each : sessions.values()) {
                int now = round;
                Map<Integer, byte[]> all = each.receiveAll(round, Duration.ofSeconds(20));
                assertThat(all).hasSize(2);
                all.forEach((from, value) -> assertThat(value).containsExactly(from, now));
                each.nextRound();
            }
        }
        sessions.values().forEach(NetworkSession::complete);
    }

    @Test
    void messagesFarAhead_waitAtTheSender_andArriveInOrder() throws Exception {
        start(true);
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        List<CompletionStage<Delivery>> sent = new ArrayList<>();
        for (int round = 0; round < 60; round++) {
            sent.add(one.send(2, bytes(round)));
            one.nextRound();
        }
        for (int round = 0; round < 60; round++) {
            assertThat(two.receive(1)).containsExactly((byte) round);
            two.nextRound();
        }
        for (CompletionStage<Delivery> each : sent) {
            assertThat(get(each)).isEqualTo(Delivery.ACCEPTED);
        }
    }

    @Test
    void manySessionsAtOnce_moreThanThereAreCalls_allArrive() throws Exception {
        start(true);
        List<SessionId> ids = new ArrayList<>();
        List<CompletionStage<Delivery>> sent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            ids.add(SessionId.random(RANDOM));
            sent.add(parties.open(1, ids.get(i)).send(2, bytes(i)));
        }
        for (int i = 0; i < ids.size(); i++) {
            assertThat(parties.open(2, ids.get(i)).receive(1)).containsExactly((byte) i);
            assertThat(get(sent.get(i))).isEqualTo(Delivery.ACCEPTED);
        }
    }

    @Test
    void largeMessage_arrivesWhole() throws Exception {
        start(true);
        byte[] large = new byte[20 << 20];
        new Random(1).nextBytes(large);
        CompletionStage<Delivery> sent = parties.open(1, id).send(2, large);
        assertThat(parties.open(2, id).receive(1)).isEqualTo(large);
        assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void partyThatRestarts_getsWhatItHasNotAccepted_andJoinsNewSessions() throws Exception {
        start(true);
        NetworkSession one = parties.open(1, id);
        assertThat(get(one.send(2, bytes(1)))).isEqualTo(Delivery.ACCEPTED);
        parties.stop(2);
        SessionId next = SessionId.random(RANDOM);
        CompletionStage<Delivery> sent = parties.open(1, next).send(2, bytes(9));
        Thread.sleep(300);
        assertThat(sent.toCompletableFuture()).isNotDone();
        parties.start(2);

        assertThat(parties.open(2, next).receive(1)).containsExactly(9);
        assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void oldSessionOfAPartyThatRestarted_isNotNoticed_butMissesItsMessages() throws Exception {
        start(true);
        NetworkSession one = parties.open(1, id);
        get(one.send(2, bytes(1)));
        parties.stop(2);
        parties.start(2);

        NetworkSession two = parties.open(2, id);
        one.nextRound();
        assertThat(get(one.send(2, bytes(2)))).isEqualTo(Delivery.ACCEPTED);
        assertThatThrownBy(() -> two.receiveAll(0, Duration.ofMillis(100)))
                .isInstanceOfSatisfying(
                        SessionException.class, e -> assertThat(e.reason()).isEqualTo(SessionReason.TIMEOUT));
        two.nextRound();
        assertThat(two.receive(1)).containsExactly(2);
    }

    @Test
    void messageToACompletedSession_isNotNeeded() throws Exception {
        start(true);
        NetworkSession one = parties.open(1, id);
        parties.open(2, id).complete();
        assertThat(get(one.send(2, bytes(1)))).isEqualTo(Delivery.COMPLETED);
        assertThat(get(one.send(2, bytes(2)))).isEqualTo(Delivery.COMPLETED);
    }

    @Test
    void sessionThatWasGivenUp_failsAtTheOthersAtOnce() throws Exception {
        start(true);
        NetworkSession one = parties.open(1, id);
        parties.open(2, id).close();
        one.send(2, bytes(1));
        assertThatThrownBy(() -> one.receive(2))
                .isInstanceOfSatisfying(
                        SessionException.class, e -> assertThat(e.reason()).isEqualTo(SessionReason.ABORTED));
    }

    @Test
    void messageThatTheOtherSideFindsTooLarge_fails() throws Exception {
        SessionLimits small = SessionLimits.DEFAULT.withMessageBytes(1000);
        AtomicInteger started = new AtomicInteger();
        start(true, builder -> {
            int most = started.incrementAndGet() == 1 ? 5000 : 1000;
            builder.kms(new KmsLimits(most, 8, 8L * (most + 4096)))
                    .limits(new NetworkLimits(small, LinkLimits.DEFAULT));
        });
        assertRefused(parties.open(1, id).send(2, new byte[1001]), SessionReason.REFUSED, "TOO_LARGE");
    }

    @Test
    void partyThatDoesNotServeTheFormat_isUnreachable_andSaysWhy() throws Exception {
        start(true, builder -> builder.limits(new NetworkLimits(SessionLimits.DEFAULT, IMPATIENT)));
        assertRefused(parties.open(1, id).send(2, bytes(1)), SessionReason.UNREACHABLE, "UNIMPLEMENTED");
    }

    private static void assertRefused(CompletionStage<Delivery> sent, SessionReason reason, String why) {
        assertThatThrownBy(() -> get(sent))
                .cause()
                .isInstanceOfSatisfying(
                        SessionException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(why);
    }

    @Test
    void stream_isRefused_becauseTheFormatHasNone() throws Exception {
        start(true);
        NetworkSession one = parties.open(1, id);
        MessageSource source = MessageSource.of(Path.of("pom.xml"));
        assertThatThrownBy(() -> one.send(2, source))
                .isInstanceOfSatisfying(
                        SessionException.class, e -> assertThat(e.reason()).isEqualTo(SessionReason.WRONG_KIND));
    }

    @Test
    void onePartyInTwoContexts_hasOneFormat() throws Exception {
        start(false);
        Contexts contexts = new Contexts();
        contexts.add(parties.context());
        Party otherwise = parties.party(3).speaking(WireFormat.AMESH);
        assertThatThrownBy(() -> contexts.add(new MpcContext("second", List.of(otherwise))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two wire formats");
    }
}
