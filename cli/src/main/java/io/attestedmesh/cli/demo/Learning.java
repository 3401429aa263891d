package io.attestedmesh.cli.demo;

import io.attestedmesh.cli.demo.Scene.Outcome;
import io.attestedmesh.examples.digits.Digits;
import io.attestedmesh.examples.digits.DigitsLearner;
import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.aggregate.Rules;
import io.attestedmesh.federated.flower.FlowerClient;
import io.attestedmesh.federated.flower.FlowerService;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.server.Participants;
import io.attestedmesh.federated.server.RoundFiles;
import io.attestedmesh.federated.server.RoundReport;
import io.attestedmesh.federated.server.RoundServer;
import io.attestedmesh.federated.server.RoundSettings;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.PeerContext;
import io.grpc.StatusException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Five attested nodes that learn to read digits together, each from digits of its own, and two who spoil it. */
final class Learning implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int ROUNDS = 6;
    private static final int DIGITS = 150;
    private static final int HELD_OUT = 200;
    private static final double GOOD = 0.75;
    private static final double SPOILT = 0.5;
    private static final String HUB = "hub.demo";
    private static final String OUTSIDER = "mallory.demo";
    private static final List<String> LEARNERS = List.of("ada.demo", "ben.demo", "cleo.demo", "dan.demo", "eve.demo");

    private final Cloud cloud;
    private final Path folder;
    private final Consumer<String> say;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, List<Double>> curves = new LinkedHashMap<>();

    private Learning(Cloud cloud, Path folder, Consumer<String> say) {
        this.cloud = cloud;
        this.folder = folder;
        this.say = say;
    }

    static Learning start(Cloud cloud, Path folder, Consumer<String> say) throws Exception {
        Learning learning = new Learning(cloud, folder, say);
        try {
            learning.startNodes();
            return learning;
        } catch (Exception e) {
            learning.close();
            throw e;
        }
    }

    private void startNodes() throws Exception {
        List<Party> parties = new ArrayList<>();
        for (String name : LEARNERS) {
            parties.add(cloud.fullAuto(name, cloud.image()));
        }
        parties.add(cloud.fullAuto(HUB, cloud.image()));
        parties.add(cloud.fullAuto(OUTSIDER, Cloud.image("demo 6.6.6")));
        nodes.putAll(cloud.start(parties));
    }

    /** Everything that is shown, in its order. */
    List<Scene> scenes() throws Exception {
        List<Scene> scenes = new ArrayList<>();
        say.accept("five attested nodes learn to read digits by gossip, each from " + DIGITS + " digits of its own:");
        scenes.addAll(gossip("five learn by gossip", "gossip", Learning::fedAvg, honest(), true));
        say.accept("one of the five sends poison, and the others aggregate by Multi-Krum:");
        scenes.addAll(gossip(
                "gossip: poison is outvoted", "gossip, poison, Multi-Krum", Learning::multiKrum, poisoned(), false));
        say.accept("the five learn in rounds with " + HUB + ":");
        scenes.addAll(rounds("five learn in rounds", "rounds", fedAvg(), honest(), true, true));
        say.accept("one of the five sends poison, and " + HUB + " takes the average:");
        scenes.addAll(
                rounds("rounds: poison is averaged", "rounds, poison, FedAvg", fedAvg(), poisoned(), false, false));
        say.accept("the same with Multi-Krum:");
        scenes.addAll(rounds(
                "rounds: poison is outvoted", "rounds, poison, Multi-Krum", multiKrum(), poisoned(), true, false));
        return scenes;
    }

    private static AggregationRule multiKrum() {
        return Rules.of("multi-krum", Map.of("f", 1.0));
    }

    private static AggregationRule fedAvg() {
        return Rules.of("fedavg", Map.of());
    }

    private static List<Learner> honest() {
        List<Learner> learners = new ArrayList<>();
        for (int i = 0; i < LEARNERS.size(); i++) {
            learners.add(new DigitsLearner(Digits.even(i + 1, DIGITS), Digits.even(100 + i, HELD_OUT), i + 1));
        }
        return learners;
    }

    private static List<Learner> poisoned() {
        List<Learner> learners = honest();
        int last = learners.size() - 1;
        learners.set(last, new Poisoner(learners.get(last)));
        return learners;
    }

    /** All five by gossip; {@code outsider}: a sixth tries to get in first. */
    private List<Scene> gossip(
            String title, String curve, Supplier<AggregationRule> rule, List<Learner> learners, boolean outsider)
            throws Exception {
        Map<String, Node> named = new LinkedHashMap<>();
        LEARNERS.forEach(name -> named.put(name, nodes.get(name)));
        List<Recording> recordings = learners.stream().map(Recording::new).toList();
        List<Scene> scenes = new ArrayList<>();
        try (Gossiping gossiping = Gossiping.start(named, List.copyOf(recordings), rule)) {
            if (outsider) {
                scenes.add(outsider("gossip", named.get(LEARNERS.get(0)), LEARNERS.get(0)));
            }
            boolean all = gossiping.learn(ROUNDS);
            List<Double> accuracy = new ArrayList<>();
            for (int round = 1; round <= ROUNDS; round++) {
                accuracy.add(mean(recordings, round));
            }
            scenes.add(learned(title, curve, all ? accuracy : List.of(0.0), true));
            return scenes;
        }
    }

    /** Of those who got so far. */
    private static double mean(List<Recording> recordings, int round) {
        return recordings.stream()
                .map(Recording::accuracy)
                .filter(accuracy -> accuracy.size() > round)
                .mapToDouble(accuracy -> accuracy.get(round))
                .average()
                .orElse(0);
    }

    /**
     * Rounds with a server of their own, each client over its attested connection.
     *
     * @param learns false if the result must be spoilt
     * @param outsider whether a sixth tries to get in
     */
    private List<Scene> rounds(
            String title, String curve, AggregationRule rule, List<Learner> learners, boolean learns, boolean outsider)
            throws Exception {
        Participants participants = new Participants(LEARNERS.size());
        Node hub = nodes.get(HUB);
        hub.listen(
                0,
                new FlowerService(participants, () -> Optional.of(PeerContext.current()), LEARNERS.size(), timer)
                        ::addTo);
        List<AttestedChannel> channels = new ArrayList<>();
        try (RoundFiles files = RoundFiles.open(folder.resolve(curve.replaceAll("\\W+", "-")), false)) {
            for (int i = 0; i < learners.size(); i++) {
                AttestedChannel channel = nodes.get(LEARNERS.get(i)).dial(hub, HUB);
                channels.add(channel);
                channel.peer(PATIENCE);
                FlowerClient client = new FlowerClient(channel.channel(), learners.get(i), did -> {});
                var unused = threads.submit(client::join);
            }
            RoundServer server = new RoundServer(
                    RoundSettings.of(ROUNDS).withClients(LEARNERS.size()).withTimeouts(PATIENCE, PATIENCE),
                    rule,
                    participants,
                    files,
                    new SimpleMeterRegistry(),
                    cloud.clock(),
                    new Random(1));
            server.run(Optional.of(learners.get(0).get()));
            List<Scene> scenes = new ArrayList<>();
            if (outsider) {
                scenes.add(outsider("rounds", hub, HUB));
            }
            List<Double> accuracy = server.reports().stream()
                    .map(RoundReport::evaluateMetrics)
                    .map(metrics -> metrics.getOrDefault("accuracy", 0.0))
                    .toList();
            scenes.add(learned(title, curve, accuracy, learns));
            return scenes;
        } finally {
            channels.forEach(AttestedChannel::close);
            hub.stopListening();
        }
    }

    private Scene learned(String title, String curve, List<Double> accuracy, boolean learns) {
        curves.put(curve, accuracy);
        for (int round = 1; round <= accuracy.size(); round++) {
            double reached = accuracy.get(round - 1);
            say.accept(String.format(
                    Locale.ROOT, "  round %d  accuracy %.3f  %s", round, reached, "#".repeat((int) (reached * 40))));
        }
        double last = accuracy.get(accuracy.size() - 1);
        boolean asExpected = learns ? last >= GOOD : last < SPOILT;
        String detail = String.format(
                Locale.ROOT, "accuracy %.3f after %d rounds, %.3f after the first", last, ROUNDS, accuracy.get(0));
        return new Scene(
                title,
                Outcome.ACCEPTED,
                asExpected ? Outcome.ACCEPTED : Outcome.FAILED,
                Optional.empty(),
                detail,
                Optional.empty());
    }

    /** A node that runs code which is on no list calls one that learns. */
    private Scene outsider(String where, Node target, String name) throws Exception {
        String title = where + ": " + OUTSIDER + ", image on no list";
        Node outsider = nodes.get(OUTSIDER);
        try (AttestedChannel channel = outsider.dial(target, name)) {
            channel.peer(PATIENCE);
            new FlowerClient(channel.channel(), honest().get(0), did -> {}).join();
            return new Scene(title, Outcome.REFUSED, Outcome.ACCEPTED, Optional.empty(), "took part", Optional.empty());
        } catch (IOException | StatusException e) {
            return Refusal.of(title, target, PATIENCE);
        }
    }

    /** Accuracy over rounds, a line for each of what was tried. */
    String plot() {
        return AccuracyPlot.of(curves);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        timer.shutdownNow();
        nodes.values().forEach(Node::close);
    }
}
