package io.attestedmesh.federated.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attestedmesh.attest.file.AtomicFile.Access;
import io.attestedmesh.federated.aggregate.Rules;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.learn.LearnerException;
import io.attestedmesh.federated.learn.Scalar;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Safetensors;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RoundServerTest {
    private static final Optional<Model> ZERO = Optional.of(TowardsTarget.model(0));

    @TempDir
    Path folder;

    @Test
    void run_twoClients_averagesByExamples() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            rounds.join(new TowardsTarget(4, 100));
            rounds.join(new TowardsTarget(8, 300));

            Model model = rounds.server(RoundSettings.of(1)).run(ZERO);

            // each goes half of its way: (2 * 100 + 4 * 300) / 400
            assertThat(TowardsTarget.value(model)).isEqualTo(3.5);
        }
    }

    @Test
    void run_done_sendsClientsHome() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            LoopbackRounds.Joined first = rounds.join(new TowardsTarget(4, 1));
            LoopbackRounds.Joined second = rounds.join(new TowardsTarget(4, 1));

            rounds.server(RoundSettings.of(1)).run(ZERO);

            assertThat(List.of(
                            first.future().get().again(), second.future().get().again()))
                    .containsOnly(false);
        }
    }

    @Test
    void run_noInitialModel_takesThatOfAClient() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            TowardsTarget one = new TowardsTarget(16, 1);
            one.set(TowardsTarget.model(16));
            rounds.join(one);

            Model model = rounds.server(RoundSettings.of(1).withClients(1)).run(Optional.empty());

            assertThat(TowardsTarget.value(model)).isEqualTo(16);
        }
    }

    @Test
    void run_clientsWithoutParameters_saysSo() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            TowardsTarget empty = new TowardsTarget(16, 1);
            empty.set(Model.of(Map.of()));
            rounds.join(empty);

            assertThatThrownBy(() ->
                            rounds.server(RoundSettings.of(1).withClients(1)).run(Optional.empty()))
                    .isInstanceOf(RoundsException.class)
                    .hasMessageContaining("parameters");
        }
    }

    @Test
    void run_tooFewClients_saysSo() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            RoundSettings usual = RoundSettings.of(1);
            RoundSettings impatient = new RoundSettings(
                    1,
                    1,
                    1,
                    2,
                    2,
                    2,
                    Duration.ofMillis(50),
                    usual.fitTimeout(),
                    usual.evaluateTimeout(),
                    true,
                    usual.config());

            assertThatThrownBy(() -> rounds.server(impatient).run(ZERO))
                    .isInstanceOf(RoundsException.class)
                    .hasMessageContaining("there are 0");
        }
    }

    @Test
    void run_everyRound_isWrittenAndReported() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            rounds.join(new TowardsTarget(8, 1));
            RoundServer server = rounds.server(RoundSettings.of(2).withClients(1));

            server.run(ZERO);

            assertThat(TowardsTarget.value(Safetensors.read(folder.resolve("round-1.safetensors"))
                            .model()))
                    .isEqualTo(4);
            assertThat(TowardsTarget.value(Safetensors.read(folder.resolve("round-2.safetensors"))
                            .model()))
                    .isEqualTo(6);
            assertThat(folder.resolve("round-2-weights.npy")).exists();
            assertThat(server.reports()).extracting(RoundReport::round).containsExactly(1, 2);
            RoundReport second = server.reports().get(1);
            assertThat(second.loss().getAsDouble()).isEqualTo(4);
            assertThat(second.fitMetrics()).containsEntry("distance", 2.0);
        }
    }

    @Test
    void run_afterARestart_goesOn() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            rounds.join(new TowardsTarget(8, 1));
            rounds.server(RoundSettings.of(2).withClients(1)).run(ZERO);
        }
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            TowardsTarget learner = new TowardsTarget(8, 1);
            rounds.join(learner);
            RoundServer server = rounds.server(RoundSettings.of(3).withClients(1));

            // where it was to begin is of no interest any more
            Model model = server.run(Optional.of(TowardsTarget.model(100)));

            assertThat(TowardsTarget.value(model)).isEqualTo(7);
            assertThat(learner.trained()).isEqualTo(1);
            assertThat(server.reports()).extracting(RoundReport::round).containsExactly(1, 2, 3);
        }
    }

    @Test
    void run_stateOfTheRule_isTakenUp() throws Exception {
        Map<String, Double> parameters = Map.of("momentum", 0.5);
        double uninterrupted;
        try (LoopbackRounds rounds = new LoopbackRounds(folder.resolve("one"))) {
            rounds.join(new TowardsTarget(8, 1));
            uninterrupted = TowardsTarget.value(
                    rounds.server(RoundSettings.of(4).withClients(1), Rules.of("fedavgm", parameters))
                            .run(ZERO));
        }
        double interrupted = 0;
        for (int until : new int[] {1, 3, 4}) {
            try (LoopbackRounds rounds = new LoopbackRounds(folder.resolve("two"))) {
                rounds.join(new TowardsTarget(8, 1));
                interrupted = TowardsTarget.value(
                        rounds.server(RoundSettings.of(until).withClients(1), Rules.of("fedavgm", parameters))
                                .run(ZERO));
            }
        }

        assertThat(interrupted).isEqualTo(uninterrupted);
    }

    private void roundsUntil(int last, String rule) throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            rounds.join(new TowardsTarget(8, 1));
            rounds.server(RoundSettings.of(last).withClients(1), Rules.of(rule, Map.of()))
                    .run(ZERO);
        }
    }

    @ParameterizedTest
    @CsvSource({"fedadam, fedyogi", "fedavgm, fedavg", "fedavg, fedmedian"})
    void run_otherRuleThanBefore_isRefusedAndBothAreNamed(String before, String after) throws Exception {
        roundsUntil(1, before);
        byte[] history = Files.readAllBytes(folder.resolve("history.json"));
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            RoundServer server = rounds.server(RoundSettings.of(2).withClients(1), Rules.of(after, Map.of()));

            assertThatThrownBy(() -> server.run(ZERO))
                    .isInstanceOf(RoundsException.class)
                    .hasMessage("the rule is " + after + ", and these rounds were begun with " + before);
        }
        assertThat(folder.resolve("history.json")).hasBinaryContent(history);
    }

    @Test
    void run_sameRuleWithOtherParameters_goesOn() throws Exception {
        roundsUntil(1, "fedavgm");
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            rounds.join(new TowardsTarget(8, 1));
            RoundServer server = rounds.server(
                    RoundSettings.of(2).withClients(1), Rules.of("fedavgm", Map.of("learning_rate", 0.5)));

            server.run(ZERO);

            assertThat(server.reports()).hasSize(2);
        }
    }

    @Test
    void run_historyWithoutARule_goesOnAndNamesIt() throws Exception {
        roundsUntil(1, "fedavg");
        Path history = folder.resolve("history.json");
        Files.writeString(history, Files.readString(history).replace("\"rule\" : \"fedavg\",", ""));
        roundsUntil(2, "fedavg");

        assertThat(history).content().contains("\"rule\" : \"fedavg\"").contains("\"round\" : 2");
    }

    @Test
    void run_clientLeavesWhileTraining_goesOnWithTheOthers() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            TowardsTarget leaver = new TowardsTarget(100, 1);
            leaver.holdUp();
            LoopbackRounds.Joined leaving = rounds.join(leaver);
            rounds.join(new TowardsTarget(8, 1));
            RoundServer server = rounds.server(RoundSettings.of(1));
            CompletableFuture<Model> running = rounds.start(server, ZERO);
            leaver.awaitTraining();

            assertThat(leaving.future().cancel(true)).isTrue();

            assertThat(TowardsTarget.value(running.get())).isEqualTo(4);
            assertThat(server.reports().get(0).failed().values())
                    .singleElement()
                    .asString()
                    .contains("LEFT");
        }
    }

    @Test
    void run_clientTakesTooLong_goesOnWithTheOthers() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            TowardsTarget slow = new TowardsTarget(100, 1);
            CountDownLatch mayEnd = slow.holdUp();
            LoopbackRounds.Joined late = rounds.join(slow);
            rounds.join(new TowardsTarget(8, 1));
            RoundServer server =
                    rounds.server(RoundSettings.of(1).withTimeouts(Duration.ofMillis(500), Duration.ofSeconds(20)));

            Model model = server.run(ZERO);

            assertThat(TowardsTarget.value(model)).isEqualTo(4);
            assertThat(server.reports().get(0).failed().values())
                    .singleElement()
                    .asString()
                    .contains("TIMEOUT");
            mayEnd.countDown();
            assertEnded(late, Status.Code.DEADLINE_EXCEEDED);
        }
    }

    private static void assertEnded(LoopbackRounds.Joined client, Status.Code how) {
        assertThatThrownBy(() -> client.future().get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(how));
    }

    @Test
    void run_failuresRefused_changesNothing() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            rounds.join(new Sending(Model.of(Map.of())));
            rounds.join(new TowardsTarget(8, 1));
            RoundSettings usual = RoundSettings.of(1);
            RoundServer server = rounds.server(new RoundSettings(
                    1,
                    1,
                    0,
                    2,
                    2,
                    2,
                    usual.patience(),
                    usual.fitTimeout(),
                    usual.evaluateTimeout(),
                    false,
                    usual.config()));

            Model model = server.run(ZERO);

            assertThat(TowardsTarget.value(model)).isZero();
            assertThat(server.reports().get(0).unchanged()).contains("1 of 2 gave nothing");
        }
    }

    /** Trains to whatever it was given. */
    private record Sending(Model model, long examples) implements Learner {
        Sending(Model model) {
            this(model, 1);
        }

        @Override
        public Model get() {
            return model;
        }

        @Override
        public void set(Model parameters) {
            // keeps its own
        }

        @Override
        public Fit fit(Map<String, Scalar> config) {
            return new Fit(examples, Map.of());
        }

        @Override
        public Evaluation evaluate(Map<String, Scalar> config) throws LearnerException {
            throw new LearnerException("this one does not evaluate");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nan, NOT_FINITE",
        "infinite, NOT_FINITE",
        "shape, OTHER_SHAPE",
        "count, OTHER_TENSORS",
        "none, NO_EXAMPLES",
        "negative, NO_EXAMPLES"
    })
    void run_updateThatIsNone_isRefusedAndNamed(String what, String reason) throws Exception {
        Model good = TowardsTarget.model(1);
        Sending bad = switch (what) {
            case "nan" -> new Sending(TowardsTarget.model(Float.NaN));
            case "infinite" -> new Sending(TowardsTarget.model(Float.POSITIVE_INFINITY));
            case "shape" -> new Sending(Model.of(Map.of("w", Tensor.of(Shape.of(2), 1, 2))));
            case "count" ->
                new Sending(Model.of(
                        Map.of("w", good.list().get(0), "v", good.list().get(0))));
            case "none" -> new Sending(good, 0);
            default -> new Sending(good, -1);
        };
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            new RawClient(rounds.channel(), bad.model(), bad.examples());
            rounds.join(new TowardsTarget(8, 1));
            RoundServer server = rounds.server(RoundSettings.of(1));

            Model model = server.run(ZERO);

            assertThat(TowardsTarget.value(model)).isEqualTo(4);
            assertThat(server.reports().get(0).failed().values())
                    .anySatisfy(why -> assertThat(why).contains(reason));
            assertThat(rounds.meters
                            .counter("amesh.federated.rejections", "reason", reason.toLowerCase(java.util.Locale.ROOT))
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void run_metricWithALongName_isRefused() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            assertThat(new RawClient(rounds.channel(), TowardsTarget.model(1), 1).metric("m".repeat(50_001)))
                    .isNotNull();
            rounds.join(new TowardsTarget(8, 1));
            RoundServer server = rounds.server(RoundSettings.of(1));

            server.run(ZERO);

            assertThat(server.reports().get(0).trained()).hasSize(1);
        }
        try (RoundFiles again = RoundFiles.open(folder, false)) {
            assertThat(again.reports()).hasSize(1);
        }
    }

    @Test
    void run_oneSaysThatItHasAllExamples_keepsNobodyOut() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            assertThat(new RawClient(rounds.channel(), TowardsTarget.model(1), Long.MAX_VALUE))
                    .isNotNull();
            rounds.join(new TowardsTarget(8, 1));
            RoundServer server = rounds.server(RoundSettings.of(1));

            assertThat(TowardsTarget.value(server.run(ZERO))).isEqualTo(4);
        }
    }

    @Test
    void join_answersUnasked_isEnded() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            RawClient eager = new RawClient(rounds.channel(), TowardsTarget.model(1), 1);
            rounds.participants.await(1, Duration.ofSeconds(20));
            rounds.join(new TowardsTarget(8, 1));
            eager.answer();
            eager.answer();
            RoundServer server = rounds.server(RoundSettings.of(3).withClients(1));

            server.run(ZERO);

            assertThat(eager.ended().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(server.reports())
                    .hasSize(3)
                    .anySatisfy(report -> assertThat(report.failed().values())
                            .anySatisfy(why -> assertThat(why).contains("PROTOCOL")));
        }
    }

    @Test
    void run_firstParametersNotFinite_takesThoseOfAnother() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            rounds.join(new Sending(TowardsTarget.model(Float.NaN)));
            assertThatThrownBy(() ->
                            rounds.server(RoundSettings.of(1).withClients(1)).run(Optional.empty()))
                    .isInstanceOf(RoundsException.class);
            assertThat(folder.resolve("round-0.safetensors")).doesNotExist();
        }
    }

    @Test
    void complete_unchangedRound_leavesNothingOfAnUncommittedOne() throws Exception {
        Files.createDirectories(folder);
        Safetensors.of(TowardsTarget.model(9)).write(folder.resolve("round-1.safetensors"), Access.OWNER);
        Safetensors.of(TowardsTarget.model(9)).write(folder.resolve("rule-1.safetensors"), Access.OWNER);
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            rounds.join(new Sending(TowardsTarget.model(Float.NaN)));

            rounds.server(RoundSettings.of(1).withClients(1)).run(ZERO);
        }

        assertThat(folder.resolve("round-1.safetensors")).doesNotExist();
        assertThat(folder.resolve("rule-1.safetensors")).doesNotExist();
    }

    @Test
    void run_poisonedUpdate_isOutvotedByKrum() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            for (int i = 0; i < 4; i++) {
                rounds.join(new TowardsTarget(8, 1));
            }
            rounds.join(new Sending(TowardsTarget.model(1e6f)));

            Model model = rounds.server(
                            RoundSettings.of(1).withClients(5), Rules.of("multi-krum", Map.of("f", 1.0, "m", 3.0)))
                    .run(ZERO);

            assertThat(TowardsTarget.value(model)).isCloseTo(4, within(1e-6));
        }
    }

    @Test
    void join_moreThanThereMayBe_isRefused() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            for (int i = 0; i < 8; i++) {
                rounds.join(new TowardsTarget(8, 1));
            }
            rounds.participants.await(8, Duration.ofSeconds(20));

            LoopbackRounds.Joined ninth = rounds.join(new TowardsTarget(8, 1));

            assertEnded(ninth, Status.Code.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void open_folderInUse_isRefused() throws Exception {
        try (RoundFiles first = RoundFiles.open(folder, false)) {
            assertThat(first.reports()).isEmpty();
            assertThatThrownBy(() -> RoundFiles.open(folder, false))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"not json", "{}", "{\"rounds\": [{}]}", "{\"rounds\": [{\"round\": 2}]}"})
    void open_historyThatIsNone_isRefused(String text) throws Exception {
        Files.writeString(folder.resolve("history.json"), text);

        assertThatThrownBy(() -> RoundFiles.open(folder, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("history");
    }
}
