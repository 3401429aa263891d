package io.attestedmesh.mpc.kms;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
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

    @Test
    void bytesUpToTheLimit_areRead() {
        assertThat(whole.parse(new Sized(10)))
                .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(10));
        assertThat(whole.parse(new ByteArrayInputStream(new byte[10])))
                .hasValueSatisfying(bytes -> assertThat(bytes).hasSize(10));
        assertThat(whole.parse(new Sized(0)))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEmpty());
    }

    @Test
    void knownLengthOverTheLimit_isNotReadAtAll() {
        Sized large = new Sized(11);
        assertThat(whole.parse(large)).isEmpty();
        assertThat(large.read).isZero();
    }

    @Test
    void endlessStream_isReadOneByteTooFar() {
        Endless endless = new Endless();
        assertThat(whole.parse(endless)).isEmpty();
        assertThat(endless.read).isEqualTo(11);
    }
}
