package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.exchange.Probe.Pong;
import io.attestedmesh.mpc.kms.KmsLimits;
import io.attestedmesh.mpc.kms.wire.SendValueRequest;
import io.attestedmesh.mpc.kms.wire.SendValueResponse;
import io.attestedmesh.mpc.kms.wire.SessionStatus;
import io.attestedmesh.mpc.kms.wire.gnetworkingGrpc;
import io.attestedmesh.mpc.link.LinkLimits;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.party.WireFormat;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.Refusals.Refused;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionLimits;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node answers to messages of the KMS format; party 2 is the one that is asked. */
@Timeout(120)
class KmsServiceTest {
    private static final String ONE = PlainParties.identity(1).name();
    private static final String THREE = PlainParties.identity(3).name();
    private static final int LARGEST = 8192;
    /** Large messages coming at once: enough that a call's room, free a moment after its answer, is not missed by the next. */
    private static final int AT_ONCE = 8;

    private final SessionId id = SessionId.random(new SecureRandom());
    private final Collection<Refused> refused = new ConcurrentLinkedQueue<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private PlainParties parties;
    private KmsClient client;

    @BeforeEach
    void start() throws Exception {
        SessionLimits small = SessionLimits.DEFAULT
                .withMessageBytes(LARGEST)
                .withQueues(LARGEST, 2 * LARGEST + 256)
                .withParked(3, 2 * LARGEST + 256, Duration.ofMinutes(1));
        parties = new PlainParties(
                3,
                builder -> builder.kms(new KmsLimits(LARGEST, 2 * AT_ONCE, AT_ONCE * LARGEST))
                        .limits(new NetworkLimits(small, LinkLimits.DEFAULT))
                        .onRefusal(refused::add));
        client = new KmsClient(channel());
    }

    @AfterEach
    void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        parties.close();
    }

    private ManagedChannel channel() {
        ManagedChannel made = NettyChannelBuilder.forAddress(
                        "127.0.0.1", parties.party(2).port())
                .usePlaintext()
                .build();
        channels.add(made);
        return made;
    }

    private static void assertRefused(Status status, Acceptance why) {
        assertThat(status.getCode()).as("%s", status).isEqualTo(why.code());
        assertThat(status.getDescription()).isEqualTo(why.name());
    }

    @Test
    void messageForASessionNotOpenYet_isInactive_andThereWhenItOpens() throws Exception {
        assertThat(client.send(KmsClient.tag(id, ONE, 0), new byte[] {7})).isEqualTo(SessionStatus.INACTIVE);
        assertThat(parties.open(2, id).receive(1)).containsExactly(7);
    }

    @Test
    void messageForAnOpenSession_isActive() throws Exception {
        NetworkSession two = parties.open(2, id);
        assertThat(client.send(KmsClient.tag(id, ONE, 0), new byte[] {8})).isEqualTo(SessionStatus.ACTIVE);
        assertThat(two.receive(1)).containsExactly(8);
    }

    @Test
    void messageForACompletedSession_isNotNeeded() throws Exception {
        parties.open(2, id).complete();
        assertThat(client.send(KmsClient.tag(id, ONE, 0), new byte[1])).isEqualTo(SessionStatus.COMPLETED);
    }

    @Test
    void messageForASessionThatWasGivenUp_isRefused() throws Exception {
        parties.open(2, id).close();
        assertRefused(client.refusal(KmsClient.tag(id, ONE, 0), new byte[1]), Acceptance.SESSION_ABORTED);
    }

    @Test
    void sameMessageAgain_isAccepted_andAnotherOfItsRound_isRefused() throws Exception {
        parties.open(2, id);
        ByteString tag = KmsClient.tag(id, ONE, 0);
        client.send(tag, new byte[] {1});
        assertThat(client.send(tag, new byte[] {1})).isEqualTo(SessionStatus.ACTIVE);
        assertRefused(client.refusal(tag, new byte[] {2}), Acceptance.EQUIVOCATION);
    }

    @Test
    void bytesBehindTheTag_areIgnored() {
        ByteString tag = KmsClient.tag(id, ONE, 0).concat(ByteString.copyFrom(new byte[100]));
        assertThat(client.send(tag, new byte[1])).isEqualTo(SessionStatus.INACTIVE);
    }

    @Test
    void tagThatCannotBeRead_isAborted() {
        Status status = client.refusal(KmsClient.tag(id, ONE, 0).substring(1), new byte[1]);
        assertThat(status.getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(status.getDescription()).startsWith("malformed tag: ");
        assertThat(client.checkRefusal(ByteString.EMPTY).getCode()).isEqualTo(Status.Code.ABORTED);
        assertThat(refused)
                .extracting(Refused::reason)
                .containsOnly(Acceptance.MALFORMED)
                .hasSize(2);
        assertThat(parties.network(2).parkedSessions()).isZero();
    }

    @Test
    void senderThatIsNoIdentity_isRefused() {
        for (String sender : List.of("", "a b", "p\n1", "n\u00facleo")) {
            Status status = client.refusal(KmsClient.tag(id, sender, 0), new byte[1]);
            assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(status.getDescription()).isEqualTo("wrong sender: expected an identity");
        }
        assertThat(client.checkRefusal(KmsClient.healthTag("")).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(refused).allSatisfy(one -> assertThat(one.actual()).matches("[ -~]*"));
    }

    @Test
    void senderOfNoContext_isRefused() {
        assertRefused(client.refusal(KmsClient.tag(id, "stranger.example", 0), new byte[1]), Acceptance.UNKNOWN_PARTY);
    }

    @Test
    void messageOfTheLargestSize_isAccepted_andOneByteMore_isRefused() {
        ByteString tag = KmsClient.tag(id, ONE, 0);
        assertRefused(client.refusal(tag, new byte[LARGEST + 1]), Acceptance.TOO_LARGE);
        assertThat(client.send(tag, new byte[LARGEST])).isEqualTo(SessionStatus.INACTIVE);
    }

    @Test
    void messageFarTooLarge_isRefusedBeforeItIsParsed() {
        ByteString noTag = ByteString.copyFrom(new byte[1]);
        assertRefused(client.refusal(noTag, new byte[1 << 20]), Acceptance.TOO_LARGE);
        assertThat(refused).singleElement().extracting(Refused::reason).isEqualTo(Acceptance.TOO_LARGE);
    }

    @Test
    void messageThatInflatesToMuch_isRefused() {
        KmsClient compressing = new KmsClient(ClientInterceptors.intercept(channel(), new Compressing()));
        assertRefused(compressing.refusal(KmsClient.tag(id, ONE, 0), new byte[32 << 20]), Acceptance.TOO_LARGE);
        assertThat(compressing.send(KmsClient.tag(id, ONE, 0), new byte[LARGEST]))
                .isEqualTo(SessionStatus.INACTIVE);
    }

    private static final class Compressing implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            return next.newCall(method, options.withCompression("gzip"));
        }
    }

    @Test
    void roundFarAhead_isToBeTriedLater() throws Exception {
        parties.open(2, id);
        assertRefused(client.refusal(KmsClient.tag(id, ONE, 33), new byte[1]), Acceptance.TOO_FAR_AHEAD);
        assertThat(client.send(KmsClient.tag(id, ONE, 32), new byte[1])).isEqualTo(SessionStatus.ACTIVE);
    }

    @Test
    void fullQueue_isToBeTriedLater_andOthersAreServed() throws Exception {
        parties.open(2, id);
        client.send(KmsClient.tag(id, ONE, 1), new byte[LARGEST - 64]);
        assertRefused(client.refusal(KmsClient.tag(id, ONE, 2), new byte[1]), Acceptance.NO_ROOM);
        assertThat(client.send(KmsClient.tag(id, THREE, 1), new byte[LARGEST - 64]))
                .isEqualTo(SessionStatus.ACTIVE);
    }

    @Test
    void sessionsOfOnePartyThatNobodyOpens_areBounded_andOthersAreServed() {
        for (int i = 0; i < 3; i++) {
            client.send(KmsClient.tag(new SessionId(9, i), ONE, 0), new byte[1]);
        }
        assertRefused(
                client.refusal(KmsClient.tag(new SessionId(9, 3), ONE, 0), new byte[1]), Acceptance.TOO_MANY_SESSIONS);
        assertThat(client.send(KmsClient.tag(new SessionId(9, 3), THREE, 0), new byte[1]))
                .isEqualTo(SessionStatus.INACTIVE);
    }

    @Test
    void callsThatBringNoMessage_areBounded_andOthersAreServed() throws Exception {
        ManagedChannel busy = channel();
        List<Calling> stuck = new ArrayList<>();
        ByteString tag = KmsClient.tag(id, ONE, 0);
        KmsClient last = new KmsClient(busy);
        while (last.refusal(tag, new byte[1]).isOk()) {
            stuck.add(new Calling(busy)); // one that comes beside the last is refused itself
            Thread.sleep(20);
        }
        assertRefused(last.refusal(tag, new byte[1]), Acceptance.NO_ROOM);
        assertThat(client.send(tag, new byte[1])).isEqualTo(SessionStatus.INACTIVE);

        stuck.forEach(one -> one.call.cancel("enough", null));
        assertThat(sentOnceThereIsRoom(last, tag, new byte[1])).isEqualTo(SessionStatus.INACTIVE);
    }

    @Test
    void bytesOfCallsThatDoNotEnd_areBounded_andOthersAreServed() throws Exception {
        ManagedChannel busy = channel();
        SendValueRequest large = SendValueRequest.newBuilder()
                .setTag(KmsClient.tag(id, ONE, 0))
                .setValue(ByteString.copyFrom(new byte[LARGEST]))
                .build();
        List<Calling> coming =
                Stream.generate(() -> new Calling(busy)).limit(AT_ONCE).toList();
        coming.forEach(one -> one.call.sendMessage(large)); // with its tag, each is more than its share

        Calling refusedOne = (Calling) CompletableFuture.anyOf(coming.stream()
                        .map(one -> one.status.thenApply(how -> one))
                        .toArray(CompletableFuture<?>[]::new))
                .get(20, TimeUnit.SECONDS);
        assertRefused(refusedOne.status.join(), Acceptance.NO_ROOM);
        assertThat(refused).extracting(Refused::reason).containsExactly(Acceptance.NO_ROOM);
        KmsClient beside = new KmsClient(busy);
        assertRefused(beside.refusal(KmsClient.tag(id, ONE, 0), new byte[LARGEST]), Acceptance.NO_ROOM);
        assertThat(beside.send(KmsClient.tag(id, THREE, 0), new byte[1])).isEqualTo(SessionStatus.INACTIVE);
        assertThat(client.send(KmsClient.tag(id, ONE, 0), new byte[LARGEST])).isEqualTo(SessionStatus.INACTIVE);

        Calling other = coming.get(refusedOne == coming.get(0) ? 1 : 0);
        other.call.halfClose();
        assertThat(other.status.get(20, TimeUnit.SECONDS).isOk()).isTrue();
        assertThat(sentOnceThereIsRoom(beside, KmsClient.tag(id, ONE, 0), new byte[LARGEST]))
                .isEqualTo(SessionStatus.INACTIVE);
    }

    /** Room is free a moment after the call that had it has ended. */
    private static SessionStatus sentOnceThereIsRoom(KmsClient client, ByteString tag, byte[] value)
            throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                return client.send(tag, value);
            } catch (StatusRuntimeException e) {
                assertRefused(e.getStatus(), Acceptance.NO_ROOM);
                assertThat(System.nanoTime()).isLessThan(end);
                Thread.sleep(5);
            }
        }
    }

    @Test
    void callWithoutAMessage_orWithTwo_isRefused() throws Exception {
        Calling none = new Calling(channel());
        none.call.halfClose();
        assertThat(none.status.get(20, TimeUnit.SECONDS).isOk()).isFalse();

        Calling two = new Calling(channel());
        SendValueRequest request =
                SendValueRequest.newBuilder().setTag(KmsClient.tag(id, ONE, 0)).build();
        two.call.sendMessage(request);
        two.call.sendMessage(request);
        assertThat(two.status.get(20, TimeUnit.SECONDS).isOk()).isFalse();
        assertThat(parties.network(2).parkedSessions()).isZero();
    }

    @Test
    void healthOfAParty_isChecked() {
        assertThat(client.checkRefusal(KmsClient.healthTag(ONE)).isOk()).isTrue();
    }

    @Test
    void ping_ofAPartyOfThisFormat_tellsNoClock() throws Exception {
        Party two = parties.party(2).speaking(WireFormat.KMS);
        Pong pong = parties.network(1).ping(two, 1024, Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS);
        assertThat(pong.roundTrip()).isPositive();
        assertThat(pong.clockOffset()).isEmpty();
        assertThat(pong.proved()).isEmpty();
        assertThat(parties.network(3)
                        .ping(parties.party(2), 1024, Duration.ofSeconds(20))
                        .get(30, TimeUnit.SECONDS)
                        .clockOffset())
                .isPresent();
    }

    @Test
    void ping_ofAPartyThatIsNotThere_fails() {
        parties.stop(2);
        Party two = parties.party(2).speaking(WireFormat.KMS);
        assertThat(parties.network(1).ping(two, 0, Duration.ofSeconds(20)))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .satisfies(e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    /** A call to which messages are given by hand. */
    private static final class Calling extends ClientCall.Listener<SendValueResponse> {
        final ClientCall<SendValueRequest, SendValueResponse> call;
        final CompletableFuture<Status> status = new CompletableFuture<>();

        Calling(ManagedChannel channel) {
            call = channel.newCall(
                    gnetworkingGrpc.getSendValueMethod().toBuilder()
                            .setType(MethodType.BIDI_STREAMING)
                            .build(),
                    CallOptions.DEFAULT);
            call.start(this, new Metadata());
            call.request(1);
        }

        @Override
        public void onClose(Status how, Metadata trailers) {
            status.complete(how);
        }
    }
}
