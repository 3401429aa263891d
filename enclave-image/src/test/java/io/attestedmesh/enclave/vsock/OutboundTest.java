package io.attestedmesh.enclave.vsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both sides of outbound connections, over a Unix socket. */
@Timeout(60)
@SuppressWarnings("try") // much here is closed before its block ends: that is what is tested
class OutboundTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final byte[] HELLO = {1, 2, 3};

    @TempDir
    private Path folder;

    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final CountDownLatch slowName = new CountDownLatch(1);
    private UnixAddress between;
    private EventLoop parent;
    private EventLoop enclave;
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        between = new UnixAddress(folder.resolve("out"));
        parent = EventLoop.start("parent");
        enclave = EventLoop.start("enclave");
        server = new ServerSocket(0, 50, LOOPBACK);
    }

    @AfterEach
    void stop() throws IOException {
        slowName.countDown();
        enclave.close();
        parent.close();
        server.close();
    }

    private List<InetAddress> resolve(String host) throws UnknownHostException {
        return switch (host) {
            case "known.test" -> List.of(LOOPBACK);
            case "second.test" -> List.of(InetAddress.getByName("127.0.0.9"), LOOPBACK);
            case "slow.test" -> {
                try {
                    slowName.await();
                } catch (InterruptedException e) {
                    throw new UnknownHostException("interrupted");
                }
                yield List.of(LOOPBACK);
            }
            default -> throw new UnknownHostException(host);
        };
    }

    private Target target(String host) {
        return new Target(host, server.getLocalPort());
    }

    private Bridge parentSide(BridgeLimits limits, String... allowed) throws IOException {
        Set<Target> targets =
                Set.copyOf(java.util.Arrays.stream(allowed).map(this::target).toList());
        return Bridge.toAllowed(
                parent, between, targets, this::resolve, limits, (reason, detail) -> told.add(reason + " " + detail));
    }

    private Bridge enclaveSide(String host) throws IOException {
        return Bridge.toTarget(
                enclave,
                new TcpAddress(LOOPBACK, 0),
                between,
                target(host),
                BridgeLimits.DEFAULT,
                BridgeEvents.UNHEARD);
    }

    private static Socket connect(Bridge bridge) throws IOException {
        InetSocketAddress address = ((TcpAddress) bridge.address()).socket();
        return new Socket(address.getAddress(), address.getPort());
    }

    @ParameterizedTest
    @CsvSource({"known.test", "second.test"})
    void connection_toAllowedName_arrives(String host) throws IOException {
        try (Bridge outer = parentSide(BridgeLimits.DEFAULT, host);
                Bridge inner = enclaveSide(host);
                Socket client = connect(inner)) {
            client.getOutputStream().write(HELLO);
            client.shutdownOutput();
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(HELLO);
            }
            assertThat(outer.counts().refused()).isEmpty();
        }
    }

    @Test
    void connection_toNameNotOnTheList_isRefusedOnBothSides() throws IOException {
        try (Bridge outer = parentSide(BridgeLimits.DEFAULT, "known.test");
                Bridge inner = enclaveSide("other.test");
                Socket client = connect(inner)) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            Eventually.equal(() -> outer.counts().refused(Refusal.NOT_ALLOWED), 1);
            Eventually.equal(() -> inner.counts().refused(Refusal.NOT_ALLOWED), 1);
            assertThat(told).containsExactly("NOT_ALLOWED the target is not on the list: " + target("other.test"));
        }
    }

    @Test
    void connection_toNameWithoutAddress_isRefused() throws IOException {
        try (Bridge outer = parentSide(BridgeLimits.DEFAULT, "nowhere.test");
                Bridge inner = enclaveSide("nowhere.test");
                Socket client = connect(inner)) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            Eventually.equal(() -> outer.counts().refused(Refusal.UNRESOLVED), 1);
            Eventually.equal(() -> inner.counts().refused(Refusal.UNRESOLVED), 1);
        }
    }

    @Test
    void connection_toClosedPort_isRefused() throws IOException {
        try (Bridge outer = parentSide(BridgeLimits.DEFAULT, "second.test");
                Bridge inner = enclaveSide("second.test")) {
            server.close();
            try (Socket client = connect(inner)) {
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            Eventually.equal(() -> outer.counts().refused(Refusal.UNREACHABLE), 1);
            assertThat(told.element()).contains("127.0.0.1").contains("Connection refused");
        }
    }

    @Test
    void connection_whileAnotherNameIsSlow_doesNotWait() throws IOException {
        try (Bridge outer = parentSide(BridgeLimits.DEFAULT, "known.test", "slow.test");
                Bridge slow = enclaveSide("slow.test");
                Bridge quick = enclaveSide("known.test");
                Socket waiting = connect(slow);
                Socket client = connect(quick);
                Socket accepted = server.accept()) {
            client.getOutputStream().write(HELLO);
            assertThat(accepted.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            Eventually.equal(() -> outer.counts().open(), 2);
            slowName.countDown();
            try (Socket late = server.accept()) {
                late.getOutputStream().write(HELLO);
                assertThat(waiting.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            }
        }
    }

    @Test
    void connection_whoseNameIsTooSlow_isRefused() throws IOException {
        BridgeLimits hasty = BridgeLimits.DEFAULT.withConnectTimeout(Duration.ofMillis(50));
        try (Bridge outer = parentSide(hasty, "slow.test");
                Bridge inner = enclaveSide("slow.test");
                Socket client = connect(inner)) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            Eventually.equal(() -> outer.counts().refused(Refusal.UNRESOLVED), 1);
        }
    }

    @Test
    void connection_withoutParent_isRefused() throws IOException {
        try (Bridge inner = enclaveSide("known.test");
                Socket client = connect(inner)) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            Eventually.equal(() -> inner.counts().refused(Refusal.UNREACHABLE), 1);
        }
    }

    @Test
    void connection_whenParentDies_ends() throws IOException {
        try (Bridge outer = parentSide(BridgeLimits.DEFAULT, "known.test");
                Bridge inner = enclaveSide("known.test");
                Socket client = connect(inner);
                Socket accepted = server.accept()) {
            client.getOutputStream().write(HELLO);
            assertThat(accepted.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            parent.close();
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(client.getInputStream().read())
                    .as("Unix sockets have no reset")
                    .isEqualTo(-1);
            Eventually.equal(() -> outer.counts().open(), 0);
        }
    }

    private Refusal refusalOf(byte[] header, boolean ended, BridgeLimits limits) throws IOException {
        try (Bridge outer = parentSide(limits, "known.test");
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(between.path()))) {
            client.write(ByteBuffer.wrap(header));
            if (ended) {
                client.shutdownOutput();
            }
            int verdict = Channels.newInputStream(client).read();
            Refusal refusal = Verdict.of((byte) verdict).orElseThrow().refusal().orElseThrow();
            Eventually.equal(() -> outer.counts().refused(refusal), 1);
            return refusal;
        }
    }

    private static byte[] header(int length, byte... text) {
        return ByteBuffer.allocate(2 + text.length)
                .putShort((short) length)
                .put(text)
                .array();
    }

    @Test
    void header_tooLong_isRefusedBeforeItIsRead() throws IOException {
        assertThat(refusalOf(header(262), false, BridgeLimits.DEFAULT)).isEqualTo(Refusal.MALFORMED_HEADER);
        assertThat(told.element()).contains("a target of 262 bytes");
    }

    @Test
    void header_empty_isRefused() throws IOException {
        assertThat(refusalOf(header(0), false, BridgeLimits.DEFAULT)).isEqualTo(Refusal.MALFORMED_HEADER);
    }

    @Test
    void header_truncated_isRefused() throws IOException {
        byte[] half = header(10, "a.test".getBytes(StandardCharsets.UTF_8));
        assertThat(refusalOf(half, true, BridgeLimits.DEFAULT)).isEqualTo(Refusal.MALFORMED_HEADER);
    }

    @Test
    void header_notUtf8_isRefused() throws IOException {
        assertThat(refusalOf(header(3, (byte) 0xff, (byte) ':', (byte) '1'), false, BridgeLimits.DEFAULT))
                .isEqualTo(Refusal.MALFORMED_HEADER);
        assertThat(told.element()).contains("not UTF-8");
    }

    @Test
    void header_withControlCharacters_isToldEscaped() throws IOException {
        byte[] text = "evil\n\u001b[2J:1".getBytes(StandardCharsets.UTF_8);
        assertThat(refusalOf(header(text.length, text), false, BridgeLimits.DEFAULT))
                .isEqualTo(Refusal.MALFORMED_HEADER);
        assertThat(told.element()).contains("evil\\u000a\\u001b").doesNotContain("\n");
    }

    @Test
    void header_thatNeverEnds_isRefusedInTime() throws IOException {
        BridgeLimits hasty = BridgeLimits.DEFAULT.withHeaderTimeout(Duration.ofMillis(50));
        assertThat(refusalOf(new byte[1], false, hasty)).isEqualTo(Refusal.HEADER_TIMEOUT);
    }

    @Test
    void bytesAfterTheHeader_belongToTheTarget() throws IOException {
        try (Bridge outer = parentSide(BridgeLimits.DEFAULT, "known.test");
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(between.path()))) {
            Bytes both = Bytes.concat(TargetHeader.encode(target("known.test")), Bytes.of(HELLO));
            client.write(ByteBuffer.wrap(both.toByteArray()));
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            }
            Eventually.equal(() -> outer.counts().bytesOut(), HELLO.length);
        }
    }

    /** What a parent that is none, or a broken one, can do to the enclave. */
    @ParameterizedTest
    @CsvSource({"99", "-1"})
    void verdict_thatIsNone_refusesTheConnection(int answer) throws Exception {
        NativeSocket silent = NativeSocket.listening(between, 1);
        try (Bridge inner = enclaveSide("known.test");
                Socket client = connect(inner)) {
            java.util.Optional<NativeSocket> asked = silent.accept();
            while (asked.isEmpty() && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
                asked = silent.accept();
            }
            try (com.sun.jna.Memory one = new com.sun.jna.Memory(1)) {
                one.setByte(0, (byte) answer);
                asked.get().write(com.sun.jna.Pointer.nativeValue(one), 1);
            }
            asked.get().close();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            Eventually.equal(() -> inner.counts().refused(Refusal.NO_VERDICT), 1);
        } finally {
            silent.close();
        }
    }

    private Bridge otherBridge() throws IOException {
        return Bridge.forward(
                parent,
                new TcpAddress(LOOPBACK, 0),
                new TcpAddress(LOOPBACK, server.getLocalPort()),
                BridgeLimits.DEFAULT,
                BridgeEvents.UNHEARD);
    }

    private void awaitConnections(Bridge bridge, int count) {
        while (bridge.counts().open() < count && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void close_withHeadersOutstanding_leavesOtherConnectionsOfItsLoopAlone() throws Exception {
        BridgeLimits hasty = BridgeLimits.DEFAULT.withHeaderTimeout(Duration.ofMillis(400));
        List<AutoCloseable> open = new ArrayList<>();
        Bridge outer = parentSide(hasty, "known.test");
        try (Bridge other = otherBridge()) {
            for (int i = 0; i < 10; i++) {
                open.add(SocketChannel.open(UnixDomainSocketAddress.of(between.path())));
            }
            awaitConnections(outer, 10);
            outer.close();
            List<Socket> clients = new ArrayList<>();
            List<Socket> servers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(connect(other));
                servers.add(server.accept());
            }
            open.addAll(clients);
            open.addAll(servers);
            CompletableFuture<Void> timersFired = new CompletableFuture<>();
            parent.execute(() -> parent.after(hasty.headerTimeout().multipliedBy(2), () -> timersFired.complete(null)));
            timersFired.get(30, TimeUnit.SECONDS);
            for (int i = 0; i < 10; i++) {
                clients.get(i).getOutputStream().write(HELLO);
                servers.get(i).setSoTimeout(20_000);
                assertThat(servers.get(i).getInputStream().readNBytes(HELLO.length))
                        .isEqualTo(HELLO);
            }
        } finally {
            for (AutoCloseable each : open) {
                each.close();
            }
        }
    }

    @Test
    void loop_closedAfterABridgeWithHeadersOutstanding_endsAllConnections() throws Exception {
        Bridge outer = parentSide(BridgeLimits.DEFAULT, "known.test");
        try (Bridge other = otherBridge();
                SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(between.path()))) {
            awaitConnections(outer, 1);
            try (Socket client = connect(other);
                    Socket accepted = server.accept()) {
                outer.close();
                parent.close();
                client.setSoTimeout(20_000);
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
                assertThat(accepted.isClosed()).isFalse();
                assertThat(silent.isOpen()).isTrue();
            }
        }
    }
}
