package io.attestedmesh.federated.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Safetensors;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against whatever may be at the other end of the socket. */
@Timeout(60)
class ExternalLearnerTest {
    private static final String HELLO = "{\"answer\":\"hello\",\"version\":1}";
    private static final ExternalLimits LIMITS =
            new ExternalLimits(1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(10));
    private static final ExternalLimits HASTY =
            new ExternalLimits(1 << 23, Duration.ofMillis(200), Duration.ofMillis(200));
    private static final Model MODEL = Model.of(Map.of("w", Tensor.of(Shape.of(2), 1, 2)));

    @TempDir
    private Path folder;

    private LearnerPipe process;
    private ExternalLearner learner;

    @BeforeEach
    void open() throws Exception {
        process = new LearnerPipe(folder.resolve("s"));
    }

    @AfterEach
    void close() throws Exception {
        if (learner != null) {
            learner.close();
        }
        process.close();
    }

    private void connect(ExternalLimits limits) throws Exception {
        learner = process.connect(HELLO, limits);
    }

    @Test
    void hello_ofVersion1_connects() throws Exception {
        process.say(HELLO);
        learner = process.connect(HELLO, LIMITS);
        assertThat(folder.resolve("s")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"answer\":\"hello\",\"version\":2}",
                "{\"answer\":\"hello\",\"version\":\"1\"}",
                "{\"answer\":\"hello\",\"version\":4294967297}",
                "{\"answer\":\"hello\"}",
                "{\"answer\":\"get\",\"version\":1}",
                "{\"error\":\"only version 2\"}",
                "{}",
                "[]"
            })
    void hello_ofAnotherKind_isRefused(String hello) throws Exception {
        assertThatThrownBy(() -> process.connect(hello, LIMITS)).isInstanceOf(LearnerException.class);
        process.hear();
        assertEnded();
    }

    @Test
    void set_sendsSafetensors() throws Exception {
        connect(LIMITS);
        process.say("{\"answer\":\"set\"}");
        learner.set(MODEL);
        Frame request = process.hear();
        assertThat(request.header().path("request").asText()).isEqualTo("set");
        assertThat(Safetensors.read(request.body()).model()).isEqualTo(MODEL);
    }

    @Test
    void get_readsSafetensors() throws Exception {
        connect(LIMITS);
        process.say("{\"answer\":\"get\"}", safetensors());
        assertThat(learner.get()).isEqualTo(MODEL);
    }

    @Test
    void get_ofBytesThatAreNoModel_isRefused_andTheNextAnswerIsRead() throws Exception {
        connect(LIMITS);
        process.say("{\"answer\":\"get\"}", new byte[] {1, 2, 3});
        process.say("{\"answer\":\"get\"}");
        process.say("{\"answer\":\"get\"}", safetensors());
        assertThatThrownBy(learner::get).isInstanceOf(LearnerException.class).hasMessageContaining("TRUNCATED");
        assertThatThrownBy(learner::get).isInstanceOf(LearnerException.class).hasMessageContaining("TRUNCATED");
        assertThat(learner.get()).isEqualTo(MODEL);
    }

    @Test
    void fit_carriesEveryKindOfScalar_bothWays() throws Exception {
        connect(LIMITS);
        String scalars = "{\"b\":{\"base64\":\"AQI=\"},\"f\":true,\"r\":1.0,\"t\":\"x\",\"w\":1}";
        process.say("{\"answer\":\"fit\",\"examples\":7,\"metrics\":" + scalars + "}");
        Map<String, Scalar> expected = Map.of(
                "b", new Scalar.Blob(Bytes.of((byte) 1, (byte) 2)),
                "f", new Scalar.Flag(true),
                "r", new Scalar.Real(1),
                "t", new Scalar.Text("x"),
                "w", new Scalar.Whole(1));
        assertThat(learner.fit(expected)).isEqualTo(new Learner.Fit(7, expected));
        assertThat(process.hear().header().path("config")).isEqualTo(Frame.JSON.readTree(scalars));
    }

    @Test
    void evaluate_readsTheLoss() throws Exception {
        connect(LIMITS);
        process.say("{\"answer\":\"evaluate\",\"loss\":2,\"examples\":3,\"metrics\":{}}");
        assertThat(learner.evaluate(Map.of())).isEqualTo(new Learner.Evaluation(2, 3, Map.of()));
    }

    @Test
    void errorOfTheProcess_isTheMessage_boundedAndEscaped_andTheNextAnswerIsRead() throws Exception {
        connect(LIMITS);
        process.say("{\"error\":\"no\\u001b[31m " + "x".repeat(1000) + "\"}");
        process.say("{\"answer\":\"fit\",\"examples\":1,\"metrics\":{}}");
        assertThatThrownBy(() -> learner.fit(Map.of()))
                .isInstanceOf(LearnerException.class)
                .hasMessageStartingWith("the learner could not fit: no\\u001b[31m xxx")
                .hasMessageEndingWith("...")
                .extracting(e -> e.getMessage().length())
                .matches(length -> length < 300);
        assertThat(learner.fit(Map.of()).examples()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"examples\":1",
                "\"examples\":-1,\"metrics\":{}",
                "\"examples\":1.5,\"metrics\":{}",
                "\"examples\":9223372036854775808,\"metrics\":{}",
                "\"metrics\":{}",
                "\"examples\":1,\"metrics\":[]",
                "\"examples\":1,\"metrics\":{\"a\":null}",
                "\"examples\":1,\"metrics\":{\"a\":[1]}",
                "\"examples\":1,\"metrics\":{\"a\":{\"base64\":\"!\"}}",
                "\"examples\":1,\"metrics\":{\"a\":{\"base64\":\"\",\"b\":1}}",
                "\"examples\":1,\"metrics\":{\"a\":1e999}",
                "\"examples\":1,\"metrics\":{\"a\":9223372036854775808}"
            })
    void fit_withAnswerOutOfBounds_isRefused_andTheNextAnswerIsRead(String fields) throws Exception {
        connect(LIMITS);
        process.say("{\"answer\":\"fit\"," + fields + "}");
        process.say("{\"answer\":\"set\"}");
        assertThatThrownBy(() -> learner.fit(Map.of()))
                .isInstanceOf(LearnerException.class)
                .hasMessageContaining("expected");
        learner.set(MODEL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "1e999", "null", "true"})
    void evaluate_withoutAFiniteLoss_isRefused(String loss) throws Exception {
        connect(LIMITS);
        process.say("{\"answer\":\"evaluate\",\"loss\":" + loss + ",\"examples\":1,\"metrics\":{}}");
        assertThatThrownBy(() -> learner.evaluate(Map.of()))
                .isInstanceOf(LearnerException.class)
                .hasMessageContaining("loss: expected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{} {}",
                "{\"answer\":\"get\"}",
                "{\"answer\":[\"fit\"]}",
                "{\"answer\":\"fit\",\"answer\":\"fit\"}",
                "{\"answer\":\"fit\",\"examples\":NaN}",
                "{\"answer\":\"fit\",\"a\":{\"a\":{\"a\":{}}}}"
            })
    void headerThatIsNoAnswer_closesTheLearner(String header) throws Exception {
        connect(LIMITS);
        process.say(header);
        assertClosedBy("");
    }

    @Test
    void headerThatIsNotUtf8_closesTheLearner() throws Exception {
        connect(LIMITS);
        process.sayBytes(LearnerPipe.frame(2, 0, new byte[] {(byte) 0xc3, 0x28}));
        assertClosedBy("UTF-8");
    }

    @Test
    void bodyWhereNoneBelongs_closesTheLearner() throws Exception {
        connect(LIMITS);
        process.say("{\"answer\":\"fit\",\"examples\":1,\"metrics\":{}}", (byte) 1);
        assertClosedBy("without a body");
    }

    @ParameterizedTest
    @CsvSource({"65537, 0", "-1, 0", "2, 1048577", "2, -1", "2, 9223372036854775807"})
    void lengthsBeyondTheLimits_closeTheLearner_beforeAnythingIsAllocated(int header, long body) throws Exception {
        connect(LIMITS);
        process.sayBytes(LearnerPipe.frame(header, body, "{}".getBytes(StandardCharsets.UTF_8)));
        assertClosedBy("expected at most");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 11, 12, 13, 27})
    void endWithinAFrame_closesTheLearner(int bytes) throws Exception {
        connect(LIMITS);
        byte[] text = "{\"answer\":\"fit\"}".getBytes(StandardCharsets.UTF_8);
        process.sayBytes(Arrays.copyOf(LearnerPipe.frame(text.length, 0, text), bytes));
        process.close();
        assertClosedBy("");
    }

    @Test
    void silence_closesTheLearner_atTheTimeLimit() throws Exception {
        connect(HASTY);
        assertClosedBy("took longer than PT0.2S to fit");
    }

    @Test
    void halfAnAnswer_closesTheLearner_atTheTimeLimit() throws Exception {
        connect(HASTY);
        process.sayBytes(LearnerPipe.frame(100, 0, "{".getBytes(StandardCharsets.UTF_8)));
        assertClosedBy("took longer");
    }

    @Test
    void processThatDoesNotRead_closesTheLearner_atTheTimeLimit() throws Exception {
        connect(HASTY);
        Model large = Model.of(Map.of("w", Tensor.of(Shape.of(1 << 20), new float[1 << 20])));
        assertThatThrownBy(() -> learner.set(large)).hasMessageContaining("took longer than PT0.2S to set");
        assertThatThrownBy(() -> learner.set(MODEL)).hasMessageContaining("was closed");
    }

    @Test
    void nobodyConnects_fails_atTheTimeLimit() throws Exception {
        Path file = folder.resolve("other");
        assertThatThrownBy(() -> ExternalLearner.listen(file, HASTY))
                .isInstanceOf(LearnerException.class)
                .hasMessageContaining("took longer than PT0.2S to connect");
        assertThat(file).doesNotExist();
    }

    @Test
    void interruption_closesTheLearner() throws Exception {
        connect(LIMITS);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> learner.fit(Map.of())).isInstanceOf(InterruptedException.class);
        assertThatThrownBy(() -> learner.fit(Map.of())).hasMessageContaining("was closed");
    }

    @Test
    void close_fromAnotherThread_endsARequest() throws Exception {
        connect(LIMITS);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
            try {
                process.hear();
                learner.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThatThrownBy(() -> learner.fit(Map.of())).isInstanceOf(LearnerException.class);
        closed.get(10, TimeUnit.SECONDS);
    }

    @Test
    void modelAboveTheLimit_isNotSent() throws Exception {
        connect(LIMITS);
        Model large = Model.of(Map.of("w", Tensor.of(Shape.of(1 << 18), new float[1 << 18])));
        process.say("{\"answer\":\"set\"}");
        assertThatThrownBy(() -> learner.set(large)).hasMessageContaining("expected at most 1048576 bytes");
        learner.set(MODEL);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void configThatJsonDoesNotHave_isNotSent(double value) throws Exception {
        connect(LIMITS);
        process.say("{\"answer\":\"set\"}");
        assertThatThrownBy(() -> learner.fit(Map.of("a", new Scalar.Real(value))))
                .hasMessageContaining("a: expected a finite number");
        learner.set(MODEL);
    }

    @Test
    void configOfMoreThanAHeader_isNotSent() throws Exception {
        connect(LIMITS);
        Map<String, Scalar> config = new HashMap<>();
        config.put("a", new Scalar.Text("x".repeat(1 << 16)));
        process.say("{\"answer\":\"set\"}");
        assertThatThrownBy(() -> learner.fit(config))
                .isInstanceOf(LearnerException.class)
                .hasMessageContaining("expected at most 65536 bytes");
        learner.set(MODEL);
    }

    private void assertClosedBy(String why) throws Exception {
        assertThatThrownBy(() -> learner.fit(Map.of()))
                .isInstanceOf(LearnerException.class)
                .hasMessageContaining(why);
        assertThatThrownBy(() -> learner.fit(Map.of()))
                .isInstanceOf(LearnerException.class)
                .hasMessageContaining("was closed before it was asked to fit");
    }

    private void assertEnded() {
        assertThatThrownBy(process::hear).isInstanceOf(IOException.class);
    }

    private static byte[] safetensors() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Safetensors.of(MODEL).writeTo(Channels.newChannel(bytes));
        return bytes.toByteArray();
    }
}
