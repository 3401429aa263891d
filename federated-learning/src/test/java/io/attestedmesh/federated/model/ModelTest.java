package io.attestedmesh.federated.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ModelTest {
    private static final Tensor VECTOR = Tensor.of(Shape.of(2), 1, 2);
    private static final Tensor MATRIX = Tensor.of(Shape.of(2, 2), 1, 2, 3, 4);

    private static Model model(String first, Tensor tensor, String second, Tensor other) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(first, tensor);
        tensors.put(second, other);
        return Model.of(tensors);
    }

    private static void assertRefused(Model model, Model like, ModelReason reason) {
        assertThatExceptionOfType(RejectedModelException.class)
                .isThrownBy(() -> model.requireLike(like))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void requireLike_namesWhatDiffers() {
        Model model = model("w", MATRIX, "b", VECTOR);
        assertRefused(Model.ofList(List.of(MATRIX)), model, ModelReason.OTHER_TENSORS);
        assertRefused(model("w", MATRIX, "c", VECTOR), model, ModelReason.OTHER_TENSORS);
        assertRefused(model("b", VECTOR, "w", MATRIX), model, ModelReason.OTHER_TENSORS);
        assertRefused(model("w", VECTOR, "b", VECTOR), model, ModelReason.OTHER_SHAPE);
        Tensor doubles = Tensor.of(DType.FLOAT64, Shape.of(2), ByteBuffer.allocate(16));
        assertRefused(model("w", MATRIX, "b", doubles), model, ModelReason.OTHER_TYPE);
    }

    @Test
    void named_givesNamesInOrder() throws Exception {
        Model model = model("w", MATRIX, "b", VECTOR);
        assertThat(Model.ofList(List.of(MATRIX, VECTOR)).named(model)).isEqualTo(model);
    }

    @Test
    void named_refusesOtherTensors() {
        Model model = model("w", MATRIX, "b", VECTOR);
        assertThatThrownBy(() -> Model.ofList(List.of(VECTOR, MATRIX)).named(model))
                .hasMessageContaining("OTHER_SHAPE");
        assertThatThrownBy(() -> Model.ofList(List.of(MATRIX)).named(model)).hasMessageContaining("OTHER_TENSORS");
    }

    @Test
    void order_isPartOfEquality() {
        assertThat(model("w", MATRIX, "b", VECTOR)).isNotEqualTo(model("b", VECTOR, "w", MATRIX));
    }

    @Test
    void moreTensorsThanAllowed_areNoModel() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Model.ofList(Collections.nCopies(Model.MOST_TENSORS + 1, VECTOR)));
    }

    @Test
    void shapes_areBounded() {
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(1 << 16, 1 << 15));
        assertThatIllegalArgumentException().isThrownBy(() -> new Shape(Collections.nCopies(33, 1)));
        assertThat(new Shape(Collections.nCopies(32, 1)).elements()).isEqualTo(1);
    }

    @Test
    void shape_isWrittenAsInPython() {
        assertThat(List.of(Shape.of(), Shape.of(3), Shape.of(2, 0)).toString()).isEqualTo("[(), (3), (2, 0)]");
        assertThat(Shape.of().elements()).isEqualTo(1);
        assertThat(Shape.of(2, 0).elements()).isZero();
    }

    @Test
    void tensor_needsAsManyBytesAsItsShape() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(DType.INT16, Shape.of(2), ByteBuffer.allocate(3)));
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.of(Shape.of(2), 1));
    }

    @Test
    void data_cannotBeChanged() {
        assertThatExceptionOfType(ReadOnlyBufferException.class)
                .isThrownBy(() -> VECTOR.data().put(0, (byte) 1));
    }

    @Test
    void elements_areInRange() {
        assertThat(MATRIX.at(3)).isEqualTo(4);
        for (int element : new int[] {-1, 4}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> MATRIX.at(element));
        }
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> MATRIX.floats(2, new float[9], 3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> MATRIX.doubles(2, new double[9], 3));
    }

    @Provide
    static Arbitrary<Tensor> tensors() {
        return RandomModels.tensors();
    }

    @Property
    void rows_areTheElements(@ForAll("tensors") Tensor tensor) {
        double[] doubles = new double[tensor.elements()];
        float[] floats = new float[tensor.elements()];
        tensor.doubles(0, doubles, doubles.length);
        tensor.floats(0, floats, floats.length);
        double[] expected =
                IntStream.range(0, tensor.elements()).mapToDouble(tensor::at).toArray();
        assertThat(doubles).isEqualTo(expected);
        for (int i = 0; i < floats.length; i++) {
            assertThat(Float.compare(floats[i], (float) expected[i])).isZero();
        }
    }
}
