package io.attestedmesh.transport.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.DelegatingHandle;

/**
 * Reads of a program's connection, with room for the header of a frame in front of what is read: the frame goes out as one
 * piece, and the largest fills whole TLS records.
 */
final class RoomForHeader extends AdaptiveRecvByteBufAllocator {
    private RoomForHeader() {}

    /** From the first read of {@code connection} on. */
    static void of(Channel connection) {
        RoomForHeader reads = new RoomForHeader();
        reads.maxMessagesPerRead(connection.metadata().defaultMaxMessagesPerRead());
        connection.config().setRecvByteBufAllocator(reads);
    }

    @Override
    @SuppressWarnings("deprecation") // the type that Netty's own method has
    public RecvByteBufAllocator.Handle newHandle() {
        return new DelegatingHandle(super.newHandle()) {
            @Override
            public ByteBuf allocate(ByteBufAllocator buffers) {
                return super.allocate(buffers).setIndex(Frame.HEADER_BYTES, Frame.HEADER_BYTES);
            }

            // for the one below, which decides how much to read next, the room was read too

            @Override
            public void attemptedBytesRead(int bytes) {
                super.attemptedBytesRead(bytes + Frame.HEADER_BYTES);
            }

            @Override
            public int attemptedBytesRead() {
                return super.attemptedBytesRead() - Frame.HEADER_BYTES;
            }

            @Override
            public void lastBytesRead(int bytes) {
                super.lastBytesRead(bytes > 0 ? bytes + Frame.HEADER_BYTES : bytes);
            }
        };
    }
}
