package io.attestedmesh.federated.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.federated.Python;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The formats against NumPy, P2PFL and the {@code safetensors} package. Skipped where there is no Python that has them;
 * {@code -Dtest.python=PATH} names one.
 */
@Timeout(180)
class NumPyFilesTest {
    @TempDir
    Path folder;

    private String interpreter;
    private final List<Tensor> plain = new ArrayList<>();

    @BeforeEach
    void writeWithNumpy() throws Exception {
        interpreter = Python.withModule("numpy");
        try (InputStream in = NumPyFilesTest.class.getResourceAsStream("arrays.py")) {
            Files.copy(in, folder.resolve("arrays.py"));
        }
        assertThat(python("write")).isEqualTo("ok");
        while (Files.exists(folder.resolve(plain.size() + ".npy"))) {
            plain.add(Npy.read(bytes(plain.size() + ".plain.npy")));
        }
        assertThat(plain).hasSizeGreaterThan(20);
    }

    /** The last line that it prints, errors among them. */
    private String python(String command) throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        interpreter, folder.resolve("arrays.py").toString(), command, folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
        return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    private ByteBuffer bytes(String name) throws Exception {
        return ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name)));
    }

    private void writeOurs() throws Exception {
        for (int i = 0; i < plain.size(); i++) {
            Files.write(folder.resolve(i + ".ours.npy"), Encoded.join(Npy.encode(plain.get(i))));
        }
        for (WeightsCompression compression : WeightsCompression.values()) {
            Files.write(
                    folder.resolve(compression.name().toLowerCase(Locale.ROOT) + ".ours.pickle"),
                    Encoded.join(P2pflWeights.encode(Model.ofList(plain), compression)));
        }
    }

    @Test
    void arraysOfNumpy_areRead() throws Exception {
        for (int i = 0; i < plain.size(); i++) {
            assertThat(Npy.read(bytes(i + ".npy"))).as("array " + i).isEqualTo(plain.get(i));
        }
    }

    @Test
    void picklesOfNumpy_areRead() throws Exception {
        for (String compression : List.of("None", "zlib", "lzma")) {
            for (int protocol = 3; protocol <= 4; protocol++) {
                assertThat(P2pflWeights.read(bytes(compression + "." + protocol + ".pickle"), 1 << 20)
                                .list())
                        .isEqualTo(plain);
            }
        }
    }

    @Test
    void oursAreRead_byNumpy() throws Exception {
        writeOurs();
        assertThat(python("compare")).isEqualTo("ok");
    }

    @Test
    void weightsGoBothWays_withP2pfl() throws Exception {
        assertThat(Python.withModule("p2pfl.learning.compression.manager")).isEqualTo(interpreter);
        writeOurs();
        assertThat(python("p2pfl")).isEqualTo("ok");
        for (String name : List.of("none", "zlib", "lzma")) {
            assertThat(P2pflWeights.read(bytes(name + ".p2pfl.pickle"), 1 << 20).list())
                    .isEqualTo(plain);
        }
        for (String technique : List.of("ptq", "topk", "low_rank")) {
            assertThatThrownBy(() -> P2pflWeights.read(bytes(technique + ".pickle"), 1 << 20))
                    .hasMessage("FORBIDDEN: expected weights without a technique, actual technique " + technique);
        }
    }

    @Test
    void safetensorsGoBothWays() throws Exception {
        assertThat(Python.withModule("safetensors.numpy")).isEqualTo(interpreter);
        Model model = Model.ofList(plain);
        Safetensors.of(model).write(folder.resolve("ours.safetensors"), AtomicFile.Access.OWNER);
        assertThat(python("safetensors")).isEqualTo("ok");
        Safetensors theirs = Safetensors.read(folder.resolve("theirs.safetensors"));
        assertThat(theirs.model().tensors()).isEqualTo(model.tensors());
        assertThat(theirs.metadata()).containsOnlyKeys("a").containsValue("b");
    }
}
