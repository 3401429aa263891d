package io.attestedmesh.federated.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.federated.gossip.Network.Node;
import io.attestedmesh.federated.gossip.SavedRounds.Saved;
import io.attestedmesh.federated.gossip.wire.NodeServicesGrpc.NodeServicesBlockingStub;
import io.attestedmesh.federated.gossip.wire.ResponseMessage;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import io.attestedmesh.federated.gossip.wire.Weights;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Safetensors;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes 1 and 2 are honest and learn; node 3 is a member that lies about what it has and where it is. */
@Timeout(180)
class HostileLearningTest {
    @TempDir
    Path folder;

    private Network network;
    private HostileMember third;
    private NodeServicesBlockingStub toFirst;
    private NodeServicesBlockingStub toSecond;

    @BeforeEach
    void open() throws Exception {
        network = Network.attested(3);
        third = new HostileMember(network, 3);
        toFirst = third.to(1);
        toSecond = third.to(2);
    }

    @AfterEach
    void close() {
        third.close();
        network.close();
    }

    private static ResponseMessage send(NodeServicesBlockingStub node, RootMessage message) {
        return node.withDeadlineAfter(20, TimeUnit.SECONDS).send(message);
    }

    /** Draws the first of everything, and gives no points. */
    private static GossipNode.Builder predictable(GossipNode.Builder settings) {
        return settings.random(() -> 0);
    }

    private RootMessage model(String command, int round, float value) {
        ByteBuffer[] parts = Safetensors.of(AddingLearner.model(value)).encode().toArray(ByteBuffer[]::new);
        var bytes = UnsafeByteOperations.unsafeWrap(parts[0]);
        for (int i = 1; i < parts.length; i++) {
            bytes = bytes.concat(UnsafeByteOperations.unsafeWrap(parts[i]));
        }
        return third.gossip(3, command, round).toBuilder()
                .setWeights(Weights.newBuilder().setWeights(bytes).setNumSamples(1))
                .build();
    }

    @Test
    void modelThatIsAnnouncedAndDoesNotCome_keepsNobodyElseAway() throws Exception {
        Node first = network.node(1);
        Node second = network.node(2);
        first.gossip.connect(network.address(2)).get(20, TimeUnit.SECONDS);
        second.gossip.connect(network.address(1)).get(20, TimeUnit.SECONDS);
        var held = first.learner.hold();
        var alsoHeld = second.learner.hold();
        first.gossip.startLearning(1, 1, 2, "test").get(10, TimeUnit.SECONDS);
        first.learner.awaitFitting();
        String other = network.address(2);
        assertThat(send(toFirst, third.announcement(0, "partial_model", other)).getResponse())
                .isEqualTo("true");
        alsoHeld.countDown();
        first.await("the second's own update", status -> status.contributors().contains(other));
        held.countDown();
        first.awaitEnd(1);
        second.awaitEnd(1);
        assertThat(first.learner.get()).isEqualTo(second.learner.get());
    }

    @Test
    void aggregateOfANodeThatDoesNotTrain_isRefused_whereATrainingOneIsANeighbour() throws Exception {
        Node first = network.node(1, HostileLearningTest::predictable);
        Node second = network.node(2, HostileLearningTest::predictable);
        first.gossip.connect(network.address(2)).get(20, TimeUnit.SECONDS);
        second.gossip.connect(network.address(1)).get(20, TimeUnit.SECONDS);
        third.join(toFirst);
        third.join(toSecond);
        first.await("two neighbours", status -> status.neighbours().size() == 2);
        second.await("two neighbours", status -> status.neighbours().size() == 2);
        var held = second.learner.hold();
        first.gossip.startLearning(1, 1, 1, "test").get(10, TimeUnit.SECONDS);
        first.await("the vote", status -> status.stage() == Stage.VOTING);
        second.await("the vote", status -> status.stage() == Stage.VOTING);
        RootMessage vote = third.gossip(3, "vote_train_set", 0, network.address(2), "1000");
        assertThat(send(toFirst, vote).getError()).isEmpty();
        assertThat(send(toSecond, vote).getError()).isEmpty();
        first.await("the wait", status -> status.stage() == Stage.WAITING_FOR_AGGREGATE);
        assertThat(send(toFirst, third.announcement(0, "add_model", "0")).getResponse())
                .isEqualTo("false");
        assertThat(send(toFirst, model("add_model", 0, 666)).getError()).startsWith("NOT_EXPECTED");
        held.countDown();
        first.awaitEnd(1);
        assertThat(first.learner.get()).isEqualTo(second.learner.get());
    }

    @Test
    void laterRoundThatOneNodeNames_isNotJumpedTo() throws Exception {
        new SavedRounds(folder).write(new Saved(new Experiment("test-1", 9, 1, 2), 1, AddingLearner.model(1)));
        GossipTiming patient = new GossipTiming(
                Network.TIMING.beat(),
                Network.TIMING.silence(),
                Duration.ofMinutes(5), // it looks for the others all the time
                Network.TIMING.vote(),
                Network.TIMING.training(),
                Network.TIMING.aggregation(),
                Network.TIMING.modelPeriod(),
                2,
                10,
                Network.TIMING.message(),
                Network.TIMING.model(),
                Network.TIMING.expected());
        Node first = network.node(1, settings -> settings.folder(folder).timing(patient));
        Node second = network.node(2);
        first.gossip.connect(network.address(2)).get(20, TimeUnit.SECONDS);
        second.gossip.connect(network.address(1)).get(20, TimeUnit.SECONDS);
        third.join(toFirst);
        first.await("two neighbours", status -> status.neighbours().size() == 2 && status.round() == 1);
        assertThat(send(toFirst, third.gossip(3, "vote_train_set", 5, network.address(3), "9"))
                        .getError())
                .isEmpty();
        assertThat(send(toFirst, third.gossip(3, "models_aggregated", 5, network.address(3)))
                        .getError())
                .isEmpty();
        assertThat(first.gossip.status().round()).isEqualTo(1);
    }

    @Test
    void whatWasStopped_isNotGoneOnWith() throws Exception {
        Node first = network.node(1, settings -> settings.folder(folder));
        Node second = network.node(2);
        first.gossip.connect(network.address(2)).get(20, TimeUnit.SECONDS);
        first.learner.hold();
        first.gossip.startLearning(5, 1, 2, "test").get(10, TimeUnit.SECONDS);
        first.learner.awaitFitting();
        second.gossip.stopLearning();
        first.await("the end", status -> status.stage() == Stage.IDLE);
        first.close();
        assertThat(new SavedRounds(folder).unfinished()).isEmpty();
    }

    @Test
    void learnerOfAnotherModelThanTheFolder_isNotGoneOnWith() throws Exception {
        Model other = Model.of(Map.of("weight", Tensor.of(Shape.of(1), 1)));
        new SavedRounds(folder).write(new Saved(new Experiment("test-1", 9, 1, 2), 1, other));
        List<Stage> stages = new CopyOnWriteArrayList<>();
        Node first =
                network.node(1, settings -> settings.folder(folder).listener(status -> stages.add(status.stage())));
        first.await("the end", status -> stages.contains(Stage.IDLE));
        assertThat(stages).containsExactly(Stage.VOTING, Stage.IDLE);
        first.close();
        assertThat(new SavedRounds(folder).unfinished()).isPresent(); // it may be the learner that is wrong
    }

    @Test
    void closedNode_promisesNothing() throws Exception {
        Node first = network.node(1);
        first.close();
        assertThatThrownBy(() -> first.gossip.connect(network.address(2)).get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> first.gossip.startLearning(1, 1, 1, "x").get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("closed");
    }
}
