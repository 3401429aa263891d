package io.attestedmesh.federated.model;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.UnsupportedOptionsException;

/** Where a pickle comes from: bytes at hand, which are not copied, or a stream that inflates some. */
abstract class PickleInput implements AutoCloseable {
    /** The next byte, as 0 to 255. */
    abstract int next() throws RejectedModelException;

    /** Refuses a length that is more than what is left; of a stream nobody knows. */
    abstract void require(long length) throws RejectedModelException;

    /** The next bytes; refused before anything is allocated if there cannot be so many. */
    abstract ByteBuffer take(long length) throws RejectedModelException;

    /** How many bytes were read. */
    abstract long consumed();

    /** Refuses what comes behind the pickle, and a stream whose checksum is wrong. */
    abstract void requireEnd() throws RejectedModelException;

    /** Frees what a stream holds outside of the heap. */
    @Override
    public abstract void close();

    /** Parts of {@code bytes}. */
    static PickleInput of(ByteBuffer bytes) {
        return new Buffered(bytes.slice());
    }

    /** What {@code stream} gives; an {@link IOException} of it which is not a refusal already means that it is malformed. */
    static PickleInput of(InputStream stream) {
        return new Streamed(stream);
    }

    private static RejectedModelException truncated(long wanted, long left) {
        return new RejectedModelException(ModelReason.TRUNCATED, wanted + " more bytes", String.valueOf(left));
    }

    private static final class Buffered extends PickleInput {
        private final ByteBuffer bytes;

        Buffered(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        int next() throws RejectedModelException {
            if (!bytes.hasRemaining()) {
                throw truncated(1, 0);
            }
            return bytes.get() & 0xff;
        }

        @Override
        void require(long length) throws RejectedModelException {
            if (length > bytes.remaining()) {
                throw truncated(length, bytes.remaining());
            }
        }

        @Override
        ByteBuffer take(long length) throws RejectedModelException {
            require(length);
            ByteBuffer taken = bytes.slice(bytes.position(), (int) length);
            bytes.position(bytes.position() + (int) length);
            return taken;
        }

        @Override
        long consumed() {
            return bytes.position();
        }

        @Override
        public void close() {}

        @Override
        void requireEnd() throws RejectedModelException {
            if (bytes.hasRemaining()) {
                throw new RejectedModelException(
                        ModelReason.MALFORMED, "the end behind the pickle", bytes.remaining() + " bytes");
            }
        }
    }

    private static final class Streamed extends PickleInput {
        /** Allocated at once; more only as it arrives. */
        private static final int FIRST = 1 << 16;

        private static final int LARGEST = Integer.MAX_VALUE - 8;

        private final InputStream stream;
        private final byte[] chunk = new byte[1 << 13];
        private int position;
        private int limit;
        private long before;

        Streamed(InputStream stream) {
            this.stream = stream;
        }

        /** False at the end. */
        private boolean fill() throws RejectedModelException {
            before += limit;
            position = 0;
            limit = Math.max(0, read(chunk, 0, chunk.length));
            return limit > 0;
        }

        private int read(byte[] into, int from, int length) throws RejectedModelException {
            try {
                return stream.read(into, from, length);
            } catch (RejectedModelException e) {
                throw e;
            } catch (MemoryLimitException e) {
                throw new RejectedModelException(ModelReason.TOO_LARGE, "a dictionary of 64 MiB at most", e.toString());
            } catch (UnsupportedOptionsException e) {
                throw new RejectedModelException(ModelReason.FORBIDDEN, "what Python's lzma writes", e.toString());
            } catch (EOFException e) {
                throw new RejectedModelException(ModelReason.TRUNCATED, "a whole stream", "its beginning");
            } catch (IOException e) {
                throw new RejectedModelException(ModelReason.MALFORMED, "a compressed stream", e.toString());
            }
        }

        @Override
        int next() throws RejectedModelException {
            if (position == limit && !fill()) {
                throw truncated(1, 0);
            }
            return chunk[position++] & 0xff;
        }

        @Override
        void require(long length) throws RejectedModelException {
            if (length > LARGEST) {
                throw new RejectedModelException(ModelReason.TOO_LARGE, LARGEST + " bytes", String.valueOf(length));
            }
        }

        @Override
        ByteBuffer take(long length) throws RejectedModelException {
            require(length);
            byte[] taken = new byte[(int) Math.min(length, FIRST)];
            int have = Math.min(taken.length, limit - position);
            System.arraycopy(chunk, position, taken, 0, have);
            position += have;
            while (have < length) {
                if (have == taken.length) {
                    taken = Arrays.copyOf(taken, (int) Math.min(length, 2L * have));
                }
                int count = read(taken, have, taken.length - have);
                if (count < 0) {
                    throw truncated(length, have);
                }
                have += count;
                before += count;
            }
            return ByteBuffer.wrap(taken);
        }

        @Override
        long consumed() {
            return before + position;
        }

        @Override
        public void close() {
            try {
                stream.close();
            } catch (IOException e) {
                throw new UncheckedIOException("a stream over memory", e);
            }
        }

        @Override
        void requireEnd() throws RejectedModelException {
            if (position < limit || fill()) {
                throw new RejectedModelException(ModelReason.MALFORMED, "the end behind the pickle", "more bytes");
            }
        }
    }
}
