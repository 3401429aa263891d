package io.attestedmesh.enclave.vsock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One direction of a numbered connection, in which every byte follows from the connection, the direction and its
 * position: a byte that is lost, there twice, changed or of another connection is found where it is received.
 */
final class CodedStream {
    private final int connection;
    private final boolean up;
    private final long size;
    private long position;

    CodedStream(int connection, boolean up, long size) {
        this.connection = connection;
        this.up = up;
        this.size = size;
    }

    private byte at(long index) {
        long mixed = (connection * 2L + (up ? 1 : 0)) * 0x9E3779B97F4A7C15L + index * 0xBF58476D1CE4E5B9L;
        return (byte) ((mixed ^ mixed >>> 29) >>> 13);
    }

    long position() {
        return position;
    }

    boolean isComplete() {
        return position == size;
    }

    /** Sends what {@code to} takes. */
    void send(SocketChannel to, ByteBuffer buffer) throws IOException {
        while (!isComplete()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), size - position));
            for (int i = 0; i < buffer.limit(); i++) {
                buffer.put(i, at(position + i));
            }
            int sent = to.write(buffer);
            position += sent;
            if (sent < buffer.limit()) {
                return;
            }
        }
    }

    void check(ByteBuffer received) {
        while (received.hasRemaining()) {
            byte expected = at(position);
            byte actual = received.get();
            if (position >= size || expected != actual) {
                throw new AssertionError(this + ": byte " + position + " of " + size + " is " + actual);
            }
            position++;
        }
    }

    @Override
    public String toString() {
        return "connection " + connection + (up ? " up" : " down") + " at " + position + " of " + size;
    }
}
