package io.attestedmesh.federated.aggregate;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.model.Tensor;
import java.util.List;
import java.util.Map;

/** Small models and updates, as the tests of this package need them. */
final class Updates {
    private Updates() {}

    static Model model(float... elements) {
        return Model.of(Map.of("w", Tensor.of(Shape.of(elements.length), elements)));
    }

    /** Elements of any type, rounded to it. */
    static Tensor tensor(DType type, double... elements) {
        TensorWriter writer = new TensorWriter(Tensor.of(
                type, Shape.of(elements.length), java.nio.ByteBuffer.allocate(elements.length * type.bytes())));
        writer.put(elements, elements.length);
        return writer.written();
    }

    static Update of(String who, long examples, Model model) {
        return new Update(List.of(who), model, examples);
    }

    static Update of(String who, long examples, float... elements) {
        return of(who, examples, model(elements));
    }
}
