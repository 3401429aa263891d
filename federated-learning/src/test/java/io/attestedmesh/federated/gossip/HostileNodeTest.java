package io.attestedmesh.federated.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.federated.gossip.Network.Node;
import io.attestedmesh.federated.gossip.wire.DirectMessage;
import io.attestedmesh.federated.gossip.wire.HandShakeRequest;
import io.attestedmesh.federated.gossip.wire.NodeServicesGrpc.NodeServicesBlockingStub;
import io.attestedmesh.federated.gossip.wire.ResponseMessage;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import io.attestedmesh.federated.gossip.wire.Weights;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.P2pflWeights;
import io.attestedmesh.federated.model.Safetensors;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import io.attestedmesh.federated.model.WeightsCompression;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes 1 and 2 are honest; node 3 is a member with an attested connection, and sends whatever it likes. */
@Timeout(180)
class HostileNodeTest {
    private Network network;
    private HostileMember third;
    private Node first;
    private Node second;
    private NodeServicesBlockingStub toFirst;
    private NodeServicesBlockingStub toSecond;

    @BeforeEach
    void open() throws Exception {
        network = Network.attested(3);
        GossipLimits limits = new GossipLimits(16, 1024, 512, 1000, 100, 100, 8, 512 << 10, 100);
        List<Node> nodes = network.meshed(2, settings -> settings.limits(limits));
        first = nodes.get(0);
        second = nodes.get(1);
        third = new HostileMember(network, 3);
        toFirst = third.to(1);
        toSecond = third.to(2);
    }

    @AfterEach
    void close() {
        third.close();
        network.close();
    }

    private RootMessage gossip(int source, String command, int round, String... arguments) {
        return third.gossip(source, command, round, arguments);
    }

    private void assertRefused(RootMessage message, GossipReason reason) {
        double before = counted(reason);
        ResponseMessage answer = toFirst.withDeadlineAfter(20, TimeUnit.SECONDS).send(message);
        assertThat(answer.getError()).startsWith(reason + ": ");
        assertThat(counted(reason)).isEqualTo(before + 1);
        assertThat(first.gossip.status().refusedPeers()).containsKey("n3.example");
    }

    private double counted(GossipReason reason) {
        return first.meters
                .counter("amesh.gossip.refused", "reason", reason.name().toLowerCase(java.util.Locale.ROOT))
                .count();
    }

    private void assertAccepted(RootMessage message) {
        assertThat(toFirst.withDeadlineAfter(20, TimeUnit.SECONDS).send(message).getError())
                .isEmpty();
    }

    private void learn() throws Exception {
        first.gossip.startLearning(1, 1, 2, "test").get(10, TimeUnit.SECONDS);
        first.awaitEnd(1);
        second.awaitEnd(1);
        assertThat(first.learner.get()).isEqualTo(second.learner.get());
    }

    @Test
    void handshakeInAnothersName_isRefused() throws Exception {
        HandShakeRequest request =
                HandShakeRequest.newBuilder().setAddr(network.address(2)).build();
        assertThatThrownBy(() -> toFirst.withDeadlineAfter(20, TimeUnit.SECONDS).handshake(request))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("WRONG_SOURCE");
        assertThatThrownBy(() -> toFirst.withDeadlineAfter(20, TimeUnit.SECONDS).disconnect(request))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("WRONG_SOURCE");
        assertThat(first.gossip.status().neighbours()).hasSize(1);
    }

    @Test
    void directMessageInAnothersName_isRefused() {
        RootMessage message = RootMessage.newBuilder()
                .setSource(network.address(2))
                .setCmd("PRE_SEND_MODEL")
                .setDirectMessage(
                        DirectMessage.newBuilder().addArgs("add_model").addArgs("0"))
                .build();
        assertRefused(message, GossipReason.WRONG_SOURCE);
    }

    @Test
    void modelInAnothersName_isRefused() {
        assertRefused(
                gossip(2, "add_model", 0).toBuilder()
                        .setWeights(Weights.getDefaultInstance())
                        .build(),
                GossipReason.WRONG_SOURCE);
    }

    @Test
    void messageOfAStranger_isRefused() {
        assertRefused(
                gossip(2, "beat", -1, "1").toBuilder().setSource("127.0.0.1:9").build(), GossipReason.UNKNOWN_SOURCE);
    }

    @Test
    void messageInOurName_isRefused() {
        assertRefused(gossip(1, "stop_learning", -1), GossipReason.FORGED_OWN);
    }

    @Test
    void messageInTheNameOfADirectNeighbour_isNotBelieved() throws Exception {
        second.learner.hold();
        first.gossip.startLearning(1, 1, 2, "test").get(10, TimeUnit.SECONDS);
        second.learner.awaitFitting();
        assertAccepted(gossip(2, "stop_learning", -1));
        assertThat(first.gossip.status().experiment()).isPresent();
    }

    @Test
    void unknownCommandsAndPayloads_areRefused_andTheNetworkLearns() throws Exception {
        assertRefused(gossip(3, "shutdown", -1), GossipReason.UNKNOWN_COMMAND);
        assertRefused(gossip(3, "add_model", -1), GossipReason.UNKNOWN_COMMAND);
        RootMessage empty = RootMessage.newBuilder()
                .setSource(network.address(3))
                .setCmd("beat")
                .build();
        assertRefused(empty, GossipReason.MALFORMED);
        assertRefused(gossip(3, "beat", -1, "soon"), GossipReason.MALFORMED);
        assertRefused(gossip(3, "beat", -1), GossipReason.MALFORMED);
        assertRefused(gossip(3, "start_learning", 0, "1"), GossipReason.MALFORMED);
        assertRefused(gossip(3, "start_learning", 0, "-1", "1", "1", "x"), GossipReason.MALFORMED);
        assertRefused(gossip(3, "start_learning", 0, "1e9", "1", "1", "x"), GossipReason.MALFORMED);
        assertRefused(gossip(3, "metrics", 0, "loss"), GossipReason.MALFORMED);
        assertRefused(gossip(3, "metrics", -7, "loss", "1"), GossipReason.MALFORMED);
        // its bad sign of life made it a neighbour for a while, which does not vote
        first.await("node 3 is forgotten", status -> status.neighbours().size() == 1);
        second.await("node 3 is forgotten", status -> status.neighbours().size() == 1);
        learn();
    }

    @Test
    void strangersThatItSaysItHears_areRefused() {
        assertRefused(hears(network.address(2), "127.0.0.1:9"), GossipReason.UNKNOWN_SOURCE);
        assertRefused(
                hears(Collections.nCopies(1025, network.address(2)).toArray(String[]::new)), GossipReason.TOO_LARGE);
        assertAccepted(hears(network.address(2)));
    }

    private RootMessage hears(String... others) {
        return gossip(3, "amesh_hears", -1).toBuilder()
                .setDirectMessage(DirectMessage.newBuilder().addAllArgs(List.of(others)))
                .build();
    }

    @Test
    void oversizeMessages_areRefused() {
        assertRefused(gossip(3, "metrics", 0, "x".repeat(513), "1"), GossipReason.TOO_LARGE);
        assertRefused(
                gossip(3, "metrics", 0, Collections.nCopies(1026, "1").toArray(String[]::new)), GossipReason.TOO_LARGE);
        assertRefused(gossip(3, "c".repeat(65), 0), GossipReason.TOO_LARGE);
        RootMessage huge = RootMessage.newBuilder()
                .setSource(network.address(3))
                .setCmd("add_model")
                .setWeights(Weights.newBuilder().setWeights(ByteString.copyFrom(new byte[2 << 20])))
                .build();
        assertThatThrownBy(() -> toFirst.withDeadlineAfter(20, TimeUnit.SECONDS).send(huge))
                .isInstanceOf(StatusRuntimeException.class);
        assertAccepted(gossip(3, "metrics", 0, "loss", "1"));
    }

    @Test
    void modelsNobodyAskedFor_areRefusedUnread() {
        for (String command : List.of("init_model", "add_model", "partial_model")) {
            assertRefused(
                    gossip(3, command, 0).toBuilder()
                            .setWeights(Weights.newBuilder().setWeights(ByteString.copyFromUtf8("x")))
                            .build(),
                    GossipReason.NOT_EXPECTED);
        }
    }

    @Test
    void replayedMessage_isHandledOnce() throws Exception {
        RootMessage metric = gossip(3, "metrics", 0, "loss", "1");
        for (int i = 0; i < 5; i++) {
            assertAccepted(metric);
        }
        first.await("one metric", status -> status.metrics().size() == 1);
        assertAccepted(gossip(3, "metrics", 0, "loss", "2"));
        first.await("another", status -> status.metrics().size() == 2);
    }

    private void join() {
        third.join(toFirst);
        third.join(toSecond);
    }

    private void vote() {
        RootMessage vote = gossip(
                3,
                "vote_train_set",
                0,
                network.address(1),
                "1000",
                network.address(2),
                "500",
                network.address(3),
                "333");
        for (NodeServicesBlockingStub stub : List.of(toFirst, toSecond)) {
            assertThat(stub.withDeadlineAfter(20, TimeUnit.SECONDS).send(vote).getError())
                    .isEmpty();
        }
    }

    private static ByteString bytes(List<ByteBuffer> parts) {
        return ByteString.copyFrom(
                parts.stream().map(UnsafeByteOperations::unsafeWrap).toList());
    }

    private RootMessage update(ByteString weights, int examples, int... contributors) {
        Weights.Builder update = Weights.newBuilder().setWeights(weights).setNumSamples(examples);
        for (int contributor : contributors) {
            update.addContributors(network.address(contributor));
        }
        return gossip(3, "partial_model", 0).toBuilder().setWeights(update).build();
    }

    @Test
    void badVotesAndBadModels_areRefused_andTheOthersFinish() throws Exception {
        join();
        CountDownLatch held = first.learner.hold();
        first.gossip.startLearning(1, 1, 3, "test").get(10, TimeUnit.SECONDS);
        first.await("the vote", status -> status.stage() == Stage.VOTING);
        assertRefused(gossip(3, "vote_train_set", 0, network.address(3), "1001"), GossipReason.BAD_VOTE);
        assertRefused(gossip(3, "vote_train_set", 0, network.address(3), "-1"), GossipReason.BAD_VOTE);
        assertRefused(gossip(3, "vote_train_set", 0, "127.0.0.1:9", "5"), GossipReason.BAD_VOTE);
        assertRefused(gossip(3, "vote_train_set", 0, network.address(3)), GossipReason.BAD_VOTE);
        assertRefused(
                gossip(3, "vote_train_set", 0, network.address(3), "5", network.address(3), "5"),
                GossipReason.BAD_VOTE);
        for (int points = 1; points <= 4; points++) {
            assertAccepted(gossip(3, "vote_train_set", 1, network.address(3), String.valueOf(points)));
        }
        assertRefused(gossip(3, "vote_train_set", 1, network.address(3), "5"), GossipReason.VOTE_FLOOD);
        second.await("the vote", status -> status.stage() == Stage.VOTING);
        vote();
        first.learner.awaitFitting();
        first.await("three that train", status -> status.trainSet().size() == 3);

        ByteString good = bytes(Safetensors.of(AddingLearner.model(1)).encode());
        assertRefused(update(good, 0, 3), GossipReason.BAD_MODEL);
        assertRefused(update(good, -5, 3), GossipReason.BAD_MODEL);
        assertRefused(update(good, 1), GossipReason.MALFORMED);
        assertRefused(update(good, 1, 3, 3), GossipReason.MALFORMED);
        assertRefused(update(ByteString.copyFromUtf8("no model"), 1, 3), GossipReason.BAD_MODEL);
        assertRefused(update(ByteString.EMPTY, 1, 3), GossipReason.BAD_MODEL);
        assertRefused(update(good.substring(0, good.size() - 1), 1, 3), GossipReason.BAD_MODEL);
        assertRefused(
                update(bytes(Safetensors.of(AddingLearner.model(Float.NaN)).encode()), 1, 3), GossipReason.BAD_MODEL);
        assertRefused(
                update(
                        bytes(Safetensors.of(AddingLearner.model(Float.POSITIVE_INFINITY))
                                .encode()),
                        1,
                        3),
                GossipReason.BAD_MODEL);
        Model other = Model.of(Map.of("weight", Tensor.of(Shape.of(1), 1)));
        assertRefused(update(bytes(Safetensors.of(other).encode()), 1, 3), GossipReason.BAD_MODEL);
        assertRefused(
                update(bytes(P2pflWeights.encode(AddingLearner.model(1), WeightsCompression.NONE)), 1, 3),
                GossipReason.BAD_MODEL);
        assertRefused(
                gossip(3, "partial_model", 0).toBuilder()
                        .setWeights(Weights.newBuilder()
                                .setWeights(good)
                                .setNumSamples(1)
                                .addContributors("127.0.0.1:9"))
                        .build(),
                GossipReason.NOT_IN_TRAIN_SET);
        // the second has sent its update by now, and nobody can send another in its name
        first.await("an update", status -> status.contributors().contains(network.address(2)));
        assertRefused(update(good, 1, 2, 3), GossipReason.OVERLAPPING);
        third.fallSilent(); // it is silent from here on, and so no neighbour any more
        held.countDown();
        first.awaitEnd(1);
        second.awaitEnd(1);
        assertThat(first.learner.get()).isEqualTo(second.learner.get());
        assertThat(first.meters
                        .counter("amesh.gossip.models.refused", "reason", "not_finite")
                        .count())
                .isEqualTo(2);
        assertThat(first.meters
                        .counter("amesh.gossip.models.refused", "reason", "forbidden")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void otherTrainSets_areReported() throws Exception {
        join();
        CountDownLatch held = first.learner.hold();
        first.gossip.startLearning(1, 1, 3, "test").get(10, TimeUnit.SECONDS);
        first.await("the vote", status -> status.stage() == Stage.VOTING);
        second.await("the vote", status -> status.stage() == Stage.VOTING);
        vote();
        first.learner.awaitFitting();
        assertAccepted(gossip(3, "amesh_train_set", 0, network.address(3)));
        first.await(
                "the disagreement",
                status -> status.disagreements().stream()
                        .anyMatch(found -> found.there().equals(List.of(network.address(3)))));
        assertThat(first.meters.counter("amesh.gossip.disagreements").count()).isEqualTo(1);
        third.fallSilent();
        held.countDown();
        first.awaitEnd(1);
    }

    @Test
    void tooManyMessages_areRefused() {
        RootMessage metric = gossip(3, "metrics", 0, "loss", "1");
        int refused = 0;
        for (int i = 0; i < 5_000 && refused == 0; i++) {
            if (toFirst.withDeadlineAfter(20, TimeUnit.SECONDS)
                    .send(metric)
                    .getError()
                    .startsWith("TOO_MANY")) {
                refused++;
            }
        }
        // a hundred a second and a thousand at once
        assertThat(counted(GossipReason.TOO_MANY)).isEqualTo(refused);
    }
}
