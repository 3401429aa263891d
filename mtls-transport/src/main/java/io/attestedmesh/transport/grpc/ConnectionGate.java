package io.attestedmesh.transport.grpc;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.transport.ConnectionLog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Stands in front of a listening socket: closes what is too much before TLS costs anything. */
final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private final TransportLimits limits;
    private final ConnectionLog log;
    private final Consumer<Channel> admitted;
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    private int inAll;

    ConnectionGate(TransportLimits limits, ConnectionLog log, Consumer<Channel> admitted) {
        this.limits = limits;
        this.log = log;
        this.admitted = admitted;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel child = (Channel) message;
        InetSocketAddress remote = (InetSocketAddress) child.remoteAddress();
        if (remote == null) {
            // it has gone already
            child.unsafe().closeForcibly();
            return;
        }
        Optional<String> excess = enter(remote.getAddress());
        if (excess.isPresent()) {
            log.rejected(
                    TransportReason.TOO_MANY_CONNECTIONS,
                    excess.get(),
                    "one more",
                    Optional.empty(),
                    Usage.CLIENT,
                    RemoteAddress.of(remote));
            child.unsafe().closeForcibly(); // whoever sees it closed finds it counted
            return;
        }
        child.closeFuture().addListener(closed -> leave(remote.getAddress()));
        admitted.accept(child);
        context.fireChannelRead(message);
    }

    private synchronized Optional<String> enter(InetAddress address) {
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

    private synchronized void leave(InetAddress address) {
        inAll--;
        perAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
