package io.attestedmesh.federated.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    @Provide
    static Arbitrary<Tensor> tensors() {
        return RandomModels.tensors();
    }

    @Property(tries = 500)
    void whatWasWritten_isRead(@ForAll("tensors") Tensor tensor) throws Exception {
        byte[] encoded = Encoded.join(Npy.encode(tensor));
        assertThat(Npy.encodedSize(tensor)).isEqualTo(encoded.length);
        assertThat(encoded.length - tensor.data().remaining()).isEqualTo(128);
        assertThat(Npy.read(ByteBuffer.wrap(encoded))).isEqualTo(tensor);
    }

    @Property(tries = 500)
    void columnMajorAndBigEndian_becomeRowMajorAndLittleEndian(@ForAll("tensors") Tensor tensor) throws Exception {
        String shape = tensor.shape().toString().replaceFirst("^\\((\\d+)\\)$", "($1,)");
        boolean oneByte = tensor.type().bytes() == 1;
        String header = "{'descr': '%s%s', 'fortran_order': True, 'shape': %s, }\n"
                .formatted(oneByte ? "|" : ">", tensor.type().code(), shape);
        byte[] data = columnMajorBigEndian(tensor);
        assertThat(Npy.read(Encoded.npy(header, data))).isEqualTo(tensor);
    }

    /** The plain definition: element by element, the first index fastest. */
    private static byte[] columnMajorBigEndian(Tensor tensor) {
        int width = tensor.type().bytes();
        List<Integer> dimensions = tensor.shape().dimensions();
        byte[] out = new byte[tensor.elements() * width];
        int[] place = new int[dimensions.size()];
        for (int i = 0; i < tensor.elements(); i++) {
            int row = 0;
            for (int d = 0; d < place.length; d++) {
                row = row * dimensions.get(d) + place[d];
            }
            for (int b = 0; b < width; b++) {
                out[i * width + b] = tensor.data().get(row * width + width - 1 - b);
            }
            for (int d = 0; d < place.length && ++place[d] == dimensions.get(d); d++) {
                place[d] = 0;
            }
        }
        return out;
    }

    @Test
    void columnMajorBeyondOneTile_isTurned() throws Exception {
        int rows = 67;
        int columns = 45;
        ByteBuffer data = ByteBuffer.allocate(rows * 3 * columns * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int column = 0; column < columns; column++) {
            for (int middle = 0; middle < 3; middle++) {
                for (int row = 0; row < rows; row++) {
                    data.putInt(row * 10_000 + middle * 1000 + column);
                }
            }
        }
        Tensor tensor = Npy.read(
                Encoded.npy("{'descr': '<i4', 'fortran_order': True, 'shape': (67, 3, 45), }\n", data.array()));
        for (int i = 0; i < tensor.elements(); i++) {
            int expected = i / (3 * columns) * 10_000 + i / columns % 3 * 1000 + i % columns;
            assertThat((int) tensor.at(i)).isEqualTo(expected);
        }
    }

    @Test
    void encode_isWhatNumpyWrites() {
        byte[] encoded = Encoded.join(Npy.encode(Tensor.of(Shape.of(2), 0.5f, -0.5f)));
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
        assertThat(new String(encoded, 0, 128, StandardCharsets.ISO_8859_1))
                .isEqualTo("\u0093NUMPY\u0001\u0000v\u0000" + header + " ".repeat(117 - header.length()) + "\n");
    }

    @Test
    void filesOfFlower_areReadAndWrittenByteForByte() throws Exception {
        Path root = System.getProperty("vectors.dir") == null
                ? Path.of(System.getProperty("project.root", ".."), "..", "shared", "vectors")
                : Path.of(System.getProperty("vectors.dir"));
        List<Tensor> expected =
                List.of(Tensor.of(Shape.of(2, 2), 1.5f, -2.25f, 0, 3), Tensor.of(Shape.of(2), 0.5f, -0.5f));
        for (int i = 0; i < expected.size(); i++) {
            Path file = root.resolve("wire").resolve("flower_basic_f32_" + i + ".npy");
            assumeTrue(Files.exists(file), () -> "no test vectors at " + file.toAbsolutePath());
            byte[] bytes = Files.readAllBytes(file);
            assertThat(Npy.read(ByteBuffer.wrap(bytes))).isEqualTo(expected.get(i));
            assertThat(Encoded.join(Npy.encode(expected.get(i)))).isEqualTo(bytes);
        }
    }

    @Test
    void laterVersions_areRead() throws Exception {
        byte[] header =
                "{'descr': '|i1', 'fortran_order': False, 'shape': (2,), }\n".getBytes(StandardCharsets.US_ASCII);
        for (int version = 2; version <= 3; version++) {
            ByteBuffer bytes = ByteBuffer.allocate(12 + header.length + 2).order(ByteOrder.LITTLE_ENDIAN);
            bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
            bytes.putInt(header.length).put(header).put((byte) 3).put((byte) -4).flip();
            Tensor tensor = Npy.read(bytes);
            assertThat(List.of(tensor.at(0), tensor.at(1))).containsExactly(3.0, -4.0);
        }
    }

    @Test
    void tensorThatWasRead_isPartOfTheInput() throws Exception {
        byte[] bytes = Encoded.join(Npy.encode(Tensor.of(Shape.of(), 1)));
        Tensor tensor = Npy.read(ByteBuffer.wrap(bytes));
        bytes[bytes.length - 1] = (byte) 0xbf;
        assertThat(tensor.at(0)).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x\n",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}\n",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1), }\n",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1,), }\n",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,,), }\n",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (01,), }\n",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (+1,), }\n",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -1), }\n",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1L,), }\n",
                "{'descr': '<f4', 'fortran_order': False, 'shape': [1], }\n",
                "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }\n",
                "{'descr': '=f4', 'fortran_order': False, 'shape': (1,), }\n",
                "{'descr': '|f4', 'fortran_order': False, 'shape': (1,), }\n",
                "{'descr': '<i1', 'fortran_order': False, 'shape': (4,), }\n",
                "{'fortran_order': False, 'descr': '<f4', 'shape': (1,), }\n",
                "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,), }\n",
                "{'descr': '<f4, 'fortran_order': False, 'shape': (1,), }\n",
                "{'descr': '<f4",
                "\n",
                ""
            })
    void headerThatNumpyDoesNotWrite_isMalformed(String header) {
        assertThatThrownBy(() -> Npy.read(Encoded.npy(header, new byte[4])))
                .isInstanceOfSatisfying(
                        RejectedModelException.class,
                        e -> assertThat(e.reason()).isIn(ModelReason.MALFORMED, ModelReason.UNSUPPORTED_TYPE));
    }

    @Test
    void otherElements_areUnsupported() {
        for (String type : List.of(
                "'|O'",
                "'<c8'",
                "'<U5'",
                "'|S3'",
                "'<u4'",
                "'|u1'",
                "'<M8[s]'",
                "'|V8'",
                "'<f16'",
                "''",
                "[('a', '<f4')]")) {
            String header = "{'descr': " + type + ", 'fortran_order': False, 'shape': (1,), }\n";
            assertThatThrownBy(() -> Npy.read(Encoded.npy(header, new byte[8])))
                    .as(type)
                    .isInstanceOfSatisfying(
                            RejectedModelException.class,
                            e -> assertThat(e.reason()).isEqualTo(ModelReason.UNSUPPORTED_TYPE));
        }
    }

    @Test
    void otherVersions_areForbidden() {
        List<byte[]> versions = new ArrayList<>(List.of(new byte[] {0, 0}, new byte[] {4, 0}, new byte[] {1, 1}));
        for (byte[] version : versions) {
            ByteBuffer bytes = ByteBuffer.wrap(Encoded.join(Npy.encode(Tensor.of(Shape.of(), 1))));
            bytes.put(6, version);
            assertThatThrownBy(() -> Npy.read(bytes)).hasMessageContaining("FORBIDDEN");
        }
    }
}
