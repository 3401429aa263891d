package io.attestedmesh.voting.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.network.InsecureTransport;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.statement.Announcement;
import io.attestedmesh.voting.statement.TestCommittee;
import io.attestedmesh.voting.wire.v1.Accepted;
import io.attestedmesh.voting.wire.v1.Contact;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.attestedmesh.voting.wire.v1.Hello;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The test is the loop: it says when what the connections brought is looked at. */
@Timeout(60)
final class MeshTest {
    private final TestCommittee committee = new TestCommittee(3, 2);
    private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
    private final List<String> events = new ArrayList<>();
    private final Mesh mesh = new Mesh(
            "n1",
            committee.committee(),
            new InsecureTransport(InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT)),
            committee.signer("n1").announcement(),
            Optional.empty(),
            NodeSettings.DEFAULT,
            Clock.systemUTC(),
            new Envelopes(committee.verifier()),
            new Refusals(new SimpleMeterRegistry(), Clock.systemUTC()),
            loop::add,
            new Recorded());

    private final class Recorded implements Mesh.Events {
        @Override
        public void announced(Announcement announcement) {
            events.add("announced " + announcement.node());
        }

        @Override
        public void connected(String node) {
            events.add("connected " + node);
        }

        @Override
        public void disconnected(String node) {
            events.add("disconnected " + node);
        }

        @Override
        public void called(String node, boolean works) {
            events.add("called " + node + " " + works);
        }

        @Override
        public void received(String from, Message message) {
            events.add("received " + from);
        }

        @Override
        public void invalidSignature(String from, Bytes digest) {
            events.add("invalid " + from);
        }
    }

    /** The server's side of a call, as strict as gRPC's: it ends once. */
    private static final class Answers extends ServerCallStreamObserver<Accepted> {
        private int accepted;
        private int ends;

        private void requireOpen() {
            if (ends > 0) {
                throw new IllegalStateException("call already closed");
            }
        }

        @Override
        public synchronized void onNext(Accepted value) {
            requireOpen();
            accepted++;
        }

        @Override
        public synchronized void onError(Throwable failure) {
            requireOpen();
            ends++;
        }

        @Override
        public synchronized void onCompleted() {
            requireOpen();
            ends++;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {
            // nobody cancels
        }

        @Override
        public void setCompression(String compression) {
            // as it is
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            // always ready
        }

        @Override
        public void request(int count) {
            // the test sends when it likes
        }

        @Override
        public void setMessageCompression(boolean enable) {
            // as it is
        }

        @Override
        public void disableAutoRequest() {
            // the test sends when it likes
        }

        @Override
        public void disableAutoInboundFlowControl() {
            // the test sends when it likes
        }
    }

    @AfterEach
    void close() {
        mesh.close();
    }

    private Envelope hello(String node, Optional<Contact> contact) {
        Hello.Builder hello = Hello.newBuilder()
                .setAnnouncement(
                        Envelopes.write(committee.signer(node).announcement().encoded()));
        contact.ifPresent(hello::setContact);
        return Envelope.newBuilder().setHello(hello).build();
    }

    private static Contact contact(String node, String host, int port) {
        return Contact.newBuilder().setNode(node).setHost(host).setPort(port).build();
    }

    /** Runs the next thing that waits for the loop. */
    private void step() throws InterruptedException {
        Runnable next = loop.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("something for the loop").isNotNull();
        next.run();
    }

    @Test
    void hello_accepted() throws Exception {
        Answers answers = new Answers();
        mesh.deliver(answers).onNext(hello("n2", Optional.empty()));
        step();

        assertThat(answers.accepted).isEqualTo(1);
        assertThat(mesh.calls("n2")).isTrue();
    }

    @Test
    void callEndsBeforeItsHelloIsLookedAt_nodeDoesNotCall() throws Exception {
        Answers answers = new Answers();
        StreamObserver<Envelope> call = mesh.deliver(answers);
        call.onCompleted();
        call.onNext(hello("n2", Optional.empty())); // it was verified while the call ended
        step();
        step();

        assertThat(mesh.calls("n2")).isFalse();
        assertThat(events).doesNotContain("called n2 true");
    }

    @Test
    void callEnds_nodeCallsNoMore() throws Exception {
        StreamObserver<Envelope> call = mesh.deliver(new Answers());
        call.onNext(hello("n2", Optional.empty()));
        step();
        call.onCompleted();
        step();

        assertThat(events).containsExactly("announced n2", "called n2 true", "called n2 false");
    }

    @Test
    void callsAgainAfterTheFirstEnded_secondAccepted() throws Exception {
        StreamObserver<Envelope> first = mesh.deliver(new Answers());
        first.onNext(hello("n2", Optional.empty()));
        step();
        Answers second = new Answers();
        mesh.deliver(second).onNext(hello("n2", Optional.empty()));
        Runnable laterHello = loop.poll(30, TimeUnit.SECONDS);
        first.onCompleted(); // its end is looked at after the second hello
        laterHello.run();
        step();

        assertThat(second.accepted).isEqualTo(1);
        assertThat(mesh.calls("n2")).isTrue();
    }

    @Test
    void callsAgain_firstIsEnded() throws Exception {
        Answers first = new Answers();
        mesh.deliver(first).onNext(hello("n2", Optional.empty()));
        step();
        mesh.deliver(new Answers()).onNext(hello("n2", Optional.empty()));
        step();

        assertThat(first.ends).isEqualTo(1);
    }

    @Test
    void helloOfItself_notAccepted() throws Exception {
        Answers answers = new Answers();
        mesh.deliver(answers).onNext(hello("n1", Optional.empty()));
        step();

        assertThat(answers.accepted).isZero();
        assertThat(mesh.calls("n1")).isFalse();
    }

    private Optional<String> addressOf(String node) {
        return mesh.address(node).map(party -> party.host() + ":" + party.port());
    }

    /** n2 is called, and says where others are. */
    private void hearFrom(String node, Contact... contacts) throws InterruptedException {
        mesh.reach(Party.of(1, new PeerIdentity(node), "127.0.0.1", 1));
        mesh.linkOf(node)
                .connected(
                        Accepted.newBuilder().addAllContacts(List.of(contacts)).build());
        step();
    }

    @Test
    void addressThatAnotherSaid_taken() throws Exception {
        hearFrom("n2", contact("n3", "127.0.0.3", 7));

        assertThat(addressOf("n3")).contains("127.0.0.3:7");
    }

    @Test
    void nodeSaysAnotherAddressOfItself_believed() throws Exception {
        hearFrom("n2", contact("n3", "127.0.0.66", 66));
        mesh.deliver(new Answers()).onNext(hello("n3", Optional.of(contact("n3", "127.0.0.3", 7))));
        step();

        assertThat(addressOf("n3")).contains("127.0.0.3:7");
    }

    @Test
    void operatorKnowsTheAddress_believed() throws Exception {
        hearFrom("n2", contact("n3", "127.0.0.66", 66));
        mesh.reach(Party.of(1, new PeerIdentity("n3"), "127.0.0.3", 7));

        assertThat(addressOf("n3")).contains("127.0.0.3:7");
    }

    @Test
    void anotherSaysAnotherAddress_notTaken() throws Exception {
        mesh.reach(Party.of(1, new PeerIdentity("n3"), "127.0.0.3", 7));
        hearFrom("n2", contact("n3", "127.0.0.66", 66));

        assertThat(addressOf("n3")).contains("127.0.0.3:7");
    }

    @Test
    void secondHearsay_notTaken() throws Exception {
        hearFrom("n2", contact("n3", "127.0.0.3", 7), contact("n3", "127.0.0.66", 66));

        assertThat(addressOf("n3")).contains("127.0.0.3:7");
    }

    @Test
    void reachedByHearsay_kept() throws Exception {
        hearFrom("n2", contact("n3", "127.0.0.3", 7));
        mesh.linkOf("n3").connected(Accepted.getDefaultInstance());
        step();
        mesh.deliver(new Answers()).onNext(hello("n3", Optional.of(contact("n3", "127.0.0.4", 8))));
        step();

        assertThat(addressOf("n3")).contains("127.0.0.3:7");
    }

    @Test
    void helloSaysWhereAnotherIs_notTaken() throws Exception {
        mesh.deliver(new Answers()).onNext(hello("n2", Optional.of(contact("n3", "127.0.0.66", 66))));
        step();

        assertThat(addressOf("n3")).isEmpty();
    }

    @Test
    void contactsThatAreNone_ignored() throws Exception {
        hearFrom(
                "n2",
                contact("n3", "", 7),
                contact("n3", "a b", 7),
                contact("n3", "x".repeat(254), 7),
                contact("n3", "host", 0),
                contact("n3", "host", 65_536),
                contact("n9", "host", 7),
                contact("n1", "host", 7));

        assertThat(addressOf("n3")).isEmpty();
        assertThat(addressOf("n9")).isEmpty();
        assertThat(addressOf("n1")).isEmpty();
        assertThat(events).containsExactly("connected n2");
    }
}
