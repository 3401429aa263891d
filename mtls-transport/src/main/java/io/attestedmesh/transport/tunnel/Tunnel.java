package io.attestedmesh.transport.tunnel;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.connection.AttestedConnections;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One end of a tunnel, listening. Thread-safe. */
public abstract sealed class Tunnel implements AutoCloseable permits TunnelServer, TunnelClient {
    /** What both ends say in ALPN; a peer that does not is refused. */
    public static final String PROTOCOL = "amesh-tunnel/1";

    /**
     * An open stream.
     *
     * @param peer the other end of the tunnel, once it is accepted
     * @param remote where it comes from
     * @param target where it leads, once that is known
     * @param received bytes from the other end of the tunnel
     * @param sent bytes to it
     */
    public record Stream(
            Optional<AttestedPeer> peer,
            String remote,
            Optional<String> target,
            Instant since,
            long received,
            long sent) {}

    // a record of TLS is 16 KiB: some are under way while the next are read
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 256 << 10);
    private static final Duration TO_TELL = Duration.ofSeconds(2);
    private static final int LOOKUP_THREADS = 4;
    private static final int WAITING_LOOKUPS = 1024;

    private final TunnelLimits limits;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    private final ExecutorService lookups;
    private final AddressLookup names;
    private final ScheduledExecutorService timer;
    private final AttestedConnections connections;
    private final Streams streams;
    private Optional<Channel> listening = Optional.empty();
    private Optional<Path> socketFile = Optional.empty();

    Tunnel(
            String role,
            AttestedTls tls,
            TunnelLimits limits,
            AccessRule rule,
            Clock clock,
            MeterRegistry meters,
            Optional<ScheduledExecutorService> timer) {
        this.limits = limits;
        this.timer = timer.orElse(loops);
        this.lookups = lookupThreads(role);
        this.names = new AddressLookup(lookups);
        this.streams = new Streams(role, meters, clock);
        this.connections =
                new AttestedConnections(tls, limits.connections(), rule, pipeline -> true, clock, this.timer);
    }

    private static ExecutorService lookupThreads(String role) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                LOOKUP_THREADS,
                LOOKUP_THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_LOOKUPS),
                task -> {
                    Thread thread = new Thread(task, "amesh-tunnel-" + role + "-names");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    final AttestedConnections attested() {
        return connections;
    }

    final TunnelLimits limits() {
        return limits;
    }

    final Streams all() {
        return streams;
    }

    final ScheduledExecutorService timer() {
        return timer;
    }

    /** Listens; {@code accept} fills the pipeline of each connection that {@code gate} lets in. */
    final void listen(Endpoint where, ChannelHandler gate, boolean readAtOnce, ChannelInitializer<Channel> accept)
            throws IOException {
        if (where instanceof Endpoint.Unix unix) {
            UnixSockets.clear(unix.path());
        }
        SocketAddress address =
                where instanceof Endpoint.Tcp tcp ? new InetSocketAddress(tcp.host(), tcp.port()) : where.address();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(where.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .handler(gate)
                .childOption(ChannelOption.AUTO_READ, readAtOnce)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(accept);
        if (where instanceof Endpoint.Tcp) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause().getMessage(), bound.cause());
        }
        listening = Optional.of(bound.channel());
        if (where instanceof Endpoint.Unix unix) {
            UnixSockets.restrict(unix.path());
            socketFile = Optional.of(unix.path());
        }
    }

    /** What connects to {@code where}, on the loop of the connection that it is for. */
    final Bootstrap connecting(Endpoint where, EventLoop loop, boolean readAtOnce) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(where.channel())
                .resolver(names)
                .remoteAddress(where.address())
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(limits.connectTimeout().toMillis()))
                .option(ChannelOption.AUTO_READ, readAtOnce)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
        return where instanceof Endpoint.Tcp ? bootstrap.option(ChannelOption.SO_KEEPALIVE, true) : bootstrap;
    }

    /** Where it listens, with the port that was chosen. */
    public final Endpoint listening() {
        return listening.orElseThrow().localAddress() instanceof InetSocketAddress inet
                ? new Endpoint.Tcp(inet.getAddress().getHostAddress(), inet.getPort())
                : new Endpoint.Unix(socketFile.orElseThrow());
    }

    /** The streams that are open now, or about to be. */
    public final List<Stream> streams() {
        return streams.all().stream().map(TunnelStream::seen).toList();
    }

    /**
     * Verifies the peer of every stream again, under the rules of now, and cuts those that would be refused. To be run when
     * revocation lists, roster, policy or releases have changed.
     *
     * @return how many were cut
     */
    public final int recheck() {
        return connections.recheck();
    }

    /** Accepts no more; the streams that are open go on. */
    public final void stopListening() {
        listening.ifPresent(channel -> channel.close().awaitUninterruptibly(5, TimeUnit.SECONDS));
        socketFile.ifPresent(UnixSockets::remove);
    }

    /**
     * Accepts no more, and waits until the streams have ended.
     *
     * @return false if some had not after {@code patience}; they are open still
     */
    public final boolean drain(Duration patience) throws InterruptedException {
        stopListening();
        return streams.awaitNone(patience);
    }

    /** Cuts what is open, telling the other ends, and gives everything back. */
    @Override
    public final void close() {
        stopListening();
        List<TunnelStream> cut = streams.all();
        cut.forEach(stream -> stream.inLoop(() -> stream.end(StreamEnd.DRAINED, false)));
        long patience = System.nanoTime() + TO_TELL.toNanos();
        cut.forEach(stream -> stream.awaitClosed(Duration.ofNanos(patience - System.nanoTime())));
        loops.shutdownGracefully(100, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        names.close();
        lookups.shutdownNow();
    }
}
