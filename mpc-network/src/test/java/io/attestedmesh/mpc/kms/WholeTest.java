package io.attestedmesh.mpc.kms;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.KnownLength;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WholeTest {
    private final Whole whole = new Whole(10);

    private static final class Sized extends ByteArrayInputStream implements KnownLength {
        private int read;

        Sized(int length) {
            super(new byte[length]);
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            int count = super.read(into, offset, length);
            read += Math.max(0, count);
            return count;
        }
    }

    private static final class Endless extends InputStream {
        private int read;

        @Override
        public int read() {
            read++;
            return 0;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            read += length;
            return length;
        }
    }

    private Optional<byte[]> read(InputStream stream) {
        return whole.read(whole.parse(stream), bytes -> true);
    }

    @Test
    void bytesUpToTheLimit_areRead() {
        assertThat(read(new Sized(10)))
                .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(10));
        assertThat(read(new ByteArrayInputStream(new byte[10])))
                .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(10));
        assertThat(read(new Sized(0)))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEmpty());
    }

    @Test
    void knownLengthOverTheLimit_isNotReadAtAll() {
        Sized large = new Sized(11);
        assertThat(read(large)).isEmpty();
        assertThat(large.read).isZero();
    }

    @Test
    void endlessStream_isReadOneByteTooFar() {
        Endless endless = new Endless();
        assertThat(read(endless)).isEmpty();
        assertThat(endless.read).isEqualTo(11);
    }

    @Test
    void streamThatInflates_isReadAsFarAsThereIsRoom() {
        Whole large = new Whole(1 << 30);
        Endless endless = new Endless();
        AtomicLong asked = new AtomicLong();
        assertThat(large.read(endless, bytes -> asked.addAndGet(bytes) <= 200_000))
                .isEmpty();
        assertThat(endless.read).isEqualTo(4 * (64 << 10));
    }

    @Test
    void streamThatTheServerCutsOff_isTooLarge() {
        InputStream cutOff = new ByteArrayInputStream(new byte[1]) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                throw Status.RESOURCE_EXHAUSTED.asRuntimeException();
            }
        };
        assertThat(read(cutOff)).isEmpty();
    }
}
