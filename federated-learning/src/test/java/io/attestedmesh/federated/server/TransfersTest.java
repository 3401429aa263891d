package io.attestedmesh.federated.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.federated.flower.wire.ClientMessage;
import io.attestedmesh.federated.flower.wire.FlowerServiceGrpc;
import io.attestedmesh.federated.flower.wire.ServerMessage;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many models are on the way at once, and what becomes of clients that keep others waiting. */
@Timeout(60)
class TransfersTest {
    private static final Duration LONG = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    /** Of some MiB: beyond all windows of flow control. */
    private static Model large(int mebibytes) {
        int length = mebibytes << 18;
        return Model.of(Map.of("w", Tensor.of(Shape.of(length), new float[length])));
    }

    private static RoundSettings once(int clients) {
        return new RoundSettings(1, 1, 0, clients, clients, clients, LONG, LONG, LONG, true, round -> Map.of());
    }

    @Test
    void run_eightAnswerAtOnce_noMoreThanTwoAreReceivedAtOnce() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder, 2)) {
            CyclicBarrier all = new CyclicBarrier(8);
            for (int i = 0; i < 8; i++) {
                assertThat(new RawClient(rounds.channel(), large(16), 1).together(all))
                        .isNotNull();
            }
            RoundServer server = rounds.server(once(8));

            server.run(Optional.of(large(16)));

            assertThat(server.reports().get(0).trained()).hasSize(8);
            assertThat(rounds.traffic.mostAtOnce()).isBetween(1, 2);
        }
    }

    /** One that never answers, then so many that do; one is received at a time, and each has a second. */
    private RoundReport roundWithSilentOnes(int silent, int others) throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder, 1)) {
            for (int i = 0; i < silent; i++) {
                TowardsTarget learner = new TowardsTarget(8, 1);
                learner.holdUp();
                rounds.join(learner);
            }
            for (int i = 0; i < others; i++) {
                rounds.join(new TowardsTarget(8, 1));
            }
            RoundServer server = rounds.server(once(silent + others).withTimeouts(Duration.ofSeconds(1), LONG));

            server.run(Optional.of(TowardsTarget.model(0)));

            return server.reports().get(0);
        }
    }

    @Test
    void run_oneThatDoesNotAnswer_costsNobodyElseItsTime() throws Exception {
        RoundReport report = roundWithSilentOnes(1, 6);

        assertThat(report.trained()).hasSize(6);
        assertThat(report.failed().values())
                .singleElement()
                .asString()
                .contains("TIMEOUT: expected an answer within PT1S");
    }

    @Test
    void run_severalThatDoNotAnswer_eachHasALittleMoreAfterItsTime() throws Exception {
        RoundReport report = roundWithSilentOnes(3, 1);

        assertThat(report.trained()).hasSize(1);
        assertThat(report.failed())
                .hasSize(3)
                .allSatisfy((name, why) -> assertThat(why).contains("TIMEOUT"));
        assertThat(Duration.between(report.began(), report.ended())).isLessThan(Duration.ofSeconds(20));
    }

    /** Takes nothing of what it is sent. */
    private static final class Deaf implements ClientResponseObserver<ClientMessage, ServerMessage> {
        Deaf(Channel channel) {
            var unused = FlowerServiceGrpc.newStub(channel).join(this);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<ClientMessage> requests) {
            requests.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(ServerMessage message) {
            throw new AssertionError("a message that was not asked for");
        }

        @Override
        public void onError(Throwable failure) {
            // it is the server that is looked at
        }

        @Override
        public void onCompleted() {
            // as above
        }
    }

    @Test
    void fit_clientThatTakesNothing_isResetAfterItsTime() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            new Deaf(rounds.channel());
            rounds.participants.await(1, LONG);
            Participant deaf = rounds.participants.all().get(0);

            CompletableFuture<Trained> answer = deaf.fit(large(16), Map.of(), Duration.ofMillis(200));

            assertReason(answer, ParticipantReason.TIMEOUT);
            // which it is when what waited to be sent has been dropped
            assertThat(rounds.traffic.ended().poll(20, TimeUnit.SECONDS).getCode())
                    .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        }
    }

    private static void assertReason(CompletableFuture<?> answer, ParticipantReason reason) {
        assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        ParticipantException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static Participant atWork(LoopbackRounds rounds) throws Exception {
        TowardsTarget learner = new TowardsTarget(8, 1);
        learner.holdUp();
        rounds.join(learner);
        rounds.participants.await(1, LONG);
        return rounds.participants.all().get(0);
    }

    @Test
    void evaluate_participantThatTrains_isBusy_andGoesOn() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            Participant participant = atWork(rounds);
            CompletableFuture<Trained> training = participant.fit(TowardsTarget.model(0), Map.of(), LONG);

            assertReason(participant.evaluate(TowardsTarget.model(0), Map.of(), LONG), ParticipantReason.BUSY);
            assertThat(training).isNotDone();
        }
    }

    @Test
    void join_sameIdentityAgain_replacesTheOneThatTrains() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            rounds.proves("a.example");
            CompletableFuture<Trained> training = atWork(rounds).fit(TowardsTarget.model(0), Map.of(), LONG);

            rounds.join(new TowardsTarget(4, 1));

            assertReason(training, ParticipantReason.REPLACED);
            assertThat(rounds.traffic.ended().poll(20, TimeUnit.SECONDS).getCode())
                    .isEqualTo(Status.Code.ABORTED);
            assertThat(rounds.participants.all()).extracting(Participant::name).containsExactly("a.example");
        }
    }

    @Test
    void join_fullOfStrangers_provenOneTakesThePlaceOfTheLastOfThem() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            for (int i = 1; i <= 8; i++) {
                rounds.join(new TowardsTarget(4, 1));
                rounds.participants.await(i, LONG);
            }
            List<Participant> before = rounds.participants.all();
            rounds.proves("a.example");

            rounds.join(new TowardsTarget(4, 1));

            assertThat(rounds.traffic.ended().poll(20, TimeUnit.SECONDS).getCode())
                    .isEqualTo(Status.Code.ABORTED);
            List<Participant> expected = new ArrayList<>(before.subList(0, 7));
            assertThat(rounds.participants.all()).hasSize(8).startsWith(expected.toArray(Participant[]::new));
            assertThat(rounds.participants.all().get(7).name()).isEqualTo("a.example");
        }
    }

    @Test
    void join_fullOfProvenOnes_nobodyIsPutOut() throws Exception {
        try (LoopbackRounds rounds = new LoopbackRounds(folder)) {
            for (int i = 1; i <= 8; i++) {
                rounds.proves(i + ".example");
                rounds.join(new TowardsTarget(4, 1));
                rounds.participants.await(i, LONG);
            }
            rounds.proves("9.example");

            rounds.join(new TowardsTarget(4, 1));

            assertThat(rounds.traffic.ended().poll(20, TimeUnit.SECONDS).getDescription())
                    .contains("BUSY: expected at most 8 participants");
            assertThat(rounds.participants.all()).extracting(Participant::name).doesNotContain("9.example");
        }
    }
}
