package io.attestedmesh.transport.grpc;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.connection.AttestedConnections;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.NegotiationType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;

/**
 * Makes gRPC servers and channels with attested peers, knows their connections, and drops those whose peers are no longer
 * accepted. Close servers and channels first.
 */
public final class AttestedGrpc implements AutoCloseable {
    private static final List<String> PROTOCOLS = List.of("h2");

    private final TransportLimits limits;
    private final AttestedConnections connections;
    /** One a processor: with the two that are Netty's default, more time goes into waking them. */
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            Math.max(2, Runtime.getRuntime().availableProcessors()), NioIoHandler.newFactory());

    public AttestedGrpc(AttestedTls tls, TransportLimits limits) {
        this(tls, limits, Clock.systemUTC());
    }

    public AttestedGrpc(AttestedTls tls, TransportLimits limits, Clock clock) {
        this.limits = limits;
        this.connections = connections(tls, limits, clock, loops);
    }

    /** Has {@code timer} end connections instead of the event loops. */
    AttestedGrpc(AttestedTls tls, TransportLimits limits, Clock clock, ScheduledExecutorService timer) {
        this.limits = limits;
        this.connections = connections(tls, limits, clock, timer);
    }

    private static AttestedConnections connections(
            AttestedTls tls, TransportLimits limits, Clock clock, ScheduledExecutorService timer) {
        return new AttestedConnections(
                tls,
                limits.ofConnections(),
                AccessRule.EVERY_VERIFIED_PEER,
                // a channel through a proxy hears from that first, and has no TLS then
                pipeline -> pipeline.get(GrpcHttp2ConnectionHandler.class) != null,
                clock,
                timer);
    }

    /** A server in the making, to add services to; each call finds its caller in {@link PeerContext#current}. */
    public NettyServerBuilder server(InetSocketAddress address) throws SSLException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .sslContext(connections.serverContext(PROTOCOLS))
                .addTransportFilter(PeerContext.oncePerConnection())
                .intercept(PeerContext.interceptor());
        return limits.applyTo(watched(
                builder,
                child -> connections.watchClient(
                        child, new CompletableFuture<>(), Optional.of(() -> closeGracefully(child)))));
    }

    /**
     * Lets a server of another kind, one without TLS say, use the threads of this, under its limits of connections.
     *
     * @param accepted is given each connection before anything is put into its pipeline
     */
    public NettyServerBuilder watched(NettyServerBuilder server, Consumer<Channel> accepted) {
        return server.bossEventLoopGroup(loops).workerEventLoopGroup(loops).channelFactory(() -> {
            NioServerSocketChannel listening = new NioServerSocketChannel();
            listening.pipeline().addFirst(connections.gate(accepted));
            return listening;
        });
    }

    /** By its pipeline: gRPC sends GOAWAY, and lets calls end. */
    private static void closeGracefully(Channel accepted) {
        var unused = accepted.close();
    }

    /**
     * A channel to the server {@code name} of the roster, which is found at {@code host}.
     *
     * @param name what the server's certificate must prove; often the same as {@code host}
     */
    public AttestedChannel channel(String host, int port, String name) throws SSLException {
        return channel(host, port, name, builder -> builder);
    }

    /** As {@link #channel(String, int, String)}, with more settings; security is not among what they can change. */
    public AttestedChannel channel(String host, int port, String name, UnaryOperator<NettyChannelBuilder> settings)
            throws SSLException {
        AtomicReference<CompletableFuture<AttestedPeer>> latest = new AtomicReference<>(new CompletableFuture<>());
        AtomicReference<ManagedChannel> made = new AtomicReference<>();
        NettyChannelBuilder builder = limits.applyTo(settings.apply(NettyChannelBuilder.forAddress(host, port)))
                .negotiationType(NegotiationType.TLS)
                .overrideAuthority(name)
                .withOption(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(limits.handshakeTimeout().toMillis()))
                .sslContext(connections.clientContext(PROTOCOLS))
                .eventLoopGroup(loops)
                .channelFactory(() -> {
                    NioSocketChannel connecting = new NioSocketChannel();
                    CompletableFuture<AttestedPeer> outcome = outcome(latest, connecting);
                    // an idle channel lets calls end on the connection that it has, and makes another for the next
                    Runnable retire = () -> made.get().enterIdle();
                    connections.watchServer(connecting, name, outcome, Optional.of(retire));
                    return connecting;
                });
        made.set(builder.build());
        return new AttestedChannel(made.get(), latest);
    }

    // whoever waits for the first attempt hears of it; a later attempt has an outcome of its own
    private static CompletableFuture<AttestedPeer> outcome(
            AtomicReference<CompletableFuture<AttestedPeer>> latest, Channel connecting) {
        CompletableFuture<AttestedPeer> outcome =
                latest.updateAndGet(seen -> seen.isDone() ? new CompletableFuture<>() : seen);
        connecting.closeFuture().addListener(closed -> {
            if (outcome.isDone() && !outcome.isCompletedExceptionally()) {
                latest.compareAndSet(outcome, new CompletableFuture<>());
            }
        });
        return outcome;
    }

    /**
     * Verifies the peer of every open connection again, under the rules of now, and closes what would be refused. To be
     * run when revocation lists, roster, policy or releases have changed.
     *
     * @return how many were closed
     */
    public int recheck() {
        return connections.recheck();
    }

    /** The connections that are open now, of servers and channels alike. */
    public List<AttestedConnections.Connection> connections() {
        return connections.all();
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
