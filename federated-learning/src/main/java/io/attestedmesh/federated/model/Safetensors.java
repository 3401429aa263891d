package io.attestedmesh.federated.model;

import io.attestedmesh.attest.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model in the format of <a href="https://github.com/huggingface/safetensors">safetensors</a>: a header of JSON, and
 * the bytes of all tensors in a row. This is how models are kept, and how they go between peers that know this library.
 *
 * @param metadata texts that go with it; at most 1,024, of 2^20 characters together
 */
public record Safetensors(Model model, Map<String, String> metadata) {
    /** As the reference implementation. */
    private static final long LONGEST_HEADER = 100_000_000;
    /** A buffer on the heap is copied in one piece before it is written, so it is written in pieces of this size. */
    private static final int PIECE = 1 << 20;

    /**
     * A model to be written.
     *
     * @throws IllegalArgumentException for a name that cannot be written: longer than 4,096 characters, half of a surrogate
     *     pair, or {@code __metadata__}
     */
    public Safetensors {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        if (!SafetensorsHeader.isMetadata(metadata)) {
            throw new IllegalArgumentException("metadata that are too long, or no text");
        }
        for (String name : model.tensors().keySet()) {
            if (!SafetensorsHeader.isName(name)) {
                throw new IllegalArgumentException("a tensor of that name cannot be written");
            }
        }
    }

    /** A model without metadata. */
    public static Safetensors of(Model model) {
        return new Safetensors(model, Map.of());
    }

    /**
     * Reads all remaining bytes. The tensors are parts of {@code bytes}, which nobody may change from here on.
     *
     * @throws RejectedModelException if they are not exactly one model
     */
    public static Safetensors read(ByteBuffer bytes) throws RejectedModelException {
        ByteBuffer all = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (all.remaining() < Long.BYTES) {
            throw truncated("8 bytes of length", all.remaining());
        }
        int length = headerLength(all.getLong(0), all.remaining());
        ByteBuffer data = all.slice(Long.BYTES + length, all.remaining() - Long.BYTES - length);
        SafetensorsHeader header = SafetensorsHeader.parse(all.slice(Long.BYTES, length), data.remaining());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (SafetensorsHeader.Entry entry : header.entries()) {
            int begin = (int) entry.begin();
            tensors.put(entry.name(), entry.tensor().of(data.slice(begin, (int) entry.end() - begin)));
        }
        return new Safetensors(Model.of(tensors), header.metadata());
    }

    /**
     * Maps a file into memory, so that its size costs no heap. It must stay as it is while the model is in use; one that is
     * replaced as {@link #write} does it stays as it was.
     *
     * @throws RejectedModelException if it is not exactly one model
     */
    public static Safetensors read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < Long.BYTES) {
                throw truncated("8 bytes of length", size);
            }
            long announced =
                    map(channel, 0, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
            int length = headerLength(announced, size);
            long start = (long) Long.BYTES + length;
            SafetensorsHeader header = SafetensorsHeader.parse(map(channel, Long.BYTES, length), size - start);
            return new Safetensors(Model.of(mapped(channel, start, header.entries())), header.metadata());
        }
    }

    /** As few mappings as there can be, since the number that a process may have is limited. */
    private static Map<String, Tensor> mapped(FileChannel channel, long start, List<SafetensorsHeader.Entry> entries)
            throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        int from = 0;
        while (from < entries.size()) {
            long begin = entries.get(from).begin();
            int to = from;
            while (to < entries.size() && entries.get(to).end() - begin <= Integer.MAX_VALUE) {
                to++;
            }
            if (to == from) {
                throw new RejectedModelException(
                        ModelReason.TOO_LARGE,
                        "tensors below 2 GiB",
                        entries.get(from).name() + " of "
                                + entries.get(from).tensor().bytes() + " bytes");
            }
            ByteBuffer window = map(channel, start + begin, entries.get(to - 1).end() - begin);
            for (SafetensorsHeader.Entry entry : entries.subList(from, to)) {
                int at = (int) (entry.begin() - begin);
                tensors.put(entry.name(), entry.tensor().of(window.slice(at, (int) (entry.end() - entry.begin()))));
            }
            from = to;
        }
        return tensors;
    }

    private static ByteBuffer map(FileChannel channel, long from, long size) throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, from, size);
    }

    private static int headerLength(long announced, long size) throws RejectedModelException {
        if (announced < 0 || announced > LONGEST_HEADER) {
            throw new RejectedModelException(
                    ModelReason.TOO_LARGE,
                    "a header of at most " + LONGEST_HEADER + " bytes",
                    Long.toUnsignedString(announced));
        }
        if (announced > size - Long.BYTES) {
            throw truncated("a header of " + announced + " bytes", size - Long.BYTES);
        }
        return (int) announced;
    }

    private static RejectedModelException truncated(String expected, long actual) {
        return new RejectedModelException(ModelReason.TRUNCATED, expected, actual + " bytes");
    }

    private ByteBuffer header() {
        List<SafetensorsHeader.Entry> entries = new ArrayList<>();
        long begin = 0;
        for (Map.Entry<String, Tensor> each : model.tensors().entrySet()) {
            UntrustedTensor tensor =
                    new UntrustedTensor(each.getValue().type(), each.getValue().shape());
            entries.add(new SafetensorsHeader.Entry(each.getKey(), tensor, begin, begin + tensor.bytes()));
            begin += tensor.bytes();
        }
        return new SafetensorsHeader(entries, metadata).encode();
    }

    /** How many bytes {@link #writeTo} writes. */
    public long encodedSize() {
        return header().remaining() + model.bytes();
    }

    /** The header and the tensors, whose bytes are not copied. */
    public List<ByteBuffer> encode() {
        List<ByteBuffer> parts = new ArrayList<>();
        parts.add(header());
        model.tensors().values().forEach(tensor -> parts.add(tensor.data()));
        return parts;
    }

    /** Writes all of it to a channel that blocks. */
    public void writeTo(WritableByteChannel channel) throws IOException {
        for (ByteBuffer part : encode()) {
            while (part.hasRemaining()) {
                ByteBuffer piece = part.slice(part.position(), Math.min(PIECE, part.remaining()));
                part.position(part.position() + channel.write(piece));
            }
        }
    }

    /** Writes a file that appears whole or not at all, and is on disk on return. */
    public void write(Path file, AtomicFile.Access access) throws IOException {
        AtomicFile.write(file, this::writeTo, access);
    }
}
