package io.attestedmesh.federated.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.federated.gossip.Network.Node;
import io.attestedmesh.federated.model.Model;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole networks over attested TLS. */
@Timeout(180)
class GossipNetworkTest {
    private Network network;

    @TempDir
    Path folder;

    @AfterEach
    void close() throws Exception {
        network.close();
    }

    private static void learn(List<Node> nodes, int rounds, int trainSet) throws Exception {
        nodes.get(0).gossip.startLearning(rounds, 1, trainSet, "test").get(10, TimeUnit.SECONDS);
        for (Node node : nodes) {
            node.awaitEnd(rounds);
        }
    }

    private static void assertEqualModels(List<Node> nodes) {
        Model first = nodes.get(0).learner.get();
        for (Node node : nodes) {
            assertThat(node.learner.get()).isEqualTo(first);
            assertThat(node.gossip.status().disagreements()).isEmpty();
        }
    }

    @Test
    void twoNodes_learnTwoRounds_andHaveEqualModels() throws Exception {
        network = Network.attested(2);
        List<Node> nodes = network.meshed(2, settings -> settings);
        learn(nodes, 2, 4);
        assertEqualModels(nodes);
        // each round adds (1 * 1/3 + 2 * 2/3) / 3 = 5/9 to what the first node began with
        assertThat(nodes.get(1).learner.get().tensors().get("weight").at(0)).isCloseTo(0.1 + 10.0 / 9, within(1e-5));
    }

    private static org.assertj.core.data.Offset<Double> within(double tolerance) {
        return org.assertj.core.data.Offset.offset(tolerance);
    }

    @Test
    void status_showsWhatNeighboursProved_andWhatNodesReport() throws Exception {
        network = Network.attested(2);
        List<Node> nodes = network.meshed(2, settings -> settings);
        learn(nodes, 1, 4);
        GossipStatus status = nodes.get(0).gossip.status();
        assertThat(status.attested()).isTrue();
        assertThat(status.neighbours()).singleElement().satisfies(peer -> {
            assertThat(peer.identity()).contains("n2.example");
            assertThat(peer.release()).isEqualTo("release-1");
            assertThat(peer.own()).isTrue();
        });
        nodes.get(0)
                .await(
                        "metrics of the other",
                        now -> now.metrics().stream()
                                .anyMatch(metric -> metric.node().equals(network.address(2))
                                        && metric.name().equals("loss")
                                        && metric.value() == 1.5));
    }

    @Test
    void threeNodes_haveEqualModels() throws Exception {
        network = Network.attested(3);
        List<Node> nodes = network.meshed(3, settings -> settings);
        learn(nodes, 2, 3);
        assertEqualModels(nodes);
    }

    @Test
    void fiveNodes_ofWhichTwoTrain_allHaveTheAggregate() throws Exception {
        network = Network.attested(5);
        List<Node> nodes = network.meshed(5, settings -> settings);
        learn(nodes, 2, 2);
        assertEqualModels(nodes);
    }

    @Test
    void averagesOfSeveral_giveNearlyEqualModels() throws Exception {
        network = Network.attested(4);
        List<Node> nodes = network.meshed(4, GossipNode.Builder::averages);
        learn(nodes, 2, 4);
        double first = nodes.get(0).learner.get().tensors().get("weight").at(0);
        for (Node node : nodes) {
            assertThat(node.learner.get().tensors().get("weight").at(0)).isCloseTo(first, within(1e-5));
        }
    }

    @Test
    void nodesInALine_hearOfEachOther_andLearn() throws Exception {
        network = Network.attested(3);
        List<Node> nodes = new ArrayList<>(List.of(network.node(1), network.node(2), network.node(3)));
        nodes.get(0).gossip.connect(network.address(2)).get(20, TimeUnit.SECONDS);
        nodes.get(1).gossip.connect(network.address(3)).get(20, TimeUnit.SECONDS);
        nodes.get(0)
                .await(
                        "an indirect neighbour",
                        status -> status.neighbours().stream()
                                .anyMatch(
                                        peer -> !peer.direct() && peer.address().equals(network.address(3))));
        nodes.get(2)
                .await("an indirect neighbour", status -> status.neighbours().size() == 2);
        learn(nodes, 2, 3);
        assertEqualModels(nodes);
    }

    @Test
    void nodeKilledWhileItTrains_theOthersFinish() throws Exception {
        network = Network.attested(3);
        List<Node> nodes = network.meshed(3, settings -> settings);
        nodes.get(2).learner.hold();
        nodes.get(0).gossip.startLearning(2, 1, 3, "test").get(10, TimeUnit.SECONDS);
        nodes.get(2).learner.awaitFitting();
        nodes.get(2).kill();
        nodes.get(0).awaitEnd(2);
        nodes.get(1).awaitEnd(2);
        assertThat(nodes.get(0).learner.get()).isEqualTo(nodes.get(1).learner.get());
    }

    @Test
    void stopLearning_endsItEverywhere() throws Exception {
        network = Network.attested(2);
        List<Node> nodes = network.meshed(2, settings -> settings);
        nodes.get(1).learner.hold();
        nodes.get(0).gossip.startLearning(5, 1, 2, "test").get(10, TimeUnit.SECONDS);
        nodes.get(1).learner.awaitFitting();
        nodes.get(0).gossip.stopLearning();
        nodes.get(1).await("the end", status -> status.stage() == Stage.IDLE);
        assertThat(nodes.get(0).gossip.status().neighbours()).hasSize(1);
    }

    @Test
    void closedNode_saysGoodbye() throws Exception {
        network = Network.attested(2);
        List<Node> nodes = network.meshed(2, settings -> settings);
        nodes.get(1).close();
        nodes.get(0).await("nobody", status -> status.neighbours().isEmpty());
    }

    @Test
    void nodeWhoseClockIsAnHourWrong_staysANeighbour() throws Exception {
        network = Network.attested(2);
        Clock wrong = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
        List<Node> nodes = List.of(network.node(1), network.node(2, settings -> settings.clock(wrong)));
        nodes.get(0).gossip.connect(network.address(2)).get(20, TimeUnit.SECONDS);
        nodes.get(0).await("a neighbour", status -> status.neighbours().size() == 1);
        nodes.get(1).await("a neighbour", status -> status.neighbours().size() == 1);
        Instant begin = nodes.get(0).gossip.status().neighbours().get(0).heard();
        Duration longer = Network.TIMING.silence().plusMillis(500);
        nodes.get(0)
                .await(
                        "beats for longer than silence may last",
                        status -> status.neighbours().get(0).heard().isAfter(begin.plus(longer)));
        learn(nodes, 1, 2);
        assertEqualModels(nodes);
    }

    private Node kept(int number) throws Exception {
        return network.node(number, settings -> settings.folder(folder.resolve(String.valueOf(number))));
    }

    @Test
    void allNodesRestarted_finishFromTheLastRound() throws Exception {
        network = Network.attested(2);
        Node first = kept(1);
        Node second = kept(2);
        first.gossip.connect(network.address(2)).get(20, TimeUnit.SECONDS);
        first.gossip.startLearning(30, 1, 2, "test").get(10, TimeUnit.SECONDS);
        first.await("two rounds", status -> status.round() >= 2);
        second.await("two rounds", status -> status.round() >= 2);
        first.learner.hold(); // so that neither ends alone while the other is being killed
        second.learner.hold();
        first.kill();
        second.kill();
        Node firstAgain = kept(1);
        Node secondAgain = kept(2);
        assertThat(firstAgain
                        .await("what was learned", status -> status.experiment().isPresent())
                        .round())
                .isGreaterThanOrEqualTo(2);
        firstAgain.gossip.connect(network.address(2)).get(20, TimeUnit.SECONDS);
        for (Node node : List.of(firstAgain, secondAgain)) {
            node.await(
                    "the end",
                    status -> status.stage() == Stage.IDLE
                            && node.meters.counter("amesh.gossip.rounds").count() >= 1);
        }
        firstAgain.close(); // which waits for what is being saved
        secondAgain.close();
        assertThat(folder.resolve("1").resolve("round-30.safetensors")).exists();
        assertThat(folder.resolve("2").resolve("round-30.safetensors")).exists();
        assertThat(firstAgain.learner.get()).isEqualTo(secondAgain.learner.get());
    }

    @Test
    void oneNodeRestarted_joinsTheRoundOfTheOthers() throws Exception {
        network = Network.attested(3);
        List<Node> nodes = List.of(kept(1), kept(2), kept(3));
        for (int other = 2; other <= 3; other++) {
            nodes.get(0).gossip.connect(network.address(other)).get(20, TimeUnit.SECONDS);
        }
        nodes.get(1).gossip.connect(network.address(3)).get(20, TimeUnit.SECONDS);
        nodes.get(0).gossip.startLearning(6, 1, 3, "test").get(10, TimeUnit.SECONDS);
        nodes.get(2).await("a round", status -> status.round() >= 1);
        CountDownLatch held = nodes.get(1).learner.hold(); // so that the others do not end before it is back
        nodes.get(2).kill();
        Node again = kept(3);
        again.gossip.connect(network.address(1)).get(20, TimeUnit.SECONDS);
        again.gossip.connect(network.address(2)).get(20, TimeUnit.SECONDS);
        held.countDown();
        List<Node> all = List.of(nodes.get(0), nodes.get(1), again);
        for (Node node : all) {
            node.await(
                    "the end",
                    status -> status.stage() == Stage.IDLE
                            && node.meters.counter("amesh.gossip.rounds").count() >= 1);
        }
        assertThat(nodes.get(1).learner.get()).isEqualTo(nodes.get(0).learner.get());
        assertThat(again.learner.get()).isEqualTo(nodes.get(0).learner.get());
    }
}
