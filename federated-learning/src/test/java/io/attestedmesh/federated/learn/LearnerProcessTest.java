package io.attestedmesh.federated.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LearnerProcessTest {
    private static final ExternalLimits LIMITS =
            new ExternalLimits(1 << 24, Duration.ofSeconds(60), Duration.ofSeconds(60));
    private static final ExternalLimits HASTY =
            new ExternalLimits(1 << 24, Duration.ofMillis(300), Duration.ofSeconds(60));

    private final Set<Long> before = children();

    @AfterEach
    void requireNoneLeft() {
        assertThat(children()).isSubsetOf(before);
    }

    private static Set<Long> children() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    @Test
    void process_keepsParametersOfSeveralMegabytes_andEndsWithItsLearner() throws Exception {
        Model model = Model.of(Map.of("w", Tensor.of(Shape.of(1 << 20), new float[1 << 20])));
        Map<String, Scalar> config = Map.of("epochs", new Scalar.Whole(2));
        try (ExternalLearner learner = ExternalLearner.start(FakeLearner.command("works"), LIMITS)) {
            learner.set(model);
            assertThat(learner.fit(config)).isEqualTo(new Learner.Fit(5, config));
            assertThat(learner.get()).isEqualTo(model);
            assertThatThrownBy(() -> learner.evaluate(Map.of())).hasMessageContaining("no such thing as evaluate");
        }
    }

    @Test
    void processThatEndsInTheMiddle_failsTheRequest_withItsExitCode() throws Exception {
        try (ExternalLearner learner = ExternalLearner.start(FakeLearner.command("dies"), LIMITS)) {
            assertThatThrownBy(() -> learner.fit(Map.of()))
                    .isInstanceOf(LearnerException.class)
                    .hasMessage("the learner ended before it was done to fit, with exit code 7");
        }
    }

    @Test
    void renewedLearner_goesOnWithAnotherProcess_untilItIsClosed() throws Exception {
        Model model = Model.of(Map.of("w", Tensor.of(Shape.of(1), 5)));
        AtomicInteger opened = new AtomicInteger();
        Learner left;
        try (RenewedLearner learner = new RenewedLearner(() ->
                ExternalLearner.start(FakeLearner.command(opened.getAndIncrement() == 0 ? "dies" : "works"), LIMITS))) {
            assertThatThrownBy(() -> learner.fit(Map.of())).hasMessageContaining("with exit code 7");
            learner.set(model);
            assertThat(learner.fit(Map.of()).examples()).isEqualTo(5);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> learner.fit(Map.of("never", new Scalar.Whole(1))))
                    .isInstanceOf(InterruptedException.class);
            learner.set(model);
            assertThat(learner.get()).isEqualTo(model);
            assertThat(opened).hasValue(3);
            left = learner;
        }
        assertThatThrownBy(left::get).isInstanceOf(LearnerException.class).hasMessageContaining("closed");
        assertThat(opened).hasValue(3);
    }

    @Test
    void renewedLearner_thatCannotBeOpenedAgain_saysSo() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        try (RenewedLearner learner = new RenewedLearner(() -> ExternalLearner.start(
                opened.getAndIncrement() == 0 ? FakeLearner.command("dies") : List.of("/nonexistent"), LIMITS))) {
            assertThatThrownBy(() -> learner.fit(Map.of())).isInstanceOf(LearnerException.class);
            assertThatThrownBy(() -> learner.fit(Map.of()))
                    .isInstanceOf(LearnerException.class)
                    .hasMessageContaining("no learner was started");
        }
    }

    @Test
    void processThatEndsAtOnce_isNotWaitedFor() {
        assertThatThrownBy(() -> ExternalLearner.start(List.of("/bin/sh", "-c", "exit 3"), LIMITS))
                .isInstanceOf(LearnerException.class)
                .hasMessageContaining("with exit code 3");
    }

    @Test
    void processThatDoesNotConnect_isEnded_withItsChildren() {
        assertThatThrownBy(() -> ExternalLearner.start(List.of("/bin/sh", "-c", "sleep 600; true"), HASTY))
                .isInstanceOf(LearnerException.class)
                .hasMessageContaining("took longer than PT0.3S to connect");
    }

    @Test
    void childThatIsStartedInsteadOfEnding_isEndedToo(@TempDir Path folder) throws Exception {
        Path pid = folder.resolve("pid");
        String stubborn = "trap 'sleep 600 & echo $! > " + pid + "; wait' TERM; while true; do sleep 0.1; done";

        assertThatThrownBy(() -> ExternalLearner.start(List.of("/bin/sh", "-c", stubborn), HASTY))
                .isInstanceOf(LearnerException.class);

        long child = Long.parseLong(Files.readString(pid).strip());
        while (ProcessHandle.of(child)
                .flatMap(process -> process.info().command())
                .isPresent()) {
            Thread.onSpinWait(); // the kernel ends it in its own time
        }
    }

    @Test
    void linesBeyondSoManyASecond_areLeftOut_andCounted() {
        InputStream printed = new ByteArrayInputStream("line\n".repeat(101).getBytes(StandardCharsets.UTF_8));
        AtomicInteger asked = new AtomicInteger();
        InstantSource clock = () -> Instant.ofEpochSecond(asked.getAndIncrement() < 100 ? 1 : 2);
        List<String> logged = new ArrayList<>();

        LearnerProcess.log(7, printed, clock, logged::add);

        assertThat(logged).hasSize(21).startsWith("learner 7: line").endsWith("learner 7 (80 lines left out): line");
    }

    @Test
    void programThatIsNotThere_isNamed() {
        assertThatThrownBy(() -> ExternalLearner.start(List.of("/no/such/program"), LIMITS))
                .isInstanceOf(LearnerException.class)
                .hasMessageContaining("/no/such/program");
    }
}
