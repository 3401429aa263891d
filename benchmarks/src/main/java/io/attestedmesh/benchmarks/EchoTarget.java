package io.attestedmesh.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Sends back what it gets and ends when that has ended; some connections it resets instead, somewhere in the middle. */
final class EchoTarget extends ChannelInboundHandlerAdapter {
    private static final int ONE_IN_RESETS = 10;
    private static final int LATEST_RESET = 60_000;

    private final AtomicLong resets;
    private long resetAfter;

    EchoTarget(SplittableRandom random, AtomicLong resets) {
        this.resets = resets;
        this.resetAfter = random.nextInt(ONE_IN_RESETS) == 0 ? 1 + random.nextInt(LATEST_RESET) : Long.MAX_VALUE;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        resetAfter -= ((ByteBuf) message).readableBytes();
        if (resetAfter <= 0) {
            ((ByteBuf) message).release();
            if (context.channel().isActive()) {
                resets.incrementAndGet();
                context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                var unused = context.close();
            }
            return;
        }
        var unused = context.write(message, context.voidPromise());
        if (!context.channel().isWritable()) {
            context.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(context.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            var unused = context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var unused = context.close();
    }
}
