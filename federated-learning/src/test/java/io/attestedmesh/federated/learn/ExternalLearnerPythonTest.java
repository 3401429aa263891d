package io.attestedmesh.federated.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.federated.Python;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example in Python, where there is a Python that has NumPy. */
@Timeout(60)
class ExternalLearnerPythonTest {
    private static final ExternalLimits LIMITS =
            new ExternalLimits(1 << 24, Duration.ofSeconds(60), Duration.ofSeconds(60));

    @TempDir
    private Path folder;

    private String interpreter;
    private Path program;
    private ExternalLearner learner;

    @BeforeEach
    void start() throws Exception {
        interpreter = Python.withModule("numpy");
        program = Path.of(System.getProperty("project.root"), "examples", "python", "learner.py");
        learner = ExternalLearner.start(List.of(interpreter, program.toString()), LIMITS);
    }

    @AfterEach
    void close() {
        if (learner != null) {
            learner.close();
        }
    }

    @Test
    void python_learns() throws Exception {
        double before = accuracy(learner.evaluate(Map.of()));
        Learner.Fit fit = learner.fit(Map.of("epochs", new Scalar.Whole(10), "learning_rate", new Scalar.Real(0.5)));
        assertThat(fit.examples()).isEqualTo(300);
        assertThat(fit.metrics()).containsOnlyKeys("loss", "accuracy");
        assertThat(before).isLessThan(0.5);
        assertThat(accuracy(learner.evaluate(Map.of()))).isGreaterThan(0.85);
    }

    @Test
    void parameters_goToPythonAndBack_bitByBit() throws Exception {
        Tensor weight = Tensor.of(Shape.of(3, 2), 1, -0f, Float.MIN_VALUE, Float.MAX_VALUE, 0.1f, 2);
        Model model = learner.get();
        assertThat(List.copyOf(model.tensors().keySet())).containsExactly("weight", "bias");
        Model changed =
                Model.ofList(List.of(weight, model.tensors().get("bias"))).named(model);
        learner.set(changed);
        assertThat(learner.get()).isEqualTo(changed);
    }

    @Test
    void proximalMu_keepsPythonNearer() throws Exception {
        learner.fit(Map.of());
        float[] free = new float[6];
        learner.get().tensors().get("weight").floats(0, free, 6);
        try (ExternalLearner other = ExternalLearner.start(List.of(interpreter, program.toString()), LIMITS)) {
            other.fit(Map.of("proximal_mu", new Scalar.Real(5)));
            Tensor drawn = other.get().tensors().get("weight");
            assertThat(Math.abs(drawn.at(1))).isPositive().isLessThan(Math.abs(free[1]));
        }
    }

    @Test
    void errorInPython_isTheMessage_andTheNextRequestWorks() throws Exception {
        Model other = Model.of(Map.of("weight", Tensor.of(Shape.of(2), 1, 2)));
        assertThatThrownBy(() -> learner.set(other))
                .isInstanceOf(LearnerException.class)
                .hasMessage("the learner could not set: ValueError: weight: expected float32 (3, 2)");
        assertThatThrownBy(() -> learner.fit(Map.of("epochs", new Scalar.Text("many"))))
                .hasMessageContaining("TypeError");
        assertThat(learner.evaluate(Map.of()).examples()).isEqualTo(300);
    }

    @Test
    void processStartedBySomebodyElse_connects() throws Exception {
        Path socket = folder.resolve("learner");
        Process started = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "while [ ! -S \"$1\" ]; do sleep 0.05; done; exec \"$2\" \"$3\" --seed 2 \"$1\"",
                        "sh",
                        socket.toString(),
                        interpreter,
                        program.toString())
                .inheritIO()
                .start();
        try (ExternalLearner other = ExternalLearner.listen(socket, LIMITS)) {
            assertThat(other.evaluate(Map.of()).examples()).isEqualTo(300);
        }
        assertThat(started.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(started.exitValue()).isZero();
    }

    private static double accuracy(Learner.Evaluation evaluation) {
        return ((Scalar.Real) evaluation.metrics().get("accuracy")).value();
    }
}
