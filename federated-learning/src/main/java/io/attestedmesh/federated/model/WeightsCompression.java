package io.attestedmesh.federated.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.SingleXZInputStream;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

/** How P2PFL makes weights smaller. Those of a trained model hardly become smaller at all. */
public enum WeightsCompression {
    NONE(Optional.empty()),
    ZLIB(Optional.of("zlib")),
    /** The container of {@code .xz}. */
    LZMA(Optional.of("lzma"));

    /** What Python's largest preset needs to be read, a dictionary of 64 MiB and a little more. */
    private static final int XZ_KIB = 66 << 10;
    /** A dictionary of 1 MiB: larger ones find nothing more in weights, and take 90 MiB and more to write with. */
    private static final int XZ_PRESET = 1;

    private static final int BUFFER = 1 << 16;

    private final Optional<String> name;

    WeightsCompression(Optional<String> name) {
        this.name = name;
    }

    /** As in the message; empty for Python's None. */
    Optional<String> wireName() {
        return name;
    }

    /** A stream into which bytes are written to be compressed. */
    OutputStream compressing(OutputStream out) throws IOException {
        return switch (this) {
            case NONE -> out;
            case ZLIB -> new DeflaterOutputStream(out, new Deflater(), BUFFER);
            case LZMA -> new XZOutputStream(out, new LZMA2Options(XZ_PRESET), XZ.CHECK_CRC64);
        };
    }

    /** What the compressed bytes are, all of which must belong to one stream. */
    PickleInput expanding(ByteBuffer compressed, long mostBytes) {
        return this == NONE
                ? PickleInput.of(compressed)
                : PickleInput.of(new Expanding(this, new BufferInput(compressed), mostBytes));
    }

    /** Refuses expansion beyond a limit as it happens, and bytes behind the end of the compressed stream. */
    private static final class Expanding extends InputStream {
        private final WeightsCompression compression;
        private final BufferInput compressed;
        private final long most;
        private final Inflater inflater = new Inflater();
        private Optional<InputStream> opened = Optional.empty();
        private long expanded;

        Expanding(WeightsCompression compression, BufferInput compressed, long most) {
            this.compression = compression;
            this.compressed = compressed;
            this.most = most;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (opened.isEmpty()) {
                opened = Optional.of(open());
            }
            int count = opened.get().read(into, offset, length);
            if (count < 0 && inflater.getRemaining() + (long) compressed.available() > 0) {
                throw new RejectedModelException(
                        ModelReason.MALFORMED, "the end behind the compressed bytes", "more bytes");
            }
            expanded += Math.max(0, count);
            if (expanded > most) {
                throw new RejectedModelException(ModelReason.TOO_LARGE, "expansion to " + most + " bytes", "more");
            }
            return count;
        }

        @Override
        public void close() {
            inflater.end();
        }

        private InputStream open() throws IOException {
            return compression == ZLIB
                    ? new InflaterInputStream(compressed, inflater, BUFFER)
                    // one cache, so that each block of the stream gets the dictionary of the block before it
                    : new SingleXZInputStream(compressed, XZ_KIB, true, new BasicArrayCache());
        }
    }
}
