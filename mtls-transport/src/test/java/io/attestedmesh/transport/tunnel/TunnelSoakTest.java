package io.attestedmesh.transport.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.attestedmesh.transport.connection.ConnectionLimits;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many streams at once, each with bytes of its own that come back from the target, which end by halves or are reset at random:
 * no byte comes to another stream, and nothing stays open. {@code -Dtunnel.soak.streams} and {@code -Dtunnel.soak.seconds}
 * make it as large and long as the machine's descriptors allow: a stream takes ten of them here.
 */
@Tag("soak")
class TunnelSoakTest {
    private static final int STREAMS = Integer.getInteger("tunnel.soak.streams", 300);
    private static final int SECONDS = Integer.getInteger("tunnel.soak.seconds", 30);
    private static final int LONGEST = 200_000;
    private static final int SLACK = 60;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong whole = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final Random random = new Random(6);
    private volatile boolean goOn = true;
    private TunnelParties parties;
    private volatile int port;

    @BeforeEach
    void found() throws Exception {
        parties = new TunnelParties();
    }

    @AfterEach
    void close() throws Exception {
        parties.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    private static void cut(ChannelHandlerContext context) {
        var unused = context.close();
    }

    /** Sends back what it gets, and ends when that has ended. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            var unused = context.write(message);
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
                var unused = context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> cut(context));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            cut(context);
        }
    }

    /** Sends bytes that only it knows, compares what comes back, ends by half or by a reset, and begins anew. */
    private final class Program extends ChannelInboundHandlerAdapter {
        private final Random sent;
        private final Random expected;
        private final int length;
        private final boolean resets;
        private int toCome;

        Program(long seed, int length, boolean resets) {
            this.sent = new Random(seed);
            this.expected = new Random(seed);
            this.length = length;
            this.toCome = length;
            this.resets = resets;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            ByteBuf bytes = context.alloc().buffer(length);
            for (int i = 0; i < length; i++) {
                bytes.writeByte(sent.nextInt());
            }
            var unused = context.writeAndFlush(bytes).addListener(done -> {
                if (done.isSuccess() && !resets) {
                    shutdownOutput(context.channel());
                }
            });
        }

        private void shutdownOutput(Channel channel) {
            var unused = ((SocketChannel) channel).shutdownOutput();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            while (bytes.isReadable()) {
                toCome--;
                if (bytes.readByte() != (byte) expected.nextInt()) {
                    wrong.incrementAndGet();
                }
            }
            bytes.release();
            if (resets && toCome < length / 2) {
                context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                cut(context);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                cut(context);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (toCome == 0) {
                whole.incrementAndGet();
            } else if (!resets) {
                broken.incrementAndGet();
            }
            again();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            cut(context);
        }
    }

    private synchronized Program next() {
        return new Program(random.nextLong(), 1 + random.nextInt(LONGEST), random.nextInt(4) == 0);
    }

    private void again() {
        if (goOn) {
            begin();
        } else {
            running.decrementAndGet();
        }
    }

    private void begin() {
        var unused = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(next());
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        broken.incrementAndGet();
                        running.decrementAndGet();
                    }
                });
    }

    @Test
    void streams_thatEndInAllWays_keepTheirBytes_andLeaveNothing() throws Exception {
        assumeThat(DESCRIPTORS).isDirectory();
        Channel echo = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        int target = ((InetSocketAddress) echo.localAddress()).getPort();
        ConnectionLimits given = TunnelLimits.DEFAULT.connections();
        Duration patience = Duration.ofSeconds(60);
        parties.limits = parties.limitsOfClient = new TunnelLimits(
                new ConnectionLimits(2 * STREAMS, 2 * STREAMS, patience, given.connectionAge(), given.drainTime()),
                patience,
                TunnelLimits.DEFAULT.idleTimeout());
        TunnelServer server = parties.server(Targets.of(new Endpoint.Tcp("127.0.0.1", target)));
        TunnelClient client = parties.client(server);
        port = ((Endpoint.Tcp) client.listening()).port();
        long before = descriptors();

        running.set(STREAMS);
        for (int i = 0; i < STREAMS; i++) {
            begin();
        }
        assertThat(new CountDownLatch(1).await(SECONDS, TimeUnit.SECONDS)).isFalse();
        goOn = false;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while ((running.get() > 0
                        || !server.streams().isEmpty()
                        || !client.streams().isEmpty())
                && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }

        System.out.println(STREAMS + " streams at once for " + SECONDS + " s: " + whole + " whole, " + broken
                + " broken, " + ends() + ", descriptors " + before + " -> " + descriptors() + ", heap "
                + (used() >> 20) + " MiB");
        assertThat(wrong).hasValue(0);
        assertThat(broken).hasValue(0);
        assertThat(whole.get()).isPositive();
        assertThat(server.streams()).isEmpty();
        assertThat(client.streams()).isEmpty();
        assertThat(settled(before + SLACK)).isLessThan(before + SLACK);
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private Map<String, Double> ends() {
        Map<String, Double> ends = new TreeMap<>();
        parties.metersOfServer
                .find("amesh.tunnel.closed")
                .counters()
                .forEach(counter -> ends.merge(counter.getId().getTag("end"), counter.count(), Double::sum));
        return ends;
    }

    private static long settled(long bound) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        long open = descriptors();
        while (open >= bound && System.nanoTime() - deadline < 0) {
            System.gc();
            open = descriptors();
        }
        return open;
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(DESCRIPTORS)) {
            return open.count();
        }
    }
}
