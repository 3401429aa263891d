package io.attestedmesh.federated.model;

import java.nio.ByteBuffer;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Tensors and models of every type, and shapes with empty dimensions and none among them. */
final class RandomModels {
    private RandomModels() {}

    static Arbitrary<Tensor> tensors() {
        Arbitrary<Shape> shapes =
                Arbitraries.integers().between(0, 5).list().ofMaxSize(4).map(Shape::new);
        return Combinators.combine(Arbitraries.of(DType.values()), shapes, Arbitraries.randoms())
                .as((type, shape, random) -> {
                    byte[] data = new byte[shape.elements() * type.bytes()];
                    random.nextBytes(data);
                    for (int i = 0; type == DType.BOOL && i < data.length; i++) {
                        data[i] &= 1;
                    }
                    return Tensor.of(type, shape, ByteBuffer.wrap(data));
                });
    }

    static Arbitrary<Model> models() {
        Arbitrary<String> names = Arbitraries.strings().ofMaxLength(20).filter(name -> SafetensorsHeader.isName(name));
        return Arbitraries.maps(names, tensors()).ofMaxSize(6).map(Model::of);
    }

    static Arbitrary<Map<String, String>> metadata() {
        Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(20).filter(SafetensorsHeader::isName);
        return Arbitraries.maps(texts, texts).ofMaxSize(3);
    }
}
