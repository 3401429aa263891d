package io.attestedmesh.federated.learn;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ByteChannel;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A socket whose reads and writes end at a deadline, or when their thread is interrupted; Unix sockets have no timeout. */
final class TimedChannel implements ByteChannel {
    /** A buffer on the heap is copied as a whole, and its copy kept, for each read or write. */
    private static final int PIECE = 1 << 18;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private long deadline = System.nanoTime();

    TimedChannel(SocketChannel channel) throws IOException {
        this.channel = channel;
        this.selector = Selector.open();
        channel.configureBlocking(false);
        this.key = channel.register(selector, 0);
    }

    /** All that follows has to be done by then. */
    void within(Duration time) {
        deadline = System.nanoTime() + time.toNanos();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        ByteBuffer piece = piece(into);
        while (piece.hasRemaining()) {
            int count = channel.read(piece);
            if (count != 0) {
                into.position(into.position() + Math.max(0, count));
                return count;
            }
            await(SelectionKey.OP_READ);
        }
        return 0;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        ByteBuffer piece = piece(from);
        while (piece.hasRemaining()) {
            int count = channel.write(piece);
            if (count != 0) {
                from.position(from.position() + count);
                return count;
            }
            await(SelectionKey.OP_WRITE);
        }
        return 0;
    }

    private static ByteBuffer piece(ByteBuffer buffer) {
        return buffer.slice(buffer.position(), Math.min(PIECE, buffer.remaining()));
    }

    private void await(int operation) throws IOException {
        try {
            key.interestOps(operation);
            await(selector, deadline);
        } catch (ClosedSelectorException | CancelledKeyException e) {
            AsynchronousCloseException closed = new AsynchronousCloseException();
            closed.initCause(e);
            throw closed;
        }
    }

    /** Returns once there may be something to do. */
    static void await(Selector selector, long deadline) throws IOException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException();
        }
        selector.select(Math.max(1, Duration.ofNanos(left).toMillis()));
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new ClosedByInterruptException();
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}
