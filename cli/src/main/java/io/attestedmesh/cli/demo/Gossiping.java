package io.attestedmesh.cli.demo;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.gossip.GossipNode;
import io.attestedmesh.federated.gossip.GossipTiming;
import io.attestedmesh.federated.gossip.Member;
import io.attestedmesh.federated.gossip.Stage;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.mpc.network.AttestedTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Nodes that learn by gossip, each over attested connections to the others. */
final class Gossiping implements AutoCloseable {
    /** As in a network of machines, but that nobody is far away. */
    private static final GossipTiming TIMING = new GossipTiming(
            Duration.ofMillis(500),
            Duration.ofSeconds(10),
            Duration.ofMillis(500),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMillis(100),
            4,
            5,
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10));

    private static final long CONNECT_SECONDS = 20;
    private static final long LEARN_SECONDS = 120;

    private final List<GossipNode> nodes = new ArrayList<>();
    private final List<Node> serving = new ArrayList<>();
    private final CountDownLatch ended;

    private Gossiping(int count) {
        this.ended = new CountDownLatch(count);
    }

    /** Starts them, and makes each a neighbour of each. */
    static Gossiping start(Map<String, Node> named, List<Learner> learners, Supplier<AggregationRule> rule)
            throws Exception {
        Gossiping gossiping = new Gossiping(named.size());
        try {
            List<Member> members = new ArrayList<>();
            for (String name : named.keySet()) {
                members.add(new Member("127.0.0.1:" + freePort(), new PeerIdentity(name)));
            }
            int number = 0;
            for (Node node : named.values()) {
                gossiping.add(node, members.get(number), members, learners.get(number), rule.get());
                number++;
            }
            for (int i = 0; i < members.size(); i++) {
                for (int j = 0; j < i; j++) {
                    gossiping.nodes.get(i).connect(members.get(j).address()).get(CONNECT_SECONDS, TimeUnit.SECONDS);
                }
            }
            return gossiping;
        } catch (Exception e) {
            gossiping.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void add(Node node, Member self, List<Member> members, Learner learner, AggregationRule rule)
            throws IOException {
        boolean[] learning = {false};
        GossipNode gossip = GossipNode.builder(self.address(), members, new AttestedTransport(node.grpc()), learner)
                .rule(rule)
                .timing(TIMING)
                .listener(status -> {
                    if (status.stage() == Stage.EVALUATING) {
                        learning[0] = true;
                    } else if (status.stage() == Stage.IDLE && learning[0]) {
                        ended.countDown();
                    }
                })
                .build();
        nodes.add(gossip);
        node.listen(self.port(), gossip::addTo);
        serving.add(node);
        gossip.start();
    }

    /** Returns once all have learned; false if that took too long. */
    boolean learn(int rounds) throws Exception {
        String name =
                nodes.get(0).startLearning(rounds, 1, nodes.size(), "digits").get(CONNECT_SECONDS, TimeUnit.SECONDS);
        return !name.isEmpty() && ended.await(LEARN_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        nodes.forEach(GossipNode::close);
        serving.forEach(Node::stopListening);
    }
}
