package io.attestedmesh.federated.model;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Weights as P2PFL sends them: a pickle, which holds bytes, which are (compressed, perhaps) a pickle of a list of NumPy
 * arrays. Only what P2PFL writes for plain arrays is read, as data; pickles that ask for anything else are refused. A
 * Python peer, on the other hand, runs whatever a pickle says: these weights are for peers who cannot do without them.
 *
 * <p>What P2PFL calls additional info is checked and dropped, but for weights that a technique has changed into something
 * else (quantised, sparse), which are refused.
 */
public final class P2pflWeights {
    /** A stream may expand to this much, or to so many times its own size, whichever is more. */
    private static final long SMALL = 16 << 20;

    private static final int MOST_TIMES = 200;
    private static final int BUFFER = 1 << 16;

    private static final String COMPRESSION = "byte_compressor";
    private static final String BYTES = "bytes";
    private static final String TENSORS = "params";
    private static final String INFO = "additional_info";
    private static final String TECHNIQUES = "applied_techniques";

    private P2pflWeights() {}

    /**
     * Reads all remaining bytes. If they are not compressed, the tensors are parts of {@code weights}, which nobody may
     * change from here on. Compressed ones are read as they expand, so there is no second copy of all of them. Reading
     * {@link WeightsCompression#LZMA} takes up to 66 MiB besides.
     *
     * @param mostBytes what compressed weights may expand to
     * @return a model of tensors without names
     * @throws RejectedModelException if they are not exactly that, or expand to more, or to more than {@value #MOST_TIMES}
     *     times their size where that is more than 16 MiB
     */
    public static Model read(ByteBuffer weights, long mostBytes) throws RejectedModelException {
        Map<?, ?> outer;
        try (PickleInput in = PickleInput.of(weights)) {
            outer = dict(Pickle.read(in), COMPRESSION, BYTES);
        }
        WeightsCompression compression = compression(outer.get(COMPRESSION));
        if (!(outer.get(BYTES) instanceof ByteBuffer bytes)) {
            throw malformed("bytes", Pickle.kind(outer.get(BYTES)));
        }
        long most = Math.min(mostBytes, Math.max(SMALL, (long) bytes.remaining() * MOST_TIMES));
        try (PickleInput in = compression.expanding(bytes, most)) {
            Map<?, ?> inner = dict(Pickle.read(in), TENSORS, INFO);
            requireUnchanged(inner.get(INFO));
            return model(inner.get(TENSORS), in.consumed());
        }
    }

    private static WeightsCompression compression(Object name) throws RejectedModelException {
        Optional<Object> given = name == Pickle.NONE ? Optional.empty() : Optional.of(name);
        for (WeightsCompression each : WeightsCompression.values()) {
            if (given.equals(each.wireName())) {
                return each;
            }
        }
        throw new RejectedModelException(
                ModelReason.FORBIDDEN, "None, zlib or lzma", name instanceof String text ? text : Pickle.kind(name));
    }

    private static void requireUnchanged(Object info) throws RejectedModelException {
        if (!(info instanceof Map<?, ?> map) || !(map.get(TECHNIQUES) instanceof List<?> techniques)) {
            throw malformed(INFO + " with a list of " + TECHNIQUES, Pickle.kind(info));
        }
        for (Object each : techniques) {
            boolean named = each instanceof List<?> pair && !pair.isEmpty() && pair.get(0) instanceof String;
            throw new RejectedModelException(
                    ModelReason.FORBIDDEN,
                    "weights without a technique",
                    named ? "technique " + ((List<?>) each).get(0) : Pickle.kind(each));
        }
    }

    /** Arrays may share their bytes in a pickle, and be copied here: together they may have no more than there were. */
    private static Model model(Object list, long paid) throws RejectedModelException {
        if (!(list instanceof List<?> arrays)) {
            throw malformed("a list of arrays", Pickle.kind(list));
        }
        List<Tensor> tensors = new ArrayList<>();
        long bytes = 0;
        for (Object each : arrays) {
            if (!(each instanceof PickledArray array)) {
                throw malformed("an array", Pickle.kind(each));
            }
            bytes += array.dataBytes();
            if (bytes > paid) {
                throw new RejectedModelException(
                        ModelReason.TOO_LARGE, "arrays with bytes of their own", "arrays that share some");
            }
            tensors.add(array.tensor());
        }
        return Model.ofList(tensors);
    }

    private static Map<?, ?> dict(Object value, String... keys) throws RejectedModelException {
        if (!(value instanceof Map<?, ?> dict) || dict.size() != keys.length) {
            throw malformed("a dict of " + String.join(" and ", keys), Pickle.kind(value));
        }
        for (String key : keys) {
            if (!dict.containsKey(key)) {
                throw malformed("a dict with " + key, "one without");
            }
        }
        return dict;
    }

    private static RejectedModelException malformed(String expected, String actual) {
        return new RejectedModelException(ModelReason.MALFORMED, expected, actual);
    }

    /**
     * The weights as parts to be sent in a row, of protocol 4; those that are data of tensors are not copied unless they are
     * compressed. Names of tensors are lost.
     */
    public static List<ByteBuffer> encode(Model model, WeightsCompression compression) {
        PickleWriter inner = new PickleWriter().opcodes('}', '(').text(TENSORS).opcodes(']', '(');
        model.tensors().values().forEach(inner::array);
        inner.opcodes('e').text(INFO).opcodes('}').text(TECHNIQUES).opcodes(']', 's', 'u');
        PickleWriter outer = new PickleWriter().opcodes('}', '(').text(COMPRESSION);
        compression.wireName().ifPresentOrElse(outer::text, () -> outer.opcodes('N'));
        List<ByteBuffer> bytes = inner.end();
        return outer.text(BYTES)
                .bytes(compression == WeightsCompression.NONE ? bytes : compress(bytes, compression))
                .opcodes('u')
                .end();
    }

    private static List<ByteBuffer> compress(List<ByteBuffer> parts, WeightsCompression compression) {
        Pieces pieces = new Pieces();
        try (OutputStream out = compression.compressing(pieces)) {
            byte[] buffer = new byte[BUFFER];
            for (ByteBuffer part : parts) {
                ByteBuffer left = part.duplicate();
                while (left.hasRemaining()) {
                    int count = Math.min(buffer.length, left.remaining());
                    left.get(buffer, 0, count);
                    out.write(buffer, 0, count);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("what is compressed goes into memory", e);
        }
        return pieces.all();
    }

    /** Memory that grows without being copied. */
    private static final class Pieces extends OutputStream {
        private static final int PIECE = 1 << 20;

        private final List<ByteBuffer> full = new ArrayList<>();
        private ByteBuffer last = ByteBuffer.allocate(BUFFER);

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            int written = 0;
            while (written < length) {
                if (!last.hasRemaining()) {
                    full.add(last.flip());
                    last = ByteBuffer.allocate(PIECE);
                }
                int count = Math.min(length - written, last.remaining());
                last.put(from, offset + written, count);
                written += count;
            }
        }

        /** Ends writing. */
        List<ByteBuffer> all() {
            full.add(last.flip());
            return full;
        }
    }
}
