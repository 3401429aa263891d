package io.attestedmesh.federated.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.federated.Python;
import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each rule against NumPy, to 1 unit in the last place: {@code vectors.txt}, which {@code rules.py vectors} wrote (the same
 * with NumPy 1.26 and 2.4), and larger random models with the NumPy that is here. The latter is skipped where there is no
 * Python with NumPy; {@code -Dtest.python=PATH} names one.
 */
class NumPyTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Map<String, Map<String, Double>> PARAMETERS = Map.of(
            "trimmed-mean", Map.of("f", 1.0),
            "krum", Map.of("f", 1.0),
            "multi-krum", Map.of("f", 1.0));

    @TempDir
    Path folder;

    @Test
    void vectors_areReproduced() throws Exception {
        List<String> lines;
        try (InputStream in = NumPyTest.class.getResourceAsStream("vectors.txt")) {
            lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
        assertThat(lines).hasSize(84);
        for (String line : lines) {
            int result = line.lastIndexOf(' ');
            assertAlike(line.substring(0, result), line.substring(result + 1));
        }
    }

    @Test
    @Timeout(120)
    void randomModels_areAsWithLiveNumPy() throws Exception {
        List<String> asked = new ArrayList<>();
        Random random = new Random(11);
        for (String rule : Rules.names()) {
            for (DType type : DType.values()) {
                boolean averaged = type.isFloat() || !rule.startsWith("fed") || rule.equals("fedavg");
                if (averaged && !rule.equals("fedprox") && type != DType.BOOL && type != DType.INT64) {
                    asked.add(question(rule, type, 5 + random.nextInt(4), random));
                }
            }
        }
        List<String> answers = python(asked);
        assertThat(answers).hasSameSizeAs(asked);
        for (int i = 0; i < asked.size(); i++) {
            assertAlike(asked.get(i), answers.get(i));
        }
    }

    private static String question(String rule, DType type, int updates, Random random) {
        List<String> words = new ArrayList<>(List.of(rule, type.toString()));
        words.add(String.join(
                ",", random.ints(updates, 1, 100_000).mapToObj(String::valueOf).toList()));
        for (int i = 0; i <= updates; i++) {
            double[] elements = new double[2 * Elements.BLOCK + 3];
            Arrays.setAll(elements, at -> 20 * random.nextGaussian());
            ByteBuffer data = Updates.tensor(type, elements).data();
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            words.add(HEX.formatHex(bytes));
        }
        return String.join(" ", words);
    }

    private List<String> python(List<String> asked) throws Exception {
        String interpreter = Python.withModule("numpy");
        Path program = folder.resolve("rules.py");
        try (InputStream in = NumPyTest.class.getResourceAsStream("rules.py")) {
            Files.copy(in, program);
        }
        Path questions = Files.write(folder.resolve("questions"), asked);
        Path answers = folder.resolve("answers");
        run(new ProcessBuilder(interpreter, program.toString())
                .redirectInput(questions.toFile())
                .redirectOutput(answers.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT));
        return Files.readAllLines(answers);
    }

    private static int run(ProcessBuilder program) throws IOException, InterruptedException {
        Process process = program.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void assertAlike(String question, String answer) throws Exception {
        String[] words = question.split(" ", -1);
        DType type = DType.valueOf(words[1].toUpperCase(Locale.ROOT));
        String[] weights = words[2].split(",", -1);
        AggregationRule rule = Rules.of(words[0], PARAMETERS.getOrDefault(words[0], Map.of()));
        Model global = model(type, words[3]);
        int rounds = rule instanceof ServerOptimizer ? 2 : 1;
        for (int round = 0; round < rounds; round++) {
            Aggregation aggregation = rule.begin(global);
            for (int i = 0; i < weights.length; i++) {
                aggregation.add(Updates.of("node-" + i, Long.parseLong(weights[i]), model(type, words[4 + i])));
            }
            global = aggregation.result();
        }
        assertAlike(
                words[0] + " " + type + " of " + weights.length,
                global.tensors().get("w"),
                model(type, answer).tensors().get("w"));
    }

    private static void assertAlike(String what, Tensor actual, Tensor expected) {
        for (int i = 0; i < expected.elements(); i++) {
            double wanted = expected.at(i);
            double ulp = switch (expected.type()) {
                case FLOAT16 -> Math.max(0x1p-24, Math.scalb(Math.ulp((float) wanted), 13));
                case FLOAT32 -> Math.ulp((float) wanted);
                case FLOAT64 -> Math.ulp(wanted);
                default -> 0;
            };
            assertThat(Math.abs(actual.at(i) - wanted)).as(what + " at " + i).isLessThanOrEqualTo(ulp);
        }
    }

    private static Model model(DType type, String hex) {
        byte[] bytes = HEX.parseHex(hex);
        return Model.of(Map.of("w", Tensor.of(type, Shape.of(bytes.length / type.bytes()), ByteBuffer.wrap(bytes))));
    }
}
