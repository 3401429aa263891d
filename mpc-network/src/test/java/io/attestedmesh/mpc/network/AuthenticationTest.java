package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.network.AttestedParties.Node;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.Refusals.Refused;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import io.attestedmesh.mpc.session.SessionReason;
import io.attestedmesh.mpc.wire.Answer;
import io.attestedmesh.mpc.wire.Batch;
import io.attestedmesh.mpc.wire.Message;
import io.attestedmesh.mpc.wire.NetworkGrpc;
import io.attestedmesh.mpc.wire.PingRequest;
import io.attestedmesh.mpc.wire.Tag;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may say what, over attested TLS: each refusal has its code and its reason, at the node that refuses. */
@Timeout(60)
class AuthenticationTest {
    private static final Metadata.Key<String> INCARNATION =
            Metadata.Key.of("amesh-incarnation", Metadata.ASCII_STRING_MARSHALLER);

    private static AttestedParties parties;

    private final SessionId id = SessionId.random(new SecureRandom());

    @BeforeAll
    static void startParties() throws Exception {
        parties = new AttestedParties();
        for (int node = 1; node <= 4; node++) {
            parties.node(node).contexts.add(all("all"));
        }
    }

    @BeforeEach
    void forgetRefusals() {
        for (int node = 1; node <= 4; node++) {
            parties.node(node).refusals.clear();
        }
    }

    @AfterAll
    static void stopParties() {
        parties.close();
    }

    private static MpcContext all(String name) {
        return of(name, 1, 2, 3, 4);
    }

    private static MpcContext of(String name, int... ids) {
        return new MpcContext(name, IntStream.of(ids).mapToObj(parties::party).toList());
    }

    private static NetworkSession open(int node, SessionId id, String context) throws Exception {
        return parties.node(node).network.open(id, context, SessionOptions.DEFAULT);
    }

    /** Messages of party 2's process to party 1, written by hand. */
    private static final class Forger implements AutoCloseable {
        private final AttestedChannel channel;
        private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        private final BlockingQueue<Throwable> failure = new LinkedBlockingQueue<>();
        private final StreamObserver<Batch> stream;

        Forger() throws Exception {
            Node one = parties.node(1);
            channel = parties.node(2).grpc.channel("127.0.0.1", one.server.getPort(), AttestedParties.name(1));
            stream = stub(channel).exchange(new StreamObserver<>() {
                @Override
                public void onNext(Answer answer) {
                    answers.add(answer);
                }

                @Override
                public void onError(Throwable cause) {
                    failure.add(cause);
                }

                @Override
                public void onCompleted() {}
            });
        }

        Answer send(Tag tag) throws InterruptedException {
            stream.onNext(Batch.newBuilder()
                    .addMessages(Message.newBuilder().setTag(tag).setValue(ByteString.copyFromUtf8("value")))
                    .build());
            return answers.poll(20, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    private static NetworkGrpc.NetworkStub stub(AttestedChannel channel) {
        return NetworkGrpc.newStub(channel.channel()).withInterceptors(incarnation());
    }

    private static io.grpc.ClientInterceptor incarnation() {
        Metadata headers = new Metadata();
        headers.put(INCARNATION, UUID.randomUUID().toString());
        return MetadataUtils.newAttachHeadersInterceptor(headers);
    }

    private Tag.Builder tag(String sender) {
        return Tag.newBuilder()
                .setSession(ByteString.copyFrom(id.toByteArray()))
                .setSender(sender)
                .setSequence(1);
    }

    private static void assertRefused(Answer answer, Acceptance reason, Status.Code code) {
        assertThat(answer.getRefusalsList()).singleElement().satisfies(refusal -> {
            assertThat(refusal.getReason()).isEqualTo(reason.name());
            assertThat(refusal.getCode()).isEqualTo(code.value());
        });
    }

    @Test
    void honestSender_isAccepted() throws Exception {
        try (NetworkSession two = open(2, id, "all");
                NetworkSession one = open(1, id, "all")) {
            two.send(1, new byte[] {1});
            assertThat(one.receive(2)).containsExactly(1);
        }
    }

    @Test
    void otherSender_isRefusedOnEveryMessage() throws Exception {
        try (Forger forger = new Forger()) {
            assertThat(forger.send(tag(AttestedParties.name(2)).build()).getRefusalsList())
                    .isEmpty();
            assertRefused(
                    forger.send(tag(AttestedParties.name(3)).setSequence(2).build()),
                    Acceptance.WRONG_SENDER,
                    Status.Code.UNAUTHENTICATED);
            assertThat(forger.send(tag(AttestedParties.name(2))
                                    .setSequence(2)
                                    .setRound(1)
                                    .build())
                            .getRefusalsList())
                    .isEmpty();
        }
        Refused refused = parties.node(1).nextRefusal();
        assertThat(refused.reason()).isEqualTo(Acceptance.WRONG_SENDER);
        assertThat(refused.expected()).isEqualTo("sender " + AttestedParties.name(2));
        assertThat(refused.actual()).isEqualTo("sender " + AttestedParties.name(3));
        assertThat(parties.node(1)
                        .meters
                        .get("amesh.mpc.rejections")
                        .tag("reason", "wrong_sender")
                        .counter()
                        .count())
                .isPositive();
    }

    @Test
    void senderThatIsNoName_isRefusedAndEscaped() throws Exception {
        try (Forger forger = new Forger()) {
            assertRefused(
                    forger.send(tag("\n\u001b[31mroot").build()), Acceptance.WRONG_SENDER, Status.Code.UNAUTHENTICATED);
        }
        assertThat(parties.node(1).nextRefusal().actual()).isEqualTo("sender \\u000a\\u001b[31mroot");
    }

    @Test
    void falseSenderTooOften_endsTheStream() throws Exception {
        try (Forger forger = new Forger()) {
            for (int i = 0; i < 100; i++) {
                assertRefused(
                        forger.send(tag("x.example").build()), Acceptance.WRONG_SENDER, Status.Code.UNAUTHENTICATED);
            }
            forger.send(tag("x.example").build());
            assertThat(Status.fromThrowable(forger.failure.poll(20, TimeUnit.SECONDS))
                            .getCode())
                    .isEqualTo(Status.Code.UNAUTHENTICATED);
        }
    }

    @Test
    void sessionIdOfAnotherSize_isRefused() throws Exception {
        try (Forger forger = new Forger()) {
            Tag tag = tag(AttestedParties.name(2))
                    .setSession(ByteString.copyFrom(new byte[15]))
                    .build();
            assertRefused(forger.send(tag), Acceptance.MALFORMED, Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void roundBelowZero_isRefused() throws Exception {
        try (Forger forger = new Forger()) {
            assertRefused(
                    forger.send(tag(AttestedParties.name(2)).setRound(-1).build()),
                    Acceptance.MALFORMED,
                    Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void callWithoutIncarnation_isRefused() throws Exception {
        Node one = parties.node(1);
        try (AttestedChannel channel =
                parties.node(2).grpc.channel("127.0.0.1", one.server.getPort(), AttestedParties.name(1))) {
            assertThatThrownBy(() -> NetworkGrpc.newBlockingStub(channel.channel())
                            .ping(PingRequest.newBuilder()
                                    .setSender(AttestedParties.name(2))
                                    .build()))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
        }
    }

    @Test
    void pingOfAnotherSender_isRefused() throws Exception {
        Node one = parties.node(1);
        try (AttestedChannel channel =
                parties.node(2).grpc.channel("127.0.0.1", one.server.getPort(), AttestedParties.name(1))) {
            NetworkGrpc.NetworkBlockingStub stub =
                    NetworkGrpc.newBlockingStub(channel.channel()).withInterceptors(incarnation());
            assertThat(stub.ping(PingRequest.newBuilder()
                                    .setSender(AttestedParties.name(2))
                                    .build())
                            .getReceiver())
                    .isEqualTo(AttestedParties.name(1));
            assertThatThrownBy(() -> stub.ping(PingRequest.newBuilder()
                            .setSender(AttestedParties.name(3))
                            .build()))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
        }
    }

    @Test
    void partyOfAnotherContext_isRefusedInTheSession() throws Exception {
        parties.node(1).contexts.add(of("three", 1, 2, 3));
        try (NetworkSession one = open(1, id, "three");
                NetworkSession four = open(4, id, "all")) {
            assertThatThrownBy(() ->
                            four.send(1, new byte[] {4}).toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SessionException.class)
                    .hasMessageContaining("NOT_IN_CONTEXT");
            Refused refused = parties.node(1).nextRefusal();
            assertThat(refused.reason()).isEqualTo(Acceptance.NOT_IN_CONTEXT);
            assertThat(refused.peer()).isEqualTo(AttestedParties.name(4));
            assertThat(one.round()).isZero();
        } finally {
            parties.node(1).contexts.remove("three");
        }
    }

    @Test
    void messageThatWaitedForAnotherContext_isDiscardedWhenTheSessionOpens() throws Exception {
        parties.node(1).contexts.add(of("three", 1, 2, 3));
        try (NetworkSession four = open(4, id, "all")) {
            four.send(1, new byte[] {4}).toCompletableFuture().get(20, TimeUnit.SECONDS);
            try (NetworkSession one = open(1, id, "three")) {
                assertThat(one.others()).doesNotContain(parties.party(4));
                assertThat(parties.node(1)
                                .meters
                                .get("amesh.mpc.dropped")
                                .tag("reason", "not_in_context")
                                .counter()
                                .count())
                        .isEqualTo(1);
            }
        } finally {
            parties.node(1).contexts.remove("three");
        }
    }

    @Test
    void releaseThatTheContextDoesNotAllow_isRefusedByTheReceiver() throws Exception {
        parties.node(1)
                .contexts
                .add(new MpcContext(
                        "strict", List.of(parties.party(1), parties.party(4).withReleases(Set.of("release-1")))));
        try (NetworkSession one = open(1, id, "strict");
                NetworkSession four = open(4, id, "all")) {
            assertThatThrownBy(() ->
                            four.send(1, new byte[] {4}).toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .hasMessageContaining("WRONG_RELEASE");
            Refused refused = parties.node(1).nextRefusal();
            assertThat(refused.reason()).isEqualTo(Acceptance.WRONG_RELEASE);
            assertThat(refused.actual()).isEqualTo("release-2");
            assertThat(one.round()).isZero();
        } finally {
            parties.node(1).contexts.remove("strict");
        }
    }

    @Test
    void releaseThatTheContextDoesNotAllow_isNotSentAnything() throws Exception {
        parties.node(1)
                .contexts
                .add(new MpcContext(
                        "strict", List.of(parties.party(1), parties.party(4).withReleases(Set.of("release-1")))));
        try (NetworkSession one = open(1, id, "strict");
                NetworkSession four = open(4, id, "all")) {
            assertThatThrownBy(() ->
                            one.send(4, new byte[] {1}).toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SessionException.class)
                    .hasMessageContaining("release release-2");
            assertThat(four.receiveAsync(1)).isNotDone();
        } finally {
            parties.node(1).contexts.remove("strict");
        }
    }

    @Test
    void contextThatIsRemoved_endsItsSessionsAndNoOthers() throws Exception {
        parties.node(1).contexts.add(of("passing", 1, 2));
        SessionId other = SessionId.random(new SecureRandom());
        try (NetworkSession passing = open(1, id, "passing");
                NetworkSession staying = open(1, other, "all");
                NetworkSession two = open(2, other, "all")) {
            parties.node(1).contexts.remove("passing");

            assertThatThrownBy(() -> passing.receive(2))
                    .isInstanceOfSatisfying(
                            SessionException.class,
                            e -> assertThat(e.reason()).isEqualTo(SessionReason.UNKNOWN_CONTEXT));
            two.send(1, new byte[] {2});
            assertThat(staying.receive(2)).containsExactly(2);
        }
    }

    @Test
    void partyOfNoContextAnyMore_isDisconnected() throws Exception {
        try (AttestedParties own = new AttestedParties()) {
            MpcContext both = new MpcContext("both", List.of(own.party(1), own.party(2)));
            own.node(1).contexts.add(both);
            own.node(2).contexts.add(both);
            SessionId first = SessionId.random(new SecureRandom());
            try (NetworkSession one = own.node(1).network.open(first, "both", SessionOptions.DEFAULT);
                    NetworkSession two = own.node(2).network.open(first, "both", SessionOptions.DEFAULT)) {
                two.send(1, new byte[] {2});
                assertThat(one.receive(2)).containsExactly(2);
            }
            own.node(1).contexts.remove("both");

            assertThat(own.node(1)
                            .meters
                            .get("amesh.tls.dropped")
                            .tag("role", "server")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
    }
}
