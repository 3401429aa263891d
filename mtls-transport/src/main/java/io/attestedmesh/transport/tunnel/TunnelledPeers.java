package io.attestedmesh.transport.tunnel;

import io.attestedmesh.transport.LineLimit;
import io.attestedmesh.transport.Quoted;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Who is behind the connections that the end of a tunnel on this machine makes to a server: read from the PROXY header that
 * each begins with, and refused without one. Nobody but that end may be able to connect. Thread-safe.
 */
public final class TunnelledPeers implements Consumer<Channel> {
    private static final System.Logger LOG = System.getLogger(TunnelledPeers.class.getName());
    private static final int MOST_BYTES_OF_VALUES = 2048;

    private final Map<SocketAddress, TunnelledPeer> connected = new ConcurrentHashMap<>();
    private final LineLimit lines = new LineLimit();
    private final Duration patience;
    private final Clock clock;

    /** @param patience for a header to be there */
    public TunnelledPeers(Duration patience, Clock clock) {
        this.patience = patience;
        this.clock = clock;
    }

    /** Has a connection that was accepted begin with a header; before anything else is put into its pipeline. */
    @Override
    public void accept(Channel accepted) {
        accepted.pipeline().addLast(new HAProxyMessageDecoder(MOST_BYTES_OF_VALUES), new Header());
    }

    /** Who is behind the open connection that comes from {@code remote}. */
    public Optional<TunnelledPeer> at(SocketAddress remote) {
        return Optional.ofNullable(connected.get(remote));
    }

    private void refuse(Channel channel, String why) {
        int leftOut = lines.leftOutBefore(clock.instant());
        if (leftOut >= 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "event=tunnel.header-refused remote=" + Quoted.of(String.valueOf(channel.remoteAddress()))
                            + " cause=" + Quoted.of(why) + (leftOut > 0 ? " left-out=" + leftOut : ""));
        }
        var unused = channel.close();
    }

    /** Takes the header, and is gone then. */
    private final class Header extends SimpleChannelInboundHandler<HAProxyMessage> {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            var unused = context.executor()
                    .schedule(
                            () -> {
                                if (!context.isRemoved()) {
                                    refuse(context.channel(), "no header within " + patience);
                                }
                            },
                            patience.toMillis(),
                            TimeUnit.MILLISECONDS);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) {
            TunnelledPeer peer = TunnelledPeer.of(header);
            SocketAddress remote = context.channel().remoteAddress();
            connected.put(remote, peer);
            context.channel().closeFuture().addListener(closed -> connected.remove(remote, peer));
            context.pipeline().remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            refuse(context.channel(), String.valueOf(cause.getMessage()));
        }
    }
}
