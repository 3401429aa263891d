package io.attestedmesh.mpc.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.exchange.Reach;
import io.attestedmesh.mpc.kms.wire.HealthCheckRequest;
import io.attestedmesh.mpc.kms.wire.HealthCheckResponse;
import io.attestedmesh.mpc.kms.wire.SendValueRequest;
import io.attestedmesh.mpc.kms.wire.SendValueResponse;
import io.attestedmesh.mpc.kms.wire.SessionStatus;
import io.attestedmesh.mpc.kms.wire.gnetworkingGrpc;
import io.attestedmesh.mpc.link.Carrier;
import io.attestedmesh.mpc.link.LinkLimits;
import io.attestedmesh.mpc.link.LinkMeters;
import io.attestedmesh.mpc.link.PeerLink;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.Delivery;
import io.attestedmesh.mpc.session.Outlet;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionReason;
import io.attestedmesh.mpc.session.Timing;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A link over this carrier to a server that answers as a test says. */
@Timeout(60)
class KmsCarrierTest {
    private static final PeerIdentity SELF = new PeerIdentity("self.example");
    private static final Party TO = Party.of(2, new PeerIdentity("core.example"), "127.0.0.1", 1);

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final AtomicReference<Optional<AttestedPeer>> proved = new AtomicReference<>(Optional.of(peer(1)));
    private final Core core = new Core();
    private Server server;
    private ManagedChannel channel;
    private PeerLink link;
    private volatile Carrier carrier;

    /** The other node. */
    private static final class Core extends gnetworkingGrpc.gnetworkingImplBase {
        final Queue<String> heard = new ConcurrentLinkedQueue<>();
        final Queue<Status> healths = new ConcurrentLinkedQueue<>();
        final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

        @Override
        public void healthCheck(HealthCheckRequest request, StreamObserver<HealthCheckResponse> answer) {
            heard.add("health " + request.getTag().substring(8).toStringUtf8());
            Status status = Optional.ofNullable(healths.poll()).orElse(Status.OK);
            if (status.isOk()) {
                answer.onNext(HealthCheckResponse.getDefaultInstance());
                answer.onCompleted();
            } else {
                answer.onError(status.asRuntimeException());
            }
        }

        @Override
        public void sendValue(SendValueRequest request, StreamObserver<SendValueResponse> answer) {
            try {
                KmsTag tag = KmsTag.decode(request.getTag());
                heard.add("value " + request.getValue().toStringUtf8());
                calls.add(new Call(tag, request.getValue(), answer));
            } catch (MalformedTagException e) {
                answer.onError(e);
            }
        }

        Call next() throws InterruptedException {
            Call call = calls.poll(20, TimeUnit.SECONDS);
            assertThat(call).as("a call").isNotNull();
            return call;
        }
    }

    private record Call(KmsTag tag, ByteString value, StreamObserver<SendValueResponse> answer) {
        void answer(int status) {
            answer.onNext(SendValueResponse.newBuilder().setStatusValue(status).build());
            answer.onCompleted();
        }

        void accept() {
            answer(SessionStatus.ACTIVE_VALUE);
        }

        void fail(Status status) {
            answer.onError(status.asRuntimeException());
        }
    }

    private static AttestedPeer peer(int connection) {
        return new AttestedPeer(
                TO.identity(), Instant.ofEpochSecond(connection), Optional.empty(), Freshness.CERTIFICATE);
    }

    @BeforeEach
    void start() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(core)
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .directExecutor()
                .build();
        Reach reach = new Reach() {
            @Override
            public ManagedChannel channel() {
                return channel;
            }

            @Override
            public Optional<AttestedPeer> server(ClientCall<?, ?> call) {
                return proved.get();
            }

            @Override
            public void close() {}
        };
        link = new PeerLink(
                TO.identity(),
                LinkLimits.DEFAULT,
                new Timing(Clock.systemUTC(), timer, timer),
                new LinkMeters(new SimpleMeterRegistry()),
                listener -> {
                    carrier = KmsCarrier.over(reach, SELF, TO.identity()).connect(listener);
                    return carrier;
                },
                RandomGenerator.getDefault());
    }

    @AfterEach
    void stop() {
        link.close();
        channel.shutdownNow();
        server.shutdownNow();
        timer.shutdownNow();
    }

    private Outlet open(long session) {
        return link.open(
                new SessionId(0, session), TO, Instant.now().plusSeconds(600), Optional.empty(), new Outlet.Listener() {
                    @Override
                    public void restarted() {}

                    @Override
                    public void gaveUp(SessionException why) {}
                });
    }

    private static CompletionStage<Delivery> send(Outlet outlet, long round, String value) throws Exception {
        return outlet.send(
                round,
                ByteString.copyFromUtf8(value).toByteArray(),
                Instant.now().plusSeconds(5));
    }

    private static Delivery get(CompletionStage<Delivery> sent) throws Exception {
        return sent.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void health_isCheckedFirst_andTheTagIsOurs() throws Exception {
        CompletionStage<Delivery> sent = send(open(5), 7, "one");
        Call call = core.next();
        assertThat(core.heard).containsExactly("health self.example", "value one");
        assertThat(call.tag()).isEqualTo(new KmsTag(new SessionId(0, 5), "self.example", 7));
        call.accept();
        assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void nothingIsSent_untilTheHealthCheckWentWell() throws Exception {
        core.healths.add(Status.UNAUTHENTICATED.withDescription("wrong sender"));
        core.healths.add(Status.UNAVAILABLE);
        send(open(5), 0, "one");
        core.next().accept();
        assertThat(core.heard)
                .containsExactly("health self.example", "health self.example", "health self.example", "value one");
    }

    @Test
    void messagesOfOneSession_goOneAtATime_andThoseOfOthersBeside() throws Exception {
        Outlet five = open(5);
        send(five, 0, "first");
        send(five, 1, "second");
        Call first = core.next();
        send(open(6), 0, "other");
        assertThat(core.next().value().toStringUtf8()).isEqualTo("other");
        assertThat(core.calls.poll(300, TimeUnit.MILLISECONDS)).isNull();
        first.accept();
        assertThat(core.next().value().toStringUtf8()).isEqualTo("second");
    }

    @Test
    void callsAtOnce_areBounded() throws Exception {
        List<CompletionStage<Delivery>> sent = new ArrayList<>();
        for (int session = 0; session < 100; session++) {
            sent.add(send(open(session), 0, "x"));
        }
        List<Call> first = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            first.add(core.next());
        }
        assertThat(core.calls.poll(300, TimeUnit.MILLISECONDS)).isNull();
        first.forEach(Call::accept);
        for (int i = 64; i < 100; i++) {
            core.next().accept();
        }
        for (CompletionStage<Delivery> each : sent) {
            assertThat(get(each)).isEqualTo(Delivery.ACCEPTED);
        }
    }

    @Test
    void otherConnection_getsNoMessage_beforeItsServerIsKnown() throws Exception {
        Outlet outlet = open(5);
        send(outlet, 0, "one");
        core.next().accept();
        proved.set(Optional.of(peer(2)));
        send(outlet, 1, "two");
        core.next().accept();
        assertThat(core.heard).containsExactly("health self.example", "value one", "health self.example", "value two");
    }

    @Test
    void serverThatProvesAnotherRelease_getsNothing() throws Exception {
        Outlet outlet = link.open(
                new SessionId(0, 5),
                TO.withReleases(Set.of("release-1")),
                Instant.now().plusSeconds(600),
                Optional.empty(),
                new Outlet.Listener() {
                    @Override
                    public void restarted() {}

                    @Override
                    public void gaveUp(SessionException why) {}
                });
        CompletionStage<Delivery> sent = send(outlet, 0, "secret");
        assertRefused(sent, "release-1");
        assertThat(core.heard).doesNotContain("value secret");
    }

    private static void assertRefused(CompletionStage<Delivery> sent, String why) {
        assertFails(sent, SessionReason.REFUSED, why);
    }

    private static void assertFails(CompletionStage<Delivery> sent, SessionReason reason, String why) {
        assertThatThrownBy(() -> get(sent))
                .cause()
                .isInstanceOfSatisfying(
                        SessionException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"RESOURCE_EXHAUSTED", "UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "UNKNOWN", "CANCELLED"})
    void messageThatWasNotTaken_isSentAgain(Status.Code code) throws Exception {
        CompletionStage<Delivery> sent = send(open(5), 0, "one");
        core.next().fail(code.toStatus());
        core.next().accept();
        assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Acceptance.class,
            names = {
                "WRONG_SENDER",
                "UNKNOWN_PARTY",
                "NOT_IN_CONTEXT",
                "WRONG_RELEASE",
                "MALFORMED",
                "TOO_LARGE",
                "EQUIVOCATION",
                "OTHER_INCARNATION",
                "SINK_FAILED"
            })
    void refusal_isToldAsTheServerMeantIt(Acceptance why) throws Exception {
        CompletionStage<Delivery> sent = send(open(5), 0, "one");
        core.next().fail(Verdicts.status(why));
        // ABORTED is what this format says of a tag
        assertRefused(sent, (why == Acceptance.OTHER_INCARNATION ? Acceptance.MALFORMED : why).name());
    }

    @Test
    void sessionThatWasGivenUpThere_isAborted() throws Exception {
        CompletionStage<Delivery> sent = send(open(5), 0, "one");
        core.next().fail(Verdicts.status(Acceptance.SESSION_ABORTED));
        assertFails(sent, SessionReason.ABORTED, "SESSION_ABORTED");
    }

    @Test
    void completedSession_needsNoMore() throws Exception {
        Outlet outlet = open(5);
        CompletionStage<Delivery> first = send(outlet, 0, "one");
        CompletionStage<Delivery> second = send(outlet, 1, "two");
        core.next().answer(SessionStatus.COMPLETED_VALUE);
        assertThat(get(first)).isEqualTo(Delivery.COMPLETED);
        assertThat(get(second)).isEqualTo(Delivery.COMPLETED);
        assertThat(core.calls).isEmpty();
    }

    @Test
    void statusThatNobodyKnows_isNoAcceptance() throws Exception {
        CompletionStage<Delivery> sent = send(open(5), 0, "one");
        core.next().answer(3);
        assertRefused(sent, "MALFORMED");
    }

    @Test
    void callThatEndsWellWithoutAnAnswer_isMadeAgain() throws Exception {
        CompletionStage<Delivery> sent = send(open(5), 0, "one");
        core.next().answer().onCompleted();
        core.next().answer(SessionStatus.INACTIVE_VALUE);
        assertThat(get(sent)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void brokenConnection_returnsAllThatIsUnderWay() throws Exception {
        List<CompletionStage<Delivery>> sent = List.of(send(open(5), 0, "one"), send(open(6), 0, "two"));
        core.next();
        core.next();
        carrier.cancel("a test");
        core.next().accept();
        core.next().accept();
        for (CompletionStage<Delivery> each : sent) {
            assertThat(get(each)).isEqualTo(Delivery.ACCEPTED);
        }
        assertThat(core.heard).filteredOn("health self.example"::equals).hasSize(2);
    }
}
