package io.attestedmesh.transport.tunnel;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.transport.connection.ConnectionEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * One stream: the connection of a program, the attested connection, and what goes on between them. Both are on one event
 * loop, and all of this runs there. Nothing goes either way before {@link #flow}; a side is read only while the other takes
 * what comes.
 */
final class TunnelStream {
    private static final System.Logger LOG = System.getLogger(TunnelStream.class.getName());
    private static final int MAX_HELD_BYTES = 1 << 18;

    private final Streams streams;
    private final TunnelLimits limits;
    private final FrameParser parser;
    private final BiConsumer<TunnelStream, String> onFirst;
    private final String remote;
    private final Instant since;
    private final PlainSide plainSide = new PlainSide();
    private final AttestedSide attestedSide = new AttestedSide();
    private final StreamTimers timers;
    private final ByteBuf heldFrames = Unpooled.buffer(0);
    private final ByteBuf heldBytes = Unpooled.buffer(0);

    // of the loop alone, but for its end
    private volatile Channel attested;
    private volatile Channel plain;
    private volatile Optional<AttestedPeer> peer = Optional.empty();
    private volatile Optional<String> target = Optional.empty();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private boolean readWithRoom;
    private boolean begun;
    private boolean flowing;
    private boolean plainEnded;
    private boolean finSent;
    private boolean finFlushed;
    private boolean finReceived;
    private boolean plainOutputEnded;
    private boolean ended;

    /**
     * One that is about to begin.
     *
     * @param remote where it comes from
     * @param parser of what the other end sends
     * @param onFirst hears of the other end's first frame: on a server of the target that is wanted, on a client of
     *     nothing, for the stream is open
     */
    TunnelStream(
            Streams streams,
            TunnelLimits limits,
            ScheduledExecutorService timer,
            String remote,
            FrameParser parser,
            BiConsumer<TunnelStream, String> onFirst) {
        this.streams = streams;
        this.limits = limits;
        this.timers = new StreamTimers(timer, this::inLoop);
        this.remote = remote;
        this.parser = parser;
        this.onFirst = onFirst;
        this.since = streams.now();
    }

    /** Counts it among those that are open, and has its end logged. */
    void begin() {
        begun = true;
        streams.began(this);
    }

    Tunnel.Stream seen() {
        return new Tunnel.Stream(peer, remote, target, since, received.get(), sent.get());
    }

    /** Goes last into the pipeline of the attested connection. */
    ChannelInboundHandler attestedSide(Channel connection) {
        attested = connection;
        return attestedSide;
    }

    /** Goes last into the pipeline of the program's connection. */
    ChannelInboundHandler plainSide(Channel connection) {
        plain = connection;
        readWithRoom = connection.pipeline().get(SslHandler.class) == null;
        if (readWithRoom) {
            RoomForHeader.of(connection);
        }
        return plainSide;
    }

    boolean hasEnded() {
        return ended;
    }

    boolean isFlowing() {
        return flowing;
    }

    void leadsTo(String where) {
        target = Optional.of(where);
    }

    /** The handshake is over, and the verdict about the peer is in: frames count from now on. */
    void accepted(AttestedPeer verified) {
        peer = Optional.of(verified);
        at(limits.connections().connectionAge(), () -> end(StreamEnd.AGE, false));
        if (!ended) {
            try {
                parser.feed(heldFrames, attestedSide);
            } catch (FramingException e) {
                violated(e);
            }
        }
    }

    /** A client's: asks for a target. */
    void ask(String name) {
        write(attested, Frame.target(attested.alloc(), name));
        attested.flush();
    }

    /** A server's: the target is reached, hears {@code first}, and then has bytes go both ways. */
    void open(Consumer<Channel> first) {
        first.accept(plain);
        plain.flush();
        write(attested, Frame.open(attested.alloc()));
        attested.flush();
        flow();
    }

    /** Has bytes go both ways. */
    void flow() {
        if (ended) {
            return;
        }
        flowing = true;
        timers.afterSilence(limits.idleTimeout(), () -> end(StreamEnd.IDLE, false));
        attested.config().setAutoRead(true);
        if (heldBytes.isReadable()) {
            forward(heldBytes.retainedSlice());
            attested.flush();
        }
        if (plainEnded) {
            finish();
        } else {
            plain.config().setAutoRead(attested.isWritable());
        }
    }

    /** Runs {@code then} on the loop after a time, unless the stream has ended. */
    void at(Duration wait, Runnable then) {
        timers.at(wait, then);
    }

    /** From any thread. */
    void inLoop(Runnable then) {
        Channel either = attested != null ? attested : plain;
        either.eventLoop().execute(() -> {
            try {
                then.run();
            } catch (RuntimeException e) {
                // the edge of the loop: what broke must not leave a connection open
                LOG.log(System.Logger.Level.ERROR, "event=tunnel.failed: the stream is cut", e);
                end(StreamEnd.RESET, false);
            }
        });
    }

    /** From another thread than the loop's. */
    void awaitClosed(Duration patience) {
        for (Channel connection :
                Stream.of(plain, attested).filter(Objects::nonNull).toList()) {
            connection.closeFuture().awaitUninterruptibly(Math.max(1, patience.toMillis()));
        }
    }

    private void forward(ByteBuf bytes) {
        int length = bytes.readableBytes();
        sent.addAndGet(length);
        streams.sent(length);
        timers.heard();
        while (bytes.readableBytes() > Frame.MAX_DATA) {
            frame(bytes.readRetainedSlice(Frame.MAX_DATA));
        }
        if (bytes.isReadable()) {
            frame(bytes);
        } else {
            bytes.release();
        }
    }

    private void frame(ByteBuf content) {
        int length = content.readableBytes();
        if (readWithRoom && content.readerIndex() == Frame.HEADER_BYTES) {
            content.setInt(0, Frame.DATA.header(length)).readerIndex(0);
        } else {
            write(attested, Frame.DATA.header(attested.alloc(), length));
        }
        write(attested, content);
    }

    /** The program has ended what it sends. */
    private void plainEnded() {
        plainEnded = true;
        if (flowing) {
            finish();
        }
    }

    private void finish() {
        if (!finSent && !ended) {
            finSent = true;
            var unused = attested.writeAndFlush(Frame.fin(attested.alloc())).addListener(done -> {
                if (done.isSuccess()) {
                    finFlushed = true;
                    completeIfDone();
                }
            });
        }
    }

    private void completeIfDone() {
        if (finFlushed && finReceived && plainOutputEnded) {
            end(StreamEnd.COMPLETE, false);
        }
    }

    private void violated(FramingException what) {
        if (!ended) {
            streams.violated(remote, what);
            end(StreamEnd.VIOLATION, false);
        }
    }

    /** Ends it, once: what still stands in buffers is sent only if it is complete. */
    void end(StreamEnd how, boolean byPeer) {
        if (ended) {
            return;
        }
        ended = true;
        timers.cancel();
        if (begun) {
            streams.ended(this, how, byPeer);
        }
        if (how == StreamEnd.COMPLETE) {
            Closing.orderly(attested);
            Closing.orderly(plain);
            return;
        }
        if (plain != null && plain.isOpen()) {
            Closing.reset(plain);
        }
        if (attested != null && attested.isOpen()) {
            closeAttested(how, byPeer);
        }
    }

    private static void write(Channel to, ByteBuf bytes) {
        // what fails is told to the pipeline, and ends the stream
        var unused = to.write(bytes, to.voidPromise());
    }

    private void closeAttested(StreamEnd how, boolean byPeer) {
        Optional<Integer> code = byPeer || peer.isEmpty() ? Optional.empty() : how.code();
        if (code.isPresent()) {
            Closing.telling(attested, code.get());
        } else {
            Closing.orderly(attested);
        }
    }

    private static boolean isAlert(Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    private final class AttestedSide extends ChannelInboundHandlerAdapter implements FrameParser.Sink {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf frames = (ByteBuf) message;
            try {
                if (ended) {
                    return;
                }
                if (peer.isPresent()) {
                    parser.feed(frames, this);
                } else if (heldFrames.readableBytes() + frames.readableBytes() > MAX_HELD_BYTES) {
                    throw new FramingException("more than " + MAX_HELD_BYTES + " bytes before the verdict");
                } else {
                    heldFrames.writeBytes(frames);
                }
            } catch (FramingException e) {
                violated(e);
            } finally {
                frames.release();
            }
        }

        @Override
        public void target(String name) {
            if (!ended) {
                onFirst.accept(TunnelStream.this, name);
            }
        }

        @Override
        public void open() {
            if (!ended) {
                onFirst.accept(TunnelStream.this, "");
            }
        }

        @Override
        public void data(ByteBuf some) throws FramingException {
            if (ended) {
                some.release();
                return;
            }
            if (!flowing) {
                some.release();
                throw new FramingException("DATA before the stream is open");
            }
            int length = some.readableBytes();
            received.addAndGet(length);
            streams.received(length);
            timers.heard();
            if (!plain.isActive()) {
                some.release();
                end(StreamEnd.RESET, false);
                return;
            }
            write(plain, some);
            if (!plain.isWritable()) {
                attested.config().setAutoRead(false);
            }
        }

        @Override
        public void fin() throws FramingException {
            if (ended) {
                return;
            }
            if (!flowing) {
                throw new FramingException("FIN before the stream is open");
            }
            finReceived = true;
            plain.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
                if (written.isSuccess()) {
                    endPlainOutput();
                } else {
                    completeIfDone();
                }
            });
        }

        private void endPlainOutput() {
            SslHandler tls = plain.pipeline().get(SslHandler.class);
            if (tls == null) {
                shutdownOutput();
            } else {
                tls.closeOutbound().addListener(done -> shutdownOutput());
            }
        }

        private void shutdownOutput() {
            ((DuplexChannel) plain).shutdownOutput().addListener(done -> {
                plainOutputEnded = true;
                completeIfDone();
            });
        }

        @Override
        public void reset(int code) {
            end(StreamEnd.of(code), true);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (plain != null && flowing) {
                plain.flush();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (flowing && !ended && !plainEnded) {
                plain.config().setAutoRead(attested.isWritable());
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ConnectionEvent.NO_LONGER_ACCEPTED) {
                end(StreamEnd.DROPPED, false);
            } else if (event instanceof SslCloseCompletionEvent) {
                // nothing can come after it
                Closing.orderly(attested);
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!(finFlushed && finReceived)) {
                end(StreamEnd.CUT, true);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!flowing && isAlert(cause)) {
                end(StreamEnd.REFUSED, peer.isPresent());
            }
            Closing.orderly(attested);
        }
    }

    private final class PlainSide extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (ended) {
                bytes.release();
            } else if (flowing) {
                forward(bytes);
                if (!attested.isWritable()) {
                    plain.config().setAutoRead(false);
                }
            } else {
                hold(bytes);
            }
        }

        private void hold(ByteBuf bytes) {
            try {
                if (heldBytes.readableBytes() + bytes.readableBytes() > MAX_HELD_BYTES) {
                    end(StreamEnd.RESET, false);
                } else {
                    heldBytes.writeBytes(bytes);
                }
            } finally {
                bytes.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (flowing) {
                attested.flush();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (flowing && !ended) {
                attested.config().setAutoRead(plain.isWritable());
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE || event == SslCloseCompletionEvent.SUCCESS) {
                plainEnded();
            }
            context.fireUserEventTriggered(event);
        }

        /** Netty closes a Unix socket whose program has ended what it sends, and there is no half of an end. */
        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (flowing && !ended && plain instanceof NioDomainSocketChannel) {
                plainOutputEnded = true;
                plainEnded();
            } else {
                end(StreamEnd.RESET, false);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            end(StreamEnd.RESET, false);
        }
    }
}
