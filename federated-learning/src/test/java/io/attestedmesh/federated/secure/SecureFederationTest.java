package io.attestedmesh.federated.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.federated.aggregate.Rules;
import io.attestedmesh.federated.flower.FlowerClient;
import io.attestedmesh.federated.flower.FlowerService;
import io.attestedmesh.federated.flower.SecureFit;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import io.attestedmesh.federated.server.Participants;
import io.attestedmesh.federated.server.RoundFiles;
import io.attestedmesh.federated.server.RoundReport;
import io.attestedmesh.federated.server.RoundServer;
import io.attestedmesh.federated.server.RoundSettings;
import io.attestedmesh.federated.server.SecureRounds;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.PeerContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rounds of a server and four clients over attested TLS, in which the server sees nothing but sums. */
@Timeout(240)
class SecureFederationTest {
    private static final int SERVER = 5;
    private static final List<Integer> CLIENTS = List.of(1, 2, 3, 4);
    private static final Quantiser QUANTISER = new Quantiser(2, 24);
    private static final int MOST_EXAMPLES = 1000;
    private static final int ELEMENTS = 1000;
    private static final SecurePlan PLAN =
            new SecurePlan(QUANTISER, MOST_EXAMPLES, OptionalInt.empty(), 3, Duration.ofSeconds(15));
    private static final RoundSettings SETTINGS =
            RoundSettings.of(2).withClients(4).withTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(30));

    @TempDir
    Path folder;

    private final Participants participants = new Participants(10);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<Integer, Adding> learners = new LinkedHashMap<>();
    private AttestedClients parties;

    /** Adds numbers of its own, other ones each time. */
    private static final class Adding implements Learner {
        private final int id;
        private final Random random;
        private Model model = model(new float[ELEMENTS]);
        private Runnable whileTraining = () -> {};

        Adding(int id) {
            this.id = id;
            this.random = new Random(id);
        }

        @Override
        public Model get() {
            return model;
        }

        @Override
        public void set(Model other) {
            model = other;
        }

        @Override
        public Fit fit(Map<String, Scalar> config) {
            whileTraining.run();
            assertThat(config).containsOnlyKeys("server_round");
            float[] numbers = numbers(model);
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] += (float) random.nextGaussian() / 4;
            }
            model = model(numbers);
            return new Fit(examples(id), Map.of("accuracy", new Scalar.Real(0.5)));
        }

        @Override
        public Evaluation evaluate(Map<String, Scalar> config) {
            return new Evaluation(1, 10, Map.of());
        }
    }

    private static long examples(int id) {
        return 100L * id + 7;
    }

    private static float[] numbers(Model model) {
        float[] numbers = new float[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            numbers[i] = (float) model.list().get(0).at(i);
        }
        return numbers;
    }

    private static Model model(float[] numbers) {
        ByteBuffer data = ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(numbers);
        return Model.of(Map.of("weight", Tensor.of(DType.FLOAT32, Shape.of(numbers.length), data)));
    }

    @BeforeEach
    void start() throws Exception {
        FlowerService rounds = new FlowerService(participants, () -> Optional.of(PeerContext.current()), 4, timer);
        parties = new AttestedClients(5, rounds::addTo);
        CLIENTS.forEach(id -> learners.put(id, new Adding(id)));
    }

    @AfterEach
    void stop() throws Exception {
        threads.shutdownNow();
        parties.close();
        timer.shutdownNow();
        threads.awaitTermination(10, TimeUnit.SECONDS);
    }

    private void join(int id, boolean secure) throws Exception {
        PeerIdentity server = new PeerIdentity(AttestedClients.name(SERVER));
        AttestedClients.Node node = parties.node(id);
        Optional<SecureFit> fit = secure
                ? Optional.of(new SecureFit(
                        node.network, parties.context, server, 3, new SecureParticipant(LocalRun.RANDOM, node.meters)))
                : Optional.empty();
        AttestedChannel channel =
                node.grpc.channel("127.0.0.1", parties.node(SERVER).server.getPort(), AttestedClients.name(SERVER));
        FlowerClient client = new FlowerClient(channel.channel(), learners.get(id), fit, did -> {});
        var unused = threads.submit(client::join);
    }

    private Model run(RoundSettings settings, boolean secure, List<RoundReport> reports) throws Exception {
        AttestedClients.Node node = parties.node(SERVER);
        try (RoundFiles files = RoundFiles.open(folder, false)) {
            Model last = new RoundServer(
                            settings,
                            Rules.of("fedavg", Map.of()),
                            participants,
                            files,
                            node.meters,
                            Clock.systemUTC(),
                            new Random(1),
                            secure
                                    ? Optional.of(new SecureRounds(
                                            node.network, parties.context, PLAN, node.meters, Clock.systemUTC()))
                                    : Optional.empty())
                    .run(Optional.of(model(new float[ELEMENTS])));
            reports.addAll(files.reports());
            return last;
        }
    }

    /** What they come to if everybody's numbers are rounded and summed where all can see them. */
    private static float[] plainRound(float[] before, List<Adding> clients) {
        long[] sum = new long[ELEMENTS];
        long examples = 0;
        for (Adding client : clients) {
            client.set(model(before.clone()));
            client.fit(Map.of("server_round", new Scalar.Whole(0)));
            float[] numbers = numbers(client.get());
            double weight = (double) examples(client.id) / MOST_EXAMPLES;
            for (int i = 0; i < ELEMENTS; i++) {
                sum[i] += QUANTISER.quantise(numbers[i], weight);
            }
            examples += examples(client.id);
        }
        float[] mean = new float[ELEMENTS];
        for (int i = 0; i < ELEMENTS; i++) {
            mean[i] = (float) ((double) sum[i] * (QUANTISER.step() * ((double) MOST_EXAMPLES / (double) examples)));
        }
        return mean;
    }

    @Test
    void fourClients_twoRounds_giveThePlainQuantisedMean() throws Exception {
        for (int id : CLIENTS) {
            join(id, true);
        }
        List<RoundReport> reports = new ArrayList<>();

        Model last = run(SETTINGS, true, reports);

        List<Adding> plain = CLIENTS.stream().map(Adding::new).toList();
        float[] expected = plainRound(plainRound(new float[ELEMENTS], plain), plain);
        assertThat(numbers(last)).isEqualTo(expected);
        assertThat(last.tensors()).containsOnlyKeys("weight");
        assertThat(reports).hasSize(2).allSatisfy(report -> {
            assertThat(report.secure()).isTrue();
            assertThat(report.trained()).hasSize(4);
            assertThat(report.failed()).isEmpty();
            assertThat(report.examples())
                    .isEqualTo(CLIENTS.stream().mapToLong(id -> examples(id)).sum());
            assertThat(report.fitMetrics()).isEmpty();
        });
    }

    @Test
    void clientKilledWhileItTrains_isLeftOutOfTheSum() throws Exception {
        learners.get(4).whileTraining = () -> parties.node(4).kill();
        for (int id : CLIENTS) {
            join(id, true);
        }
        List<RoundReport> reports = new ArrayList<>();
        RoundSettings one =
                RoundSettings.of(1).withClients(4).withTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(30));

        Model last = run(one, true, reports);

        List<Adding> plain = List.of(1, 2, 3).stream().map(Adding::new).toList();
        assertThat(numbers(last)).isEqualTo(plainRound(new float[ELEMENTS], plain));
        assertThat(reports.get(0).trained()).containsExactly("p1.example", "p2.example", "p3.example");
        assertThat(reports.get(0).failed()).containsOnlyKeys("p4.example");
        assertThat(reports.get(0).unchanged()).isEmpty();
    }

    @Test
    void secureClients_plainRounds_giveNothing() throws Exception {
        for (int id : CLIENTS) {
            join(id, true);
        }
        List<RoundReport> reports = new ArrayList<>();

        Model last = run(SETTINGS, false, reports);

        assertThat(numbers(last)).containsOnly(0);
        assertThat(reports).allSatisfy(report -> {
            assertThat(report.secure()).isFalse();
            assertThat(report.trained()).isEmpty();
            assertThat(report.failed().get("p1.example")).contains("FIT_NOT_IMPLEMENTED secure aggregation: TERMS");
        });
        assertThat(learners.values())
                .allSatisfy(learner -> assertThat(numbers(learner.model)).containsOnly(0));
    }

    @Test
    void plainClients_secureRounds_giveNothing_andTheNextRoundGoesOn() throws Exception {
        for (int id : CLIENTS) {
            join(id, false);
        }
        List<RoundReport> reports = new ArrayList<>();

        Model last = run(SETTINGS, true, reports);

        assertThat(numbers(last)).containsOnly(0);
        assertThat(reports).hasSize(2).allSatisfy(report -> {
            assertThat(report.trained()).isEmpty();
            assertThat(report.unchanged()).isPresent();
            assertThat(report.failed()).hasSize(4);
        });
    }

    @Test
    void ruleOverSingleUpdates_isRefused() throws Exception {
        AttestedClients.Node node = parties.node(SERVER);
        SecureRounds secure = new SecureRounds(node.network, parties.context, PLAN, node.meters, Clock.systemUTC());
        try (RoundFiles files = RoundFiles.open(folder, false)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new RoundServer(
                            SETTINGS,
                            Rules.of("fedmedian", Map.of()),
                            participants,
                            files,
                            node.meters,
                            Clock.systemUTC(),
                            new Random(1),
                            Optional.of(secure)))
                    .withMessageContaining("fedmedian looks at single updates");
        }
    }
}
