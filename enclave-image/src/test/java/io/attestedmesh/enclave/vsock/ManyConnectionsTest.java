package io.attestedmesh.enclave.vsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of connections at once through both sides, in and out; no byte may be lost, doubled or crossed. */
class ManyConnectionsTest {
    private static final int CONNECTIONS = 2000;
    private static final int DESCRIPTORS_EACH = 6;
    private static final int FEWEST_DESCRIPTORS = 2000;
    private static final int SECONDS = 120;
    private static final long SEED = 20_261_127;
    private static final Target NAME = new Target("server.test", 1);

    @TempDir
    private Path folder;

    /** What connection {@code number} does, the same for both its ends. */
    private record Plan(int number, long up, long down, boolean clientWaits, boolean serverWaits) {
        static Plan of(int number) {
            Random random = new Random(SEED * 31 + number);
            boolean waits = random.nextInt(3) == 0;
            boolean client = random.nextBoolean();
            return new Plan(number, size(random), size(random), waits && client, waits && !client);
        }

        private static long size(Random random) {
            return switch (random.nextInt(20)) {
                case 0 -> 0;
                case 1 -> 1;
                case 2 -> 400_000 + random.nextInt(400_000);
                default -> random.nextInt(30_000);
            };
        }

        CodedEnd client() {
            return new CodedEnd(new CodedStream(number, true, up), new CodedStream(number, false, down), clientWaits);
        }

        CodedEnd server() {
            return new CodedEnd(new CodedStream(number, false, down), new CodedStream(number, true, up), serverWaits);
        }
    }

    @Test
    void bridges_withThousandsOfConnectionsAndHalfCloses_loseAndCrossNothing(TestReporter reporter) throws Exception {
        int count = affordable(reporter);
        InetAddress loopback = InetAddress.getLoopbackAddress();
        TcpAddress anyPort = new TcpAddress(loopback, 0);
        UnixAddress outbound = new UnixAddress(folder.resolve("out"));
        UnixAddress inbound = new UnixAddress(folder.resolve("in"));
        long start = System.nanoTime();
        try (Selector clients = Selector.open();
                Selector servers = Selector.open();
                ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(loopback, 0), CONNECTIONS).configureBlocking(false);
            server.register(servers, SelectionKey.OP_ACCEPT);
            InetSocketAddress target = (InetSocketAddress) server.getLocalAddress();
            Target named = new Target(NAME.host(), target.getPort());
            try (EventLoop parent = EventLoop.start("parent");
                    EventLoop enclave = EventLoop.start("enclave");
                    Bridge parentOut = Bridge.toAllowed(
                            parent,
                            outbound,
                            Set.of(named),
                            host -> List.of(loopback),
                            limits(),
                            BridgeEvents.UNHEARD);
                    Bridge enclaveOut =
                            Bridge.toTarget(enclave, anyPort, outbound, named, limits(), BridgeEvents.UNHEARD);
                    Bridge enclaveIn =
                            Bridge.forward(enclave, inbound, new TcpAddress(target), limits(), BridgeEvents.UNHEARD);
                    Bridge parentIn = Bridge.forward(parent, anyPort, inbound, limits(), BridgeEvents.UNHEARD)) {
                CompletableFuture<Void> allArrived = new CompletableFuture<>();
                FutureTask<Void> serving = inThread(() -> serve(servers, server, count, allArrived));
                Map<Integer, SocketChannel> open = connect(count, enclaveOut.address(), parentIn.address());
                FutureTask<Void> calling = inThread(() -> call(clients, open));
                awaitFirstFailureOrAll(allArrived, serving, calling);
                calling.get(SECONDS, TimeUnit.SECONDS);
                serving.get(SECONDS, TimeUnit.SECONDS);
                List<Bridge> bridges = List.of(parentOut, enclaveOut, enclaveIn, parentIn);
                for (Bridge bridge : bridges) {
                    assertThat(bridge.counts().refused()).isEmpty();
                    Eventually.equal(() -> bridge.counts().accepted(), count / 2);
                }
                Eventually.equal(
                        () -> bridges.stream()
                                .map(Bridge::counts)
                                .mapToLong(counts -> counts.bytesOut() + counts.bytesBack())
                                .sum(),
                        2 * planned(count));
            }
        }
        reporter.publishEntry(
                count + " connections",
                planned(count) / 1_000_000 + " MB in " + (System.nanoTime() - start) / 1_000_000 + " ms");
    }

    private static int affordable(TestReporter reporter) {
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long free = system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - 200;
        int count = (int) Math.min(CONNECTIONS, free / DESCRIPTORS_EACH / 2 * 2);
        assumeTrue(free >= FEWEST_DESCRIPTORS, () -> "there are only " + free + " descriptors: see ulimit -n");
        if (count < CONNECTIONS) {
            reporter.publishEntry("only " + count + " connections", "for want of descriptors");
        }
        return count;
    }

    private static BridgeLimits limits() {
        return BridgeLimits.DEFAULT
                .withConnectTimeout(java.time.Duration.ofSeconds(SECONDS))
                .withHeaderTimeout(java.time.Duration.ofSeconds(SECONDS));
    }

    private static long planned(int count) {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += Integer.BYTES + Plan.of(i).up() + Plan.of(i).down();
        }
        return bytes;
    }

    /** Every connection says its number first; the even ones go out of the enclave, the odd ones into it. */
    private static Map<Integer, SocketChannel> connect(int count, StreamAddress out, StreamAddress in)
            throws Exception {
        Map<Integer, SocketChannel> open = new HashMap<>();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(((TcpAddress) (i % 2 == 0 ? out : in)).socket());
            channel.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, i));
            open.put(i, channel);
        }
        return open;
    }

    private static Void call(Selector selector, Map<Integer, SocketChannel> channels) throws Exception {
        for (Map.Entry<Integer, SocketChannel> entry : channels.entrySet()) {
            entry.getValue().configureBlocking(false);
            CodedEnd end = Plan.of(entry.getKey()).client();
            entry.getValue().register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE, end);
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
        int over = 0;
        while (over < channels.size()) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                over += ((CodedEnd) key.attachment()).step(key, buffer) ? 1 : 0;
            }
            selector.selectedKeys().clear();
        }
        return null;
    }

    /** Waits with every byte until all are there, so that all are open at once. */
    private static Void serve(
            Selector selector, ServerSocketChannel server, int count, CompletableFuture<Void> allArrived)
            throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
        int arrived = 0;
        int over = 0;
        while (over < count) {
            selector.select();
            for (SelectionKey key : selector.selectedKeys()) {
                if (key.isAcceptable()) {
                    SocketChannel channel = server.accept();
                    channel.configureBlocking(false);
                    channel.register(selector, SelectionKey.OP_READ);
                } else if (key.attachment() == null) {
                    key.attach(Plan.of(number((SocketChannel) key.channel())).server());
                    key.interestOps(0);
                    arrived++;
                    if (arrived == count) {
                        allArrived.complete(null);
                        selector.keys().stream()
                                .filter(other -> other.attachment() != null)
                                .forEach(other -> other.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE));
                    }
                } else {
                    over += ((CodedEnd) key.attachment()).step(key, buffer) ? 1 : 0;
                }
            }
            selector.selectedKeys().clear();
        }
        return null;
    }

    private static int number(SocketChannel channel) throws Exception {
        ByteBuffer number = ByteBuffer.allocate(Integer.BYTES);
        assertThat(channel.read(number)).as("four bytes come together").isEqualTo(Integer.BYTES);
        return number.getInt(0);
    }

    private static FutureTask<Void> inThread(java.util.concurrent.Callable<Void> work) {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "checker");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static void awaitFirstFailureOrAll(
            CompletableFuture<Void> allArrived, FutureTask<Void> serving, FutureTask<Void> calling) throws Exception {
        try {
            allArrived.get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            for (FutureTask<Void> task : List.of(serving, calling)) {
                if (task.isDone()) {
                    task.get();
                }
            }
            throw e;
        }
    }
}
