package io.attestedmesh.benchmarks;

import io.attestedmesh.benchmarks.SeededProgram.End;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The programs at both ends of a tunnel: holds a number of streams open, a new one for each that ends. */
final class SoakLoad implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final long TICK_MILLIS = 50;
    private static final int OPENED_A_TICK = 3;

    // one thread: all of the counting and choosing happens there
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final SplittableRandom random = new SplittableRandom(6);
    private final Map<End, AtomicLong> ends = new ConcurrentHashMap<>();
    private final AtomicLong unreached = new AtomicLong();
    private final AtomicLong resetsAtTarget = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger connecting = new AtomicInteger();
    private final Channel target;
    private volatile int wanted;
    private volatile int port;

    SoakLoad(int connections) throws InterruptedException {
        target = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, Math.min(connections, BACKLOG))
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new EchoTarget(random.split(), resetsAtTarget));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        begin();
    }

    int targetPort() {
        return ((InetSocketAddress) target.localAddress()).getPort();
    }

    /** Where the tunnel listens; streams are opened from now on, as many as {@link #hold} says. */
    void leadThrough(int tunnel) {
        port = tunnel;
        var unused = loop.next().scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** So many at once; none has those that are open end soon. */
    void hold(int streams) {
        wanted = streams;
    }

    /** Streams that are open. */
    int open() {
        return open.get();
    }

    /** Counts from zero. */
    void begin() {
        for (End end : End.values()) {
            ends.put(end, new AtomicLong());
        }
        unreached.set(0);
        resetsAtTarget.set(0);
    }

    private void tick() {
        for (int i = 0; i < OPENED_A_TICK && open.get() + connecting.get() < wanted; i++) {
            connect();
        }
    }

    private void connect() {
        connecting.incrementAndGet();
        long seed = random.nextLong();
        var unused = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new SeededProgram(seed, () -> wanted == 0, SoakLoad.this::ended));
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .addListener((ChannelFutureListener) connected -> {
                    connecting.decrementAndGet();
                    if (connected.isSuccess()) {
                        open.incrementAndGet();
                    } else {
                        unreached.incrementAndGet();
                    }
                });
    }

    private void ended(End end) {
        open.decrementAndGet();
        ends.get(end).incrementAndGet();
    }

    /** No byte was wrong, nothing was cut short, and nothing was reset that no program reset. */
    boolean clean() {
        return count(End.CROSSED) == 0
                && count(End.TRUNCATED) == 0
                && count(End.WHOLE) > 0
                && unreached.get() == 0
                && count(End.RESET_THERE) <= resetsAtTarget.get();
    }

    private long count(End end) {
        return ends.get(end).get();
    }

    String summary() {
        return count(End.WHOLE) + " streams ended whole, " + count(End.RESET_HERE) + " were reset by the program, "
                + count(End.RESET_THERE) + " seen reset (" + resetsAtTarget + " by the target), " + count(End.TRUNCATED)
                + " cut short, " + count(End.CROSSED) + " with a wrong byte, " + unreached + " not reached";
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
