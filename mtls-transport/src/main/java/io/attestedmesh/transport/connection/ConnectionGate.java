package io.attestedmesh.transport.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Stands in front of a listening socket: closes what is too much before it costs anything. */
public final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private final ConnectionLimits limits;
    private final BiConsumer<String, String> refused;
    private final Consumer<Channel> admitted;
    private final Map<Object, Integer> perAddress = new HashMap<>();
    private int inAll;

    /**
     * One that goes first into the pipeline of one listening socket.
     *
     * @param refused told which limit a connection exceeds, and where it comes from, before it is closed
     * @param admitted told of each other connection, before anything is in its pipeline
     */
    public ConnectionGate(ConnectionLimits limits, BiConsumer<String, String> refused, Consumer<Channel> admitted) {
        this.limits = limits;
        this.refused = refused;
        this.admitted = admitted;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel child = (Channel) message;
        SocketAddress remote = child.remoteAddress();
        if (remote == null) {
            // it has gone already
            child.unsafe().closeForcibly();
            return;
        }
        Object address = addressOf(remote);
        Optional<String> excess = enter(address);
        if (excess.isPresent()) {
            refused.accept(excess.get(), RemoteAddress.of(remote));
            child.unsafe().closeForcibly(); // whoever sees it closed finds it counted
            return;
        }
        child.closeFuture().addListener(closed -> leave(address));
        admitted.accept(child);
        context.fireChannelRead(message);
    }

    /** The programs at the other ends of Unix sockets are on one machine. */
    private static Object addressOf(SocketAddress remote) {
        return remote instanceof InetSocketAddress inet ? inet.getAddress() : remote.getClass();
    }

    private synchronized Optional<String> enter(Object address) {
        int here = perAddress.getOrDefault(address, 0);
        if (inAll >= limits.connections()) {
            return Optional.of("at most " + limits.connections() + " connections");
        }
        if (here >= limits.connectionsPerAddress()) {
            return Optional.of("at most " + limits.connectionsPerAddress() + " connections from one address");
        }
        inAll++;
        perAddress.put(address, here + 1);
        return Optional.empty();
    }

    private synchronized void leave(Object address) {
        inAll--;
        perAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
