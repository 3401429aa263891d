package io.attestedmesh.transport.engine;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.conscrypt.AllocatedBuffer;
import org.conscrypt.BufferAllocator;

/** Buffers for one call, from the pool of Netty: without them each engine keeps one of its own, of a whole record, outside the heap. */
final class PooledBuffers extends BufferAllocator {
    @Override
    public AllocatedBuffer allocateDirectBuffer(int capacity) {
        ByteBuf pooled = ByteBufAllocator.DEFAULT.directBuffer(capacity);
        ByteBuffer whole = pooled.nioBuffer(0, capacity);
        return new AllocatedBuffer() {
            @Override
            public ByteBuffer nioBuffer() {
                return whole;
            }

            @Override
            public AllocatedBuffer release() {
                pooled.release();
                return this;
            }
        };
    }
}
