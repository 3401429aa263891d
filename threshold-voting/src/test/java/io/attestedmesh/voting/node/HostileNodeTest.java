package io.attestedmesh.voting.node;

import static io.attestedmesh.voting.node.VotingNetwork.await;
import static io.attestedmesh.voting.node.VotingNetwork.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.TestClock;
import io.attestedmesh.voting.node.VotingNetwork.Member;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.replica.ReplicaSettings;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.ConductRules;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.attestedmesh.voting.wire.v1.Hello;
import io.attestedmesh.voting.wire.v1.Question;
import io.attestedmesh.voting.wire.v1.Statements;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** n1 to n4 are honest; n5 is a member with an attested connection, and sends whatever it likes to n1. */
@Timeout(180)
final class HostileNodeTest {
    private static final int PENDING_OF_ONE = 50;
    private static final ReplicaSettings SMALL = new ReplicaSettings(
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            1000,
            PENDING_OF_ONE,
            256,
            ConductRules.DEFAULT);

    @TempDir
    private Path directory;

    private final TestClock clock = new TestClock();
    private VotingNetwork network;
    private Member first;
    private HostileMember liar;

    @BeforeEach
    void open() throws Exception {
        network = new VotingNetwork(
                5, 4, directory, NodeSettings.DEFAULT.with(SMALL).withHello(Duration.ofSeconds(2)), clock);
        for (String name : List.of("n1", "n2", "n3", "n4")) {
            network.introduce(network.start(name, 0));
        }
        first = network.node("n1");
        network.members().values().forEach(member -> await("a ready node", () -> network.isReady(member)));
        liar = new HostileMember(network, "n5");
    }

    @AfterEach
    void close() {
        liar.close();
        network.close();
    }

    private Envelope hello(String node) {
        return Envelope.newBuilder()
                .setHello(Hello.newBuilder()
                        .setAnnouncement(Envelopes.write(
                                network.committee().signer(node).announcement().encoded())))
                .build();
    }

    private HostileMember.Call accepted() throws Exception {
        HostileMember.Call call = liar.call(first);
        call.send(hello("n5"));
        await("an accepted hello", () -> call.accepted() == 1);
        return call;
    }

    private static Envelope statements(List<VerifiedStatement> statements) {
        return Envelopes.write(new Message.Statements(statements));
    }

    private void assertHonestNodesDecide(String transaction) throws Exception {
        for (String name : List.of("n1", "n2", "n3", "n4")) {
            VerifiedStatement unused = network.node(name).vote(transaction, "42");
        }
        network.members()
                .values()
                .forEach(member -> await("a decision", () -> member.outcome(transaction) == Outcome.DECIDED));
    }

    private void assertEnded(HostileMember.Call call, Status.Code code, String reason) throws Exception {
        await("an end", () -> call.end().isPresent());
        assertThat(call.end().orElseThrow().getCode()).isEqualTo(code);
        assertThat(first.refusals(reason)).isPositive();
        assertHonestNodesDecide("tx_after");
    }

    @Test
    void noHello_refused() throws Exception {
        HostileMember.Call call = liar.call(first);
        call.send(statements(List.of(network.committee().vote("n5", 1, "tx_1", "a"))));

        assertEnded(call, Status.Code.INVALID_ARGUMENT, "HELLO");
        assertThat(first.status("tx_1")).isEmpty();
    }

    @Test
    void nothingSaid_ended() throws Exception {
        HostileMember.Call call = liar.call(first);

        assertEnded(call, Status.Code.DEADLINE_EXCEEDED, "HELLO");
    }

    @Test
    void nodeHasStopped_calledSoManyTimes_saysSo() throws Exception {
        first.node.close();
        for (int i = 0; i < 10; i++) {
            HostileMember.Call call = liar.call(first);
            await("an end", () -> call.end().isPresent());

            assertThat(call.end().orElseThrow().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(call.end().orElseThrow().getDescription()).contains("the node is stopping");
        }
    }

    @Test
    void nothingSaidAfterHello_goesOn() throws Exception {
        HostileMember.Call silent = accepted();
        HostileMember.Call later = liar.call(first);

        assertEnded(later, Status.Code.DEADLINE_EXCEEDED, "HELLO");
        assertThat(silent.end()).isEmpty();
    }

    @Test
    void twoHellos_refused() throws Exception {
        HostileMember.Call call = accepted();
        call.send(hello("n5"));

        assertEnded(call, Status.Code.INVALID_ARGUMENT, "HELLO");
    }

    @Test
    void announcementOfAnotherNode_refused() throws Exception {
        HostileMember.Call call = liar.call(first);
        call.send(hello("n4"));

        assertEnded(call, Status.Code.INVALID_ARGUMENT, "WRONG_NODE");
    }

    @Test
    void garbageForAnnouncement_refused() throws Exception {
        HostileMember.Call call = liar.call(first);
        call.send(Envelope.newBuilder()
                .setHello(Hello.newBuilder().setAnnouncement(ByteString.copyFromUtf8("garbage")))
                .build());

        assertEnded(call, Status.Code.INVALID_ARGUMENT, "MALFORMED");
    }

    @Test
    void hugeAnnouncement_refused() throws Exception {
        HostileMember.Call call = liar.call(first);
        call.send(Envelope.newBuilder()
                .setHello(Hello.newBuilder().setAnnouncement(ByteString.copyFrom(new byte[1 << 20])))
                .build());

        assertEnded(call, Status.Code.INVALID_ARGUMENT, "TOO_LARGE");
    }

    @Test
    void garbageForStatement_refused() throws Exception {
        HostileMember.Call call = accepted();
        call.send(Envelope.newBuilder()
                .setStatements(Statements.newBuilder().addStatements(ByteString.copyFromUtf8("garbage")))
                .build());

        assertEnded(call, Status.Code.INVALID_ARGUMENT, "MALFORMED");
    }

    @Test
    void stranger_refused() throws Exception {
        try (HostileMember stranger = new HostileMember(network, "stranger")) {
            HostileMember.Call call = stranger.call(first);
            call.send(hello("n5"));

            assertEnded(call, Status.Code.PERMISSION_DENIED, "NOT_A_MEMBER");
        }
    }

    @Test
    void tenThousandStatementsInAMessage_refused() throws Exception {
        HostileMember.Call call = accepted();
        call.send(statements(Collections.nCopies(10_000, network.committee().vote("n5", 1, "tx_1", "a"))));

        assertEnded(call, Status.Code.INVALID_ARGUMENT, "TOO_LARGE");
        assertThat(first.status("tx_1")).isEmpty();
    }

    @Test
    void statementsOfOthers_refused() throws Exception {
        HostileMember.Call call = accepted();
        call.send(statements(List.of(network.committee().vote("n4", 1, "tx_1", "a"))));

        assertEnded(call, Status.Code.INVALID_ARGUMENT, "NOT_ITS_OWN");
        assertThat(first.status("tx_1")).isEmpty();
    }

    @Test
    void forgedStatement_refusedAndObserved() throws Exception {
        HostileMember.Call call = accepted();
        VerifiedStatement vote = network.committee().vote("n5", 1, "tx_1", "a");
        call.send(statements(
                List.of(VerifiedStatement.readmit(new SignedStatement(vote.statement(), Bytes.of(new byte[64]))))));

        assertEnded(call, Status.Code.PERMISSION_DENIED, "SIGNATURE");
        assertThat(get(first.node.violations()))
                .extracting(known -> known.violation().accused())
                .containsExactly("n5");
    }

    @Test
    void passesOnWhatDoesNotVerify_callGoesOnAndNobodyIsAccused() throws Exception {
        HostileMember.Call call = accepted();
        VerifiedStatement vote = network.committee().vote("n4", 1, "tx_1", "a");
        VerifiedStatement forged =
                VerifiedStatement.readmit(new SignedStatement(vote.statement(), Bytes.of(new byte[64])));
        call.send(Envelopes.write(new Message.Answer(vote.transaction(), List.of(forged), Optional.empty())));
        call.send(statements(List.of(network.committee().vote("n5", 1, "tx_2", "a"))));

        await("what came after it", () -> first.status("tx_2").isPresent());
        assertThat(first.status("tx_1")).isEmpty();
        assertThat(first.refusals("SIGNATURE")).isPositive();
        assertThat(get(first.node.violations())).isEmpty();
    }

    @Test
    void moreCallsThanItMayHave_refused() throws Exception {
        List<HostileMember.Call> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(liar.call(first));
        }

        await(
                "refused calls",
                () -> calls.stream()
                                .filter(call -> call.end().isPresent())
                                .filter(call -> call.end().orElseThrow().getCode() == Status.Code.RESOURCE_EXHAUSTED)
                                .count()
                        == 42);
        assertHonestNodesDecide("tx_after");
    }

    @Test
    void callsAllTheTime_refused() throws Exception {
        clock.set(clock.instant()); // so that as many calls are refused at any speed
        int tooOften = 0;
        for (int i = 0; i < 300; i++) {
            HostileMember.Call call = liar.call(first);
            call.send(hello("n4"));
            await("an end", () -> call.end().isPresent());
            tooOften +=
                    String.valueOf(call.end().orElseThrow().getDescription()).contains("calls too often") ? 1 : 0;
        }

        assertThat(tooOften).isBetween(50, 100);
        assertHonestNodesDecide("tx_after");
    }

    @Test
    void callsThatEnded_makeRoomForOthers() throws Exception {
        for (int i = 0; i < 20; i++) {
            HostileMember.Call call = liar.call(first);
            call.send(hello("n4"));
            await("an end", () -> call.end().isPresent());
            assertThat(call.end().orElseThrow().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }

        assertThat(accepted().end()).isEmpty();
    }

    @Test
    void moreTransactionsThanItMayOpen_leftOut() throws Exception {
        HostileMember.Call call = accepted();
        List<VerifiedStatement> many = new ArrayList<>();
        for (int i = 1; i <= 2 * PENDING_OF_ONE; i++) {
            many.add(network.committee().vote("n5", i, "flood_" + i, "a"));
        }
        call.send(statements(many));
        await("all that it may open", () -> get(first.node.info()).pending() == PENDING_OF_ONE);

        assertHonestNodesDecide("tx_after");
        assertThat(get(first.node.info()).pending()).isEqualTo(PENDING_OF_ONE);
        assertThat(first.status("flood_" + 2 * PENDING_OF_ONE)).isEmpty();
    }

    @Test
    void flood_honestVotesGetThrough() throws Exception {
        HostileMember.Call call = accepted();
        Envelope questions = Envelope.newBuilder()
                .setQuestion(Question.newBuilder().addAllTransactions(Collections.nCopies(64, "tx_after")))
                .build();
        Envelope repeated =
                statements(Collections.nCopies(1000, network.committee().vote("n5", 1, "tx_1", "a")));
        for (int i = 0; i < 200; i++) {
            call.send(questions);
            call.send(repeated);
            call.send(Envelopes.write(new Message.Cursor(0, Optional.empty())));
        }

        assertHonestNodesDecide("tx_after");
    }
}
