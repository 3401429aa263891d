package io.attestedmesh.transport.tunnel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The ways in which connections end. */
final class Closing {
    private static final long SECONDS_TO_TELL = 5;

    private Closing() {}

    /** As their protocol has it, TLS with close_notify. */
    static void orderly(Channel connection) {
        var unused = connection.close();
    }

    /** So that the program knows that it did not get all: TCP has RST for it, and TLS an end without close_notify. */
    static void reset(Channel program) {
        try {
            program.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException gone) {
            // it is closed meanwhile
        }
        cut(program);
    }

    /** Tells the other end of the tunnel why it is over; one that reads nothing any more sees the end alone. */
    static void telling(Channel attested, int code) {
        attested.config().setAutoRead(false);
        var unused = attested.writeAndFlush(Frame.reset(attested.alloc(), code)).addListener(done -> orderly(attested));
        Future<?> late = attested.eventLoop().schedule(() -> cut(attested), SECONDS_TO_TELL, TimeUnit.SECONDS);
        attested.closeFuture().addListener(closed -> late.cancel(false));
    }

    /** Without the orderly end that TLS has. */
    private static void cut(Channel connection) {
        ChannelHandlerContext nearestToSocket = connection.pipeline().firstContext();
        var unused = nearestToSocket == null ? connection.close() : nearestToSocket.close();
    }
}
