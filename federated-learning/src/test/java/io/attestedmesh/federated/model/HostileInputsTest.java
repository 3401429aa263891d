package io.attestedmesh.federated.model;

import static io.attestedmesh.federated.model.HostileCompression.compress;
import static io.attestedmesh.federated.model.HostileInput.MOST;
import static io.attestedmesh.federated.model.PickleBytes.array;
import static io.attestedmesh.federated.model.PickleBytes.opcodes;
import static io.attestedmesh.federated.model.PickleBytes.params;
import static io.attestedmesh.federated.model.PickleBytes.shape;
import static io.attestedmesh.federated.model.PickleBytes.text;
import static io.attestedmesh.federated.model.PickleBytes.weights;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a peer may send instead of a model: each row is refused with its reason, and what the refusal put on the heap is
 * measured. {@code -Dhostile.table=true} prints the rows as Markdown.
 */
class HostileInputsTest {
    private static final List<String> TABLE = Collections.synchronizedList(new ArrayList<>());

    @ParameterizedTest
    @MethodSource({
        "io.attestedmesh.federated.model.HostileSafetensors#rows",
        "io.attestedmesh.federated.model.HostileNpy#rows",
        "io.attestedmesh.federated.model.HostilePickles#rows",
        "io.attestedmesh.federated.model.HostileCompression#rows"
    })
    void input_isRefusedInBoundedMemory(HostileInput row) throws Exception {
        Callable<RejectedModelException> refusal = () -> catchThrowableOfType(RejectedModelException.class, row::read);
        Allocated<RejectedModelException> allocated = Allocated.by(refusal);
        assertThat(allocated.result()).isNotNull();
        TABLE.add("| %s | %s | %,d | %s | `%s` | `%s` | %,d |"
                .formatted(
                        row.format(),
                        row.what(),
                        row.input().remaining(),
                        allocated.result().reason(),
                        allocated.result().expected(),
                        allocated.result().actual(),
                        (allocated.bytes() + 1023) / 1024));
        assertThat(allocated.result().reason())
                .as(allocated.result().getMessage())
                .isEqualTo(row.reason());
        assertThat(allocated.bytes()).isLessThan(row.most());
    }

    @AfterAll
    static void print() {
        if (Boolean.getBoolean("hostile.table")) {
            System.out.println("| format | input | bytes | reason | expected | actual | KiB allocated |\n"
                    + "| --- | --- | ---: | --- | --- | --- | ---: |\n" + String.join("\n", TABLE));
        }
    }

    private static final Model GOOD =
            Model.ofList(List.of(Tensor.of(Shape.of(2, 2), 1, 2, 3, 4), Tensor.of(Shape.of(), 5)));

    @Test
    void safetensorsCutShortAnywhere_areTruncated() {
        assertTruncated("safetensors", Encoded.join(Safetensors.of(GOOD).encode()));
    }

    @Test
    void npyCutShortAnywhere_isTruncated() {
        assertTruncated("npy", Encoded.join(Npy.encode(GOOD.list().get(0))));
    }

    @Test
    void pickleCutShortAnywhere_isTruncated() {
        for (WeightsCompression compression : WeightsCompression.values()) {
            assertTruncated("pickle", Encoded.join(P2pflWeights.encode(GOOD, compression)));
        }
    }

    private static void assertTruncated(String format, byte[] whole) {
        for (int length = 0; length < whole.length; length++) {
            HostileInput row = new HostileInput(
                    format, length + " bytes", ByteBuffer.wrap(whole, 0, length), ModelReason.TRUNCATED, 0);
            assertThat(catchThrowableOfType(RejectedModelException.class, row::read)
                            .reason())
                    .as(row.toString())
                    .isEqualTo(ModelReason.TRUNCATED);
        }
    }

    @Test
    void compressedPickleCutShortAnywhere_isRefused() throws Exception {
        byte[] inner = opcodes(0x80, 4, params("](", array("i1", shape(2), false, opcodes('C', 2, 1, 2)), 'e'));
        for (WeightsCompression compression : List.of(WeightsCompression.ZLIB, WeightsCompression.LZMA)) {
            byte[] whole = compress(compression, inner, 0);
            for (int length = 0; length < whole.length; length++) {
                ByteBuffer cut = weights(text(compression.wireName().get()), Arrays.copyOf(whole, length));
                assertThat(catchThrowableOfType(RejectedModelException.class, () -> P2pflWeights.read(cut, MOST))
                                .reason())
                        .as(compression + " " + length)
                        .isEqualTo(ModelReason.TRUNCATED);
            }
        }
    }
}
