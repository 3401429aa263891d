package io.attestedmesh.voting.node;

import static io.attestedmesh.voting.node.VotingNetwork.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.network.InsecureTransport;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.voting.wire.v1.Accepted;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.attestedmesh.voting.wire.v1.Evidence;
import io.attestedmesh.voting.wire.v1.Hello;
import io.attestedmesh.voting.wire.v1.Question;
import io.attestedmesh.voting.wire.v1.VotingGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A link and a server on loopback that does what the test says. */
@Timeout(60)
final class LinkTest {
    private static final Envelope HELLO =
            Envelope.newBuilder().setHello(Hello.getDefaultInstance()).build();

    private final InsecurePlaintext plaintext = InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Calls calls = new Calls();
    private Server server;
    private Link link;

    /** The calls that came, and what each brought. */
    private static final class Calls extends VotingGrpc.VotingImplBase {
        private final List<ServerCallStreamObserver<Accepted>> answers = new CopyOnWriteArrayList<>();
        private final List<Envelope> received = new CopyOnWriteArrayList<>();
        private volatile boolean reads = true;

        @Override
        public StreamObserver<Envelope> deliver(StreamObserver<Accepted> out) {
            ServerCallStreamObserver<Accepted> call = (ServerCallStreamObserver<Accepted>) out;
            call.disableAutoRequest();
            call.request(1);
            call.setOnCancelHandler(() -> {});
            return new StreamObserver<>() {
                @Override
                public void onNext(Envelope envelope) {
                    received.add(envelope);
                    if (envelope.hasHello()) {
                        answers.add(call);
                    }
                    if (reads) {
                        call.request(1);
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    // the link has gone
                }

                @Override
                public void onCompleted() {
                    call.onCompleted();
                }
            };
        }

        void accept(int call) {
            answers.get(call).onNext(Accepted.getDefaultInstance());
        }
    }

    @BeforeEach
    void start() throws Exception {
        server = plaintext
                .server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(calls)
                .build()
                .start();
        Party party = Party.of(1, new PeerIdentity("n2"), "127.0.0.1", server.getPort());
        link = new Link(party, new InsecureTransport(plaintext), HELLO, timer, new Random(1), new Link.Listener() {
            @Override
            public void connected(Accepted accepted) {
                events.add("connected");
            }

            @Override
            public void disconnected() {
                events.add("disconnected");
            }
        });
    }

    @AfterEach
    void stop() {
        link.close();
        timer.shutdownNow();
        server.shutdownNow();
    }

    private void connectAndAccept() {
        link.connect();
        await("a hello", () -> calls.answers.size() == 1);
        calls.accept(0);
        await("that it is connected", () -> events.contains("connected"));
    }

    private static Envelope question(String transaction) {
        return Envelope.newBuilder()
                .setQuestion(Question.newBuilder().addTransactions(transaction))
                .build();
    }

    @Test
    void accepted_connectedOnceAndSends() {
        connectAndAccept();
        calls.accept(0);
        link.send(question("tx_1"));

        await("what was sent", () -> calls.received.size() == 2);
        assertThat(calls.received).containsExactly(HELLO, question("tx_1"));
        assertThat(events).containsExactly("connected");
    }

    @Test
    void notAcceptedYet_nothingButTheHelloIsSent() {
        link.connect();
        await("a hello", () -> calls.answers.size() == 1);
        link.send(question("tx_1"));
        calls.accept(0);
        await("that it is connected", () -> events.contains("connected"));
        link.send(question("tx_2"));

        await("what was sent after", () -> calls.received.size() == 2);
        assertThat(calls.received).containsExactly(HELLO, question("tx_2"));
    }

    @Test
    void refused_neverConnectedAndCallsAgain() {
        link.connect();
        await("a hello", () -> calls.answers.size() == 1);
        calls.answers.get(0).onError(Status.PERMISSION_DENIED.asRuntimeException());

        await("a second call", () -> calls.answers.size() == 2);
        assertThat(events).isEmpty();
    }

    @Test
    void callEnds_disconnectedAndCallsAgain() {
        connectAndAccept();
        calls.answers.get(0).onError(Status.UNAVAILABLE.asRuntimeException());

        await("a second call", () -> calls.answers.size() == 2);
        calls.accept(1);
        await("that it is connected again", () -> events.size() == 3);
        assertThat(events).containsExactly("connected", "disconnected", "connected");
    }

    private boolean listen(int port) {
        try {
            server = plaintext
                    .server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .addService(calls)
                    .build()
                    .start();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void nobodyListens_callsUntilSomebodyDoes() throws Exception {
        int port = server.getPort();
        server.shutdownNow().awaitTermination();
        link.connect();
        await("its port again", () -> listen(port)); // for a moment it may be that of somebody's connection

        await("a hello", () -> calls.answers.size() == 1);
        assertThat(events).isEmpty();
    }

    @Test
    void peerDoesNotTakeWhatItIsSent_callIsCancelled() {
        connectAndAccept();
        calls.reads = false;
        Envelope large = Envelope.newBuilder()
                .setEvidence(Evidence.newBuilder().setViolation(ByteString.copyFrom(new byte[1 << 20])))
                .build();
        for (int i = 0; i < 80; i++) {
            link.send(large);
        }

        await("the end of the call", () -> events.contains("disconnected"));
        await("a second call", () -> calls.answers.size() == 2);
    }

    @Test
    void peerDoesNotTakeManySmallMessages_callIsCancelled() {
        connectAndAccept();
        calls.reads = false;
        Envelope small = question("t");
        for (int i = 0; i < 150_000; i++) { // of a few bytes, but each is an object here
            link.send(small);
        }

        await("the end of the call", () -> events.contains("disconnected"));
    }

    @Test
    void closed_callsNoMore() {
        connectAndAccept();
        link.close();
        await("the end of the call", () -> calls.answers.get(0).isCancelled());
        link.connect();
        link.send(question("tx_1"));

        assertThat(calls.answers).hasSize(1);
        assertThat(calls.received).containsExactly(HELLO);
    }
}
