package io.attestedmesh.federated.secure;

import io.attestedmesh.federated.model.Tensor;
import io.attestedmesh.mpc.session.MessageSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * A quantised update under its masks, made piece by piece while it is read, and the same however often that is. Close it when
 * it is delivered: the keys of its masks are gone then.
 */
public final class MaskedInput implements MessageSource, AutoCloseable {
    private final SecureTerms terms;
    private final List<Tensor> tensors;
    private final long examples;
    private final List<Mask> masks;
    private final int size;
    private volatile boolean closed;

    MaskedInput(SecureTerms terms, List<Tensor> tensors, long examples, List<Mask> masks) {
        this.terms = terms;
        this.tensors = tensors;
        this.examples = examples;
        this.masks = masks;
        this.size = terms.inputBytes();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream from(long offset) throws IOException {
        if (offset < 0 || offset > size) {
            throw new IOException("offset " + offset + " of " + size);
        }
        Pieces pieces = new Pieces(offset - offset % Mask.PIECE);
        pieces.skipNBytes(offset % Mask.PIECE);
        return pieces;
    }

    @Override
    public void close() {
        synchronized (masks) {
            closed = true;
            masks.forEach(Mask::close);
        }
    }

    private final class Pieces extends InputStream {
        private final Ring ring = terms.ring();
        private final byte[] piece = new byte[Mask.PIECE];
        private final byte[] scratch = new byte[Mask.PIECE];
        private final double[] numbers = new double[Mask.PIECE / ring.bytes()];
        private final List<Mask.Applied> applied;
        private long next;
        private int length;
        private int taken;

        Pieces(long from) throws IOException {
            synchronized (masks) {
                requireOpen();
                applied = masks.stream().map(mask -> mask.from(ring, from)).toList();
            }
            next = from;
        }

        @Override
        public int read() throws IOException {
            return fill() ? piece[taken++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int at, int most) throws IOException {
            if (most == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int count = Math.min(most, length - taken);
            System.arraycopy(piece, taken, into, at, count);
            taken += count;
            return count;
        }

        private boolean fill() throws IOException {
            if (taken < length) {
                return true;
            }
            requireOpen();
            if (next == size) {
                return false;
            }
            length = (int) Math.min(Mask.PIECE, size - next);
            quantise((int) (next / ring.bytes()), length / ring.bytes());
            for (Mask.Applied mask : applied) {
                mask.to(piece, 0, length, scratch);
            }
            next += length;
            taken = 0;
            return true;
        }

        private void quantise(int from, int count) {
            int filled = 0;
            int begin = 0;
            double weight = (double) examples / (double) terms.mostExamples();
            for (Tensor tensor : tensors) {
                int within = from + filled - begin;
                if (within < tensor.elements() && filled < count) {
                    int some = Math.min(count - filled, tensor.elements() - within);
                    tensor.doubles(within, numbers, some);
                    for (int i = 0; i < some; i++) {
                        ring.put(
                                piece,
                                (filled + i) * ring.bytes(),
                                terms.quantiser().quantise(numbers[i], weight));
                    }
                    filled += some;
                }
                begin += tensor.elements();
            }
            if (filled < count) {
                ring.put(piece, filled * ring.bytes(), examples);
            }
        }

        private void requireOpen() throws IOException {
            if (closed) {
                throw new IOException("the masked input was closed");
            }
        }
    }
}
