package io.attestedmesh.transport.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("deprecation") // the type that Netty's own method has
class RoomForHeaderTest {
    private static final int LARGEST_READ = 1 << 16;

    private final EmbeddedChannel connection = new EmbeddedChannel();

    private RecvByteBufAllocator.Handle reads() {
        RoomForHeader.of(connection);
        return connection.config().getRecvByteBufAllocator().newHandle();
    }

    @AfterEach
    void close() {
        connection.finishAndReleaseAll();
    }

    /** One turn of the loop, in which {@code bytes} came, or as many as fit if that is less; returns what fitted. */
    private int turn(RecvByteBufAllocator.Handle reads, int bytes) {
        reads.reset(connection.config());
        ByteBuf buffer = reads.allocate(UnpooledByteBufAllocator.DEFAULT);
        assertThat(buffer.readerIndex()).isEqualTo(Frame.HEADER_BYTES);
        assertThat(buffer.isReadable()).isFalse();
        int room = buffer.writableBytes();
        reads.attemptedBytesRead(room);
        // Netty reads so many, and would make the buffer larger for more
        assertThat(reads.attemptedBytesRead()).isEqualTo(room);
        reads.lastBytesRead(Math.min(room, bytes));
        reads.incMessagesRead(1);
        assertThat(reads.continueReading()).isEqualTo(bytes >= room);
        reads.readComplete();
        buffer.release();
        return room;
    }

    @Test
    void fullReads_growToWholeRecords_withTheHeader() {
        RecvByteBufAllocator.Handle reads = reads();
        int room = 0;
        for (int i = 0; i < 20; i++) {
            room = turn(reads, Integer.MAX_VALUE);
        }
        assertThat(room + Frame.HEADER_BYTES).isEqualTo(LARGEST_READ);
        assertThat(Frame.DATA.permits(room)).isTrue();
    }

    @Test
    void smallReads_shrinkAgain() {
        RecvByteBufAllocator.Handle reads = reads();
        for (int i = 0; i < 20; i++) {
            turn(reads, Integer.MAX_VALUE);
        }
        for (int i = 0; i < 40; i++) {
            turn(reads, 10);
        }
        assertThat(turn(reads, 10)).isLessThan(1024);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void nothing_andTheEnd_stayWhatTheyAre(int read) {
        RecvByteBufAllocator.Handle reads = reads();
        reads.reset(connection.config());
        reads.allocate(UnpooledByteBufAllocator.DEFAULT).release();
        reads.lastBytesRead(read);
        assertThat(reads.lastBytesRead()).isEqualTo(read);
        assertThat(reads.continueReading()).isFalse();
    }
}
