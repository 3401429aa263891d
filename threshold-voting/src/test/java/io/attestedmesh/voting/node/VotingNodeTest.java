package io.attestedmesh.voting.node;

import static io.attestedmesh.voting.node.VotingNetwork.await;
import static io.attestedmesh.voting.node.VotingNetwork.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.mpc.network.InsecureTransport;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.voting.journal.FileJournal;
import io.attestedmesh.voting.journal.JournalException;
import io.attestedmesh.voting.node.VotingNetwork.Member;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.replica.RefusedVoteException;
import io.attestedmesh.voting.replica.ReplicaSettings;
import io.attestedmesh.voting.replica.VoteReason;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.TestCommittee;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.ViolationType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class VotingNodeTest {
    private static final NodeSettings QUICK =
            NodeSettings.DEFAULT.with(ReplicaSettings.DEFAULT.withDeadline(Duration.ofMillis(500)));

    @TempDir
    private Path directory;

    private VotingNetwork five() throws Exception {
        return new VotingNetwork(5, 4, directory, NodeSettings.DEFAULT).startAll();
    }

    private static void voteAll(VotingNetwork network, String transaction, String value, String... nodes)
            throws Exception {
        for (String node : nodes) {
            network.node(node).vote(transaction, value);
        }
    }

    private static void awaitOutcome(VotingNetwork network, String transaction, Outcome outcome) {
        network.members()
                .values()
                .forEach(member -> await(outcome + " at all", () -> member.outcome(transaction) == outcome));
    }

    @Test
    void fourVoteTheSame_allDecideWithCertificate() throws Exception {
        try (VotingNetwork network = five()) {
            voteAll(network, "tx_1", "42", "n1", "n2", "n3", "n4");

            awaitOutcome(network, "tx_1", Outcome.DECIDED);
            VerifiedCertificate certificate = network.node("n5")
                    .status("tx_1")
                    .orElseThrow()
                    .ballot()
                    .certificate()
                    .orElseThrow();
            assertThat(network.committee()
                            .verifier()
                            .verify(certificate.certificate())
                            .value())
                    .contains(new Value("42"));
        }
    }

    @Test
    void threeVoteTheSame_pending() throws Exception {
        try (VotingNetwork network = five()) {
            voteAll(network, "tx_1", "42", "n1", "n2", "n3");
            await(
                    "all three votes at n5",
                    () -> network.node("n5").status("tx_1").stream()
                            .anyMatch(view -> view.tally().heard() == 3));

            assertThat(network.node("n5").outcome("tx_1")).isEqualTo(Outcome.PENDING);
        }
    }

    @Test
    void voteTwice_refusedWithWhatWasSaid() throws Exception {
        try (VotingNetwork network = five()) {
            network.node("n1").vote("tx_1", "42");

            assertThatThrownBy(() -> network.node("n1").vote("tx_1", "43"))
                    .cause()
                    .hasMessageContaining("voted for 42")
                    .asInstanceOf(InstanceOfAssertFactories.type(RefusedVoteException.class))
                    .extracting(RefusedVoteException::reason)
                    .isEqualTo(VoteReason.ALREADY_SAID);
        }
    }

    @Test
    void voteAgainstDecision_refused() throws Exception {
        try (VotingNetwork network = five()) {
            voteAll(network, "tx_1", "42", "n1", "n2", "n3", "n4");
            awaitOutcome(network, "tx_1", Outcome.DECIDED);

            assertThatThrownBy(() -> network.node("n5").vote("tx_1", "43"))
                    .cause()
                    .asInstanceOf(InstanceOfAssertFactories.type(RefusedVoteException.class))
                    .extracting(RefusedVoteException::reason)
                    .isEqualTo(VoteReason.SETTLED);
        }
    }

    @Test
    void alone_notReadyToVote() throws Exception {
        try (VotingNetwork network = new VotingNetwork(5, 4, directory, NodeSettings.DEFAULT)) {
            Member alone = network.start("n1", 0);

            assertThatThrownBy(() -> alone.vote("tx_1", "42"))
                    .cause()
                    .asInstanceOf(InstanceOfAssertFactories.type(RefusedVoteException.class))
                    .extracting(RefusedVoteException::reason)
                    .isEqualTo(VoteReason.NOT_READY);
        }
    }

    @Test
    void deadlinePasses_failedWithCertificate() throws Exception {
        try (VotingNetwork network = new VotingNetwork(5, 4, directory, QUICK).startAll()) {
            network.node("n1").vote("tx_1", "42");

            awaitOutcome(network, "tx_1", Outcome.FAILED);
            VerifiedCertificate certificate = network.node("n5")
                    .status("tx_1")
                    .orElseThrow()
                    .ballot()
                    .certificate()
                    .orElseThrow();
            assertThat(network.committee()
                            .verifier()
                            .verify(certificate.certificate())
                            .value())
                    .isEmpty();
        }
    }

    @Test
    void splitVotes_stuckAndSaysSo() throws Exception {
        try (VotingNetwork network = five()) {
            voteAll(network, "tx_1", "42", "n1", "n2");
            voteAll(network, "tx_1", "43", "n3", "n4");

            await(
                    "a stuck transaction",
                    () -> network.node("n5")
                            .status("tx_1")
                            .flatMap(TransactionView::stuck)
                            .isPresent());
        }
    }

    @Test
    void nodeAwayDuringDecision_learnsItWhenBack() throws Exception {
        try (VotingNetwork network = five()) {
            int port = network.node("n5").server.getPort();
            network.stop("n5");
            voteAll(network, "tx_1", "42", "n1", "n2", "n3", "n4");
            Member back = network.start("n5", port);
            network.introduce(back);

            awaitOutcome(network, "tx_1", Outcome.DECIDED);
        }
    }

    @Test
    void restarted_stillKnowsItsVote() throws Exception {
        try (VotingNetwork network = five()) {
            network.node("n1").vote("tx_1", "42");
            int port = network.node("n1").server.getPort();
            network.stop("n1");
            Member again = network.start("n1", port);
            network.introduce(again);
            await("a ready n1", () -> network.isReady(again));

            assertThatThrownBy(() -> again.vote("tx_1", "43")).cause().hasMessageContaining("voted for 42");
        }
    }

    @Test
    void diskGoesBack_votesNoMore() throws Exception {
        try (VotingNetwork network = five()) {
            network.node("n1").vote("tx_1", "42");
            await("the vote at n2", () -> network.node("n2").status("tx_1").isPresent());
            int port = network.node("n1").server.getPort();
            network.stop("n1");
            Files.delete(directory.resolve("n1.mv"));
            Files.delete(directory.resolve("n1.mv.log"));
            Member old = network.start("n1", port);
            network.introduce(old);
            await("a rolled back n1", () -> get(old.node.info()).rolledBack());

            assertThatThrownBy(() -> old.vote("tx_1", "43"))
                    .cause()
                    .asInstanceOf(InstanceOfAssertFactories.type(RefusedVoteException.class))
                    .extracting(RefusedVoteException::reason)
                    .isEqualTo(VoteReason.ROLLED_BACK);
        }
    }

    @Test
    void oneAddressKnown_othersLearned() throws Exception {
        try (VotingNetwork network = new VotingNetwork(5, 4, directory, NodeSettings.DEFAULT)) {
            Member first = network.start("n1", PlainParties.freePort());
            for (String name : List.of("n2", "n3", "n4", "n5")) {
                network.start(name, PlainParties.freePort()).node.reach(first.party());
            }

            network.members()
                    .values()
                    .forEach(member -> await(
                            "all others reached",
                            () -> get(member.node.peers()).stream().allMatch(peer -> peer.reached() && peer.calls())));
        }
    }

    @Test
    void anotherKeyInOneEpoch_refused() throws Exception {
        try (VotingNetwork network = five()) {
            int port = network.node("n5").server.getPort();
            network.stop("n5");
            Committee committee = network.committee().committee();
            StatementSigner other =
                    new StatementSigner(committee, "n5", Ed25519PrivateKey.generate(new SecureRandom()));
            Member changed = network.start("n5", other, directory.resolve("other.mv"), port);
            network.introduce(changed);

            await("a refusal", () -> network.node("n1").refusals("ANOTHER_KEY") > 0);
            assertThat(get(network.node("n1").node.peers()))
                    .filteredOn(peer -> peer.node().equals("n5"))
                    .noneMatch(PeerView::calls);
        }
    }

    @Test
    void journalOfAnotherKey_notBuilt() throws Exception {
        try (VotingNetwork network = five()) {
            network.stop("n5");
            StatementSigner other = new StatementSigner(
                    network.committee().committee(), "n5", Ed25519PrivateKey.generate(new SecureRandom()));

            assertThatThrownBy(() -> network.start("n5", other, directory.resolve("n5.mv"), 0))
                    .isInstanceOf(RejectedStatementException.class)
                    .hasMessageContaining("ANOTHER_KEY");
        }
    }

    @Test
    void journalFails_nodeEndsAndOthersDecide() throws Exception {
        try (VotingNetwork network = five()) {
            Member failing = network.node("n5");
            failing.journal.close();

            assertThatThrownBy(() -> failing.vote("tx_1", "42")).isInstanceOf(VotingNetwork.Failed.class);
            assertThatThrownBy(() -> failing.node.ended().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(JournalException.class);
            voteAll(network, "tx_1", "42", "n1", "n2", "n3", "n4");
            await("a decision without it", () -> network.node("n1").outcome("tx_1") == Outcome.DECIDED);
        }
    }

    /** An error in the middle of a change ends the node; that the journal is closed then may not make the change durable. */
    @Test
    void errorWhileItChanges_halfOfTheChangeIsNotCommitted() throws Exception {
        TestCommittee committee = new TestCommittee(4, 3);
        Path file = directory.resolve("alone.mv");
        NodeListener failing = new NodeListener() {
            @Override
            public void stated(VerifiedStatement statement) {
                throw new OutOfMemoryError("a test");
            }
        };
        InsecurePlaintext plaintext = InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT);
        try (FileJournal journal = FileJournal.open(file, committee.committee(), "n1");
                VotingNode node = VotingNode.builder(committee.signer("n1"), journal, new InsecureTransport(plaintext))
                        .listener(failing)
                        .build()) {
            node.start();
            node.adopt(committee.decision("tx_1", "42", "n2", "n3", "n4"));
            assertThatThrownBy(() -> node.ended().get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(OutOfMemoryError.class);
        }

        try (FileJournal journal = FileJournal.open(file, committee.committee(), "n1")) {
            assertThat(journal.transactions()).isZero();
        }
    }

    /** Who is shown a vote of a node may rely on it: one that is lost could be followed by another. */
    @Test
    void whatIsNotDurable_isNotShown() throws Exception {
        TestCommittee committee = new TestCommittee(4, 3);
        CountDownLatch changes = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        NodeListener waiting = new NodeListener() {
            @Override
            public void stated(VerifiedStatement statement) {
                changes.countDown();
                boolean unused = uninterrupted(goesOn);
            }
        };
        InsecurePlaintext plaintext = InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT);
        try (FileJournal journal = FileJournal.open(directory.resolve("alone.mv"), committee.committee(), "n1");
                VotingNode node = VotingNode.builder(committee.signer("n1"), journal, new InsecureTransport(plaintext))
                        .listener(waiting)
                        .build()) {
            node.start();
            node.adopt(committee.decision("tx_1", "42", "n2", "n3", "n4"));
            assertThat(uninterrupted(changes)).isTrue();
            CompletableFuture<Optional<TransactionView>> asked = node.status(new TransactionId("tx_1"));
            journal.abandon();
            goesOn.countDown();

            assertThatThrownBy(() -> asked.get(30, TimeUnit.SECONDS)).hasRootCauseInstanceOf(JournalException.class);
        }
    }

    private static boolean uninterrupted(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void journalInUse_notOpened() throws Exception {
        try (VotingNetwork network = five()) {
            assertThatThrownBy(() -> network.start("n5", 0))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("n5.mv");
        }
    }

    @Test
    void doubleVoteByLiar_provedAndExcludedEverywhere() throws Exception {
        try (VotingNetwork network = five()) {
            InsecureByzantine liar = new InsecureByzantine(
                    network.node("n5").node, network.committee().signer("n5"));
            liar.doubleVote(new TransactionId("tx_1"), new Value("a"), new Value("b"));

            for (String name : List.of("n1", "n2", "n3", "n4")) {
                Member member = network.node(name);
                await(
                        "a proof at " + name,
                        () -> get(member.node.violations()).stream()
                                .anyMatch(known -> known.violation().type() == ViolationType.DOUBLE_VOTE
                                        && known.violation().accused().equals("n5")));
                assertThat(get(member.node.peers()))
                        .filteredOn(PeerView::excluded)
                        .extracting(PeerView::node)
                        .containsExactly("n5");
            }
        }
    }

    @Test
    void minorityVote_provedAndNotExcluded() throws Exception {
        try (VotingNetwork network = five()) {
            network.node("n5").vote("tx_1", "43");
            voteAll(network, "tx_1", "42", "n1", "n2", "n3", "n4");

            Member n1 = network.node("n1");
            await(
                    "a proof",
                    () -> get(n1.node.violations()).stream()
                            .anyMatch(known -> known.violation().type() == ViolationType.MINORITY_VOTE));
            assertThat(get(n1.node.peers())).noneMatch(PeerView::excluded);
        }
    }

    @Test
    void invalidSignatureToAll_observedAndExcluded() throws Exception {
        try (VotingNetwork network = five()) {
            InsecureByzantine liar = new InsecureByzantine(
                    network.node("n5").node, network.committee().signer("n5"));
            liar.invalidSignature(new TransactionId("tx_1"), new Value("a"));

            Member n1 = network.node("n1");
            await(
                    "n5 excluded",
                    () -> get(n1.node.peers()).stream()
                            .anyMatch(peer -> peer.node().equals("n5") && peer.excluded()));
            assertThat(n1.refusals("SIGNATURE")).isPositive();
        }
    }

    @Test
    void silentNode_observedByOthers() throws Exception {
        NodeSettings settings = NodeSettings.DEFAULT.with(
                ReplicaSettings.DEFAULT.withAsk(Duration.ofMillis(50)).withGrace(Duration.ofMillis(300)));
        try (VotingNetwork network = new VotingNetwork(5, 4, directory, settings).startAll()) {
            get(new InsecureByzantine(
                            network.node("n5").node, network.committee().signer("n5"))
                    .silence(true));
            voteAll(network, "tx_1", "42", "n1", "n2", "n3");

            Member n1 = network.node("n1");
            await(
                    "an observation",
                    () -> get(n1.node.violations()).stream()
                            .anyMatch(known -> known.violation().type() == ViolationType.SILENCE
                                    && known.violation().accused().equals("n5")));
            assertThat(get(n1.node.violations()))
                    .allMatch(known -> known.violation().accused().equals("n5"));
        }
    }
}
