package io.attestedmesh.federated.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.file.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
    private static final Model MODEL = model();

    @TempDir
    Path folder;

    private static Model model() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("z.weight", Tensor.of(Shape.of(2, 2), 1, -2, 3, 4));
        tensors.put("flags", Tensor.of(DType.BOOL, Shape.of(3), ByteBuffer.wrap(new byte[] {1, 0, 1})));
        tensors.put("nothing", Tensor.of(Shape.of(0, 7)));
        tensors.put("a.bias", Tensor.of(Shape.of(), 5));
        return Model.of(tensors);
    }

    @Provide
    static Arbitrary<Model> models() {
        return RandomModels.models();
    }

    @Provide
    static Arbitrary<Map<String, String>> metadata() {
        return RandomModels.metadata();
    }

    @Property(tries = 300)
    void whatWasWritten_isRead(@ForAll("models") Model model, @ForAll("metadata") Map<String, String> metadata)
            throws Exception {
        Safetensors written = new Safetensors(model, metadata);
        ByteBuffer bytes = ByteBuffer.wrap(Encoded.join(written.encode()));
        assertThat(written.encodedSize()).isEqualTo(bytes.remaining());
        assertThat(Safetensors.read(bytes)).isEqualTo(written);
    }

    @Test
    void encode_isTheFormat() {
        ByteBuffer encoded = ByteBuffer.wrap(Encoded.join(Safetensors.of(MODEL).encode()));
        String header = "{\"z.weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
                + "\"flags\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[16,19]},"
                + "\"nothing\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[19,19]},"
                + "\"a.bias\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[19,23]}}";
        long length = Long.reverseBytes(encoded.getLong());
        assertThat(length % 8).isZero();
        byte[] json = new byte[(int) length];
        encoded.get(json);
        assertThat(new String(json, StandardCharsets.UTF_8)).startsWith(header);
        assertThat(new String(json, StandardCharsets.UTF_8).substring(header.length()))
                .isBlank();
        assertThat(encoded.remaining()).isEqualTo(23);
    }

    @Test
    void tensorsThatWereRead_arePartsOfTheInput() throws Exception {
        byte[] bytes = Encoded.join(Safetensors.of(MODEL).encode());
        Tensor last = Safetensors.read(ByteBuffer.wrap(bytes)).model().tensors().get("a.bias");
        bytes[bytes.length - 1] = (byte) 0xc0;
        assertThat(last.at(0)).isNegative();
    }

    @Test
    void order_isThatOfTheData_notOfTheHeader() throws Exception {
        ByteBuffer bytes = Encoded.safetensors(
                "{\"b\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[1,2]},"
                        + "\"a\":{\"data_offsets\":[0,1],\"shape\":[1],\"dtype\":\"I8\"}}   ",
                2);
        assertThat(Safetensors.read(bytes).model().tensors()).containsOnlyKeys("a", "b");
        assertThat(List.copyOf(Safetensors.read(bytes).model().tensors().keySet()))
                .containsExactly("a", "b");
    }

    @Test
    void metadata_areKept() throws Exception {
        Map<String, String> metadata = Map.of("format", "pt", "round", "3");
        ByteBuffer bytes = ByteBuffer.wrap(Encoded.join(new Safetensors(MODEL, metadata).encode()));
        assertThat(Safetensors.read(bytes).metadata()).isEqualTo(metadata);
    }

    @Test
    void channel_getsWhatEncodeGives() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Safetensors.of(MODEL).writeTo(Channels.newChannel(bytes));
        assertThat(bytes.toByteArray())
                .isEqualTo(Encoded.join(Safetensors.of(MODEL).encode()));
    }

    @Test
    void file_isReplacedWhole_andReadBack() throws Exception {
        Path file = folder.resolve("round-1.safetensors");
        Safetensors.of(Model.ofList(List.of())).write(file, AtomicFile.Access.OWNER);
        Safetensors.of(MODEL).write(file, AtomicFile.Access.OWNER);
        assertThat(Safetensors.read(file).model()).isEqualTo(MODEL);
        assertThat(Files.size(file)).isEqualTo(Safetensors.of(MODEL).encodedSize());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void fileThatIsReplaced_leavesTheModelThatWasReadFromItAsItWas() throws Exception {
        Path file = folder.resolve("model.safetensors");
        Safetensors.of(MODEL).write(file, AtomicFile.Access.OWNER);
        Model mapped = Safetensors.read(file).model();
        Safetensors.of(Model.ofList(List.of())).write(file, AtomicFile.Access.OWNER);
        assertThat(mapped).isEqualTo(MODEL);
    }

    @Test
    void largeFile_costsNoHeap() throws Exception {
        Path file = folder.resolve("large.safetensors");
        long each = 1L << 30;
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i < 5; i++) {
            header.append("\"%d\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[%d,%d]},"
                    .formatted(i, each / 4, i * each, (i + 1) * each));
        }
        header.setCharAt(header.length() - 1, '}');
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            ByteBuffer start = Encoded.safetensors(header.toString(), 0);
            sparse.setLength(start.remaining() + 5 * each);
            sparse.getChannel().write(start);
        }
        Allocated<Safetensors> read = Allocated.by(() -> Safetensors.read(file));
        assertThat(read.result().model().bytes()).isEqualTo(5 * each);
        assertThat(read.result().model().tensors().get("4").at((int) (each / 4) - 1))
                .isZero();
        assertThat(read.bytes()).isLessThan(1 << 20);
    }

    @Test
    void tensorOf2GiB_isRefused() throws Exception {
        Path file = folder.resolve("larger.safetensors");
        ByteBuffer start = Encoded.safetensors(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[536870912],\"data_offsets\":[0,2147483648]}}", 0);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(start.remaining() + (1L << 31));
            sparse.getChannel().write(start);
        }
        assertThatThrownBy(() -> Safetensors.read(file))
                .hasMessageContaining("TOO_LARGE: expected tensors below 2 GiB");
    }

    @Test
    void fileThatIsCutShort_isRefused() throws Exception {
        byte[] whole = Encoded.join(Safetensors.of(MODEL).encode());
        Path file = folder.resolve("short.safetensors");
        for (int length : List.of(0, 7, 8, 100, whole.length - 1)) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Safetensors.read(file))
                    .isInstanceOfSatisfying(
                            RejectedModelException.class,
                            e -> assertThat(e.reason()).isEqualTo(ModelReason.TRUNCATED));
        }
    }

    @Test
    void fileThatIsNotThere_isNoRefusal() {
        assertThatThrownBy(() -> Safetensors.read(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void folderThatIsNotThere_leavesNothingBehind() {
        Path file = folder.resolve("none").resolve("model.safetensors");
        assertThatThrownBy(() -> Safetensors.of(MODEL).write(file, AtomicFile.Access.OWNER))
                .isInstanceOf(IOException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void namesThatCannotBeWritten_areRefused() {
        for (String name : List.of("__metadata__", "\ud800", "x".repeat(4097))) {
            Model model = Model.of(Map.of(name, Tensor.of(Shape.of(), 1)));
            assertThatIllegalArgumentException().isThrownBy(() -> Safetensors.of(model));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Safetensors(MODEL, Map.of("a", "\udc00")));
        assertThatIllegalArgumentException().isThrownBy(() -> new Safetensors(MODEL, Map.of("a", "x".repeat(1 << 20))));
    }
}
