package io.attestedmesh.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Sends pieces of bytes that follow from its seed, at random times, and compares each byte that comes back; then ends by half
 * and waits for the rest, or resets the connection.
 */
final class SeededProgram extends ChannelInboundHandlerAdapter {
    /** How it went. */
    enum End {
        /** All came back, and then the end. */
        WHOLE,
        /** This program reset the connection. */
        RESET_HERE,
        /** The connection was reset by the other side. */
        RESET_THERE,
        /** It ended in order, but not all had come back. */
        TRUNCATED,
        /** A byte came that is not the next of this stream. */
        CROSSED
    }

    private static final int LARGEST_PIECE = 4096;
    private static final int MOST_PIECES = 40;
    private static final int LONGEST_PAUSE_MILLIS = 12_000;
    private static final int ONE_IN_RESETS = 4;

    private final SplittableRandom choices;
    private final SplittableRandom sent;
    private final SplittableRandom expected;
    private final BooleanSupplier hurry;
    private final Consumer<End> ended;
    private final boolean resets;
    private int pieces;
    private long awaited;
    private End end = End.RESET_THERE;

    /** @param hurry has it send no further piece, and end */
    SeededProgram(long seed, BooleanSupplier hurry, Consumer<End> ended) {
        this.hurry = hurry;
        this.choices = new SplittableRandom(~seed);
        this.sent = new SplittableRandom(seed);
        this.expected = new SplittableRandom(seed);
        this.pieces = 1 + choices.nextInt(MOST_PIECES);
        this.resets = choices.nextInt(ONE_IN_RESETS) == 0;
        this.ended = ended;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        later(context);
    }

    private void later(ChannelHandlerContext context) {
        var unused = context.executor()
                .schedule(() -> next(context), choices.nextInt(LONGEST_PAUSE_MILLIS), TimeUnit.MILLISECONDS);
    }

    private void next(ChannelHandlerContext context) {
        Channel channel = context.channel();
        if (!channel.isActive()) {
            return;
        }
        if (hurry.getAsBoolean()) {
            pieces = 0;
        }
        if (pieces-- > 0) {
            int length = 1 + choices.nextInt(LARGEST_PIECE);
            ByteBuf piece = context.alloc().buffer(length);
            for (int i = 0; i < length; i++) {
                piece.writeByte(sent.nextInt());
            }
            awaited += length;
            var unused = context.writeAndFlush(piece, context.voidPromise());
            later(context);
        } else if (resets) {
            end = End.RESET_HERE;
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            var unused = context.close();
        } else {
            var unused = ((DuplexChannel) channel).shutdownOutput();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        while (bytes.isReadable()) {
            awaited--;
            if (bytes.readByte() != (byte) expected.nextInt() || awaited < 0) {
                end = End.CROSSED;
            }
        }
        bytes.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            if (end == End.RESET_THERE) {
                end = awaited == 0 && pieces < 0 ? End.WHOLE : End.TRUNCATED;
            }
            var unused = context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var unused = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended.accept(end);
    }
}
