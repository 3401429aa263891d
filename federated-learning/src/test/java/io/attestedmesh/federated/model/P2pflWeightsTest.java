package io.attestedmesh.federated.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class P2pflWeightsTest {
    private static final long MOST = 1 << 30;

    @Provide
    static Arbitrary<Model> models() {
        return RandomModels.models().map(model -> Model.ofList(model.list()));
    }

    @Property(tries = 300)
    void whatWasWritten_isRead(@ForAll("models") Model model, @ForAll WeightsCompression compression) throws Exception {
        byte[] bytes = Encoded.join(P2pflWeights.encode(model, compression));
        assertThat(P2pflWeights.read(ByteBuffer.wrap(bytes), MOST)).isEqualTo(model);
    }

    @ParameterizedTest
    @ValueSource(strings = {"numpy1", "numpy2", "zlib", "lzma"})
    void weightsOfP2pfl_areRead(String kind) throws Exception {
        Path root = System.getProperty("vectors.dir") == null
                ? Path.of(System.getProperty("project.root", ".."), "..", "shared", "vectors")
                : Path.of(System.getProperty("vectors.dir"));
        Path file = root.resolve("wire").resolve("p2pfl044_basic_f32_" + kind + ".pickle");
        assumeTrue(Files.exists(file), () -> "no test vectors at " + file.toAbsolutePath());
        Model model = P2pflWeights.read(ByteBuffer.wrap(Files.readAllBytes(file)), MOST);
        assertThat(model.list())
                .containsExactly(Tensor.of(Shape.of(2, 2), 1.5f, -2.25f, 0, 3), Tensor.of(Shape.of(2), 0.5f, -0.5f));
    }

    /** As many as a model may have: within the bounds of the stack machine. */
    @ParameterizedTest
    @EnumSource(WeightsCompression.class)
    void mostTensors_areRead(WeightsCompression compression) throws Exception {
        Tensor tensor = Tensor.of(Shape.of(1), 1);
        Model model = Model.ofList(Collections.nCopies(Model.MOST_TENSORS, tensor));
        byte[] bytes = Encoded.join(P2pflWeights.encode(model, compression));
        assertThat(P2pflWeights.read(ByteBuffer.wrap(bytes), MOST).list()).hasSize(Model.MOST_TENSORS);
    }

    @ParameterizedTest
    @EnumSource(WeightsCompression.class)
    void largeModel_isReadWithoutASecondCopy(WeightsCompression compression) throws Exception {
        int megabytes = 24;
        byte[] noise = new byte[megabytes << 20];
        new Random(7).nextBytes(noise);
        Tensor large = Tensor.of(DType.INT8, Shape.of(megabytes, 1 << 20), ByteBuffer.wrap(noise));
        Allocated<List<ByteBuffer>> written =
                Allocated.by(() -> P2pflWeights.encode(Model.ofList(List.of(large)), compression));
        byte[] bytes = Encoded.join(written.result());
        Allocated<Model> read = Allocated.by(() -> P2pflWeights.read(ByteBuffer.wrap(bytes), MOST));
        assertThat(read.result().list()).containsExactly(large);
        if (compression == WeightsCompression.NONE) {
            assertThat(written.bytes()).isLessThan(1 << 20);
            assertThat(read.bytes()).isLessThan(1 << 20);
        } else {
            // an array that grows by doubling, and what the compression itself takes
            assertThat(read.bytes()).isLessThan(3L * noise.length + (8 << 20));
        }
    }
}
