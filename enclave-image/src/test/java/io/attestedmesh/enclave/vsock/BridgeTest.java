package io.attestedmesh.enclave.vsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("try") // much here is closed before its block ends: that is what is tested
class BridgeTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final byte[] HELLO = {1, 2, 3};

    @TempDir
    private Path folder;

    private EventLoop loop;
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        loop = EventLoop.start("bridge");
        server = new ServerSocket(0, 50, LOOPBACK);
    }

    @AfterEach
    void stop() throws IOException {
        loop.close();
        server.close();
    }

    private Bridge bridge(BridgeLimits limits) throws IOException {
        return Bridge.forward(
                loop,
                new TcpAddress(LOOPBACK, 0),
                new TcpAddress(new InetSocketAddress(LOOPBACK, server.getLocalPort())),
                limits,
                BridgeEvents.UNHEARD);
    }

    private static Socket connect(Bridge bridge) throws IOException {
        InetSocketAddress address = ((TcpAddress) bridge.address()).socket();
        return new Socket(address.getAddress(), address.getPort());
    }

    @Test
    void forward_whenClientEndsItsDirection_leavesTheOtherOpen() throws IOException {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT);
                Socket client = connect(bridge);
                Socket accepted = server.accept()) {
            client.getOutputStream().write(HELLO);
            client.shutdownOutput();
            assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(HELLO);
            accepted.getOutputStream().write(HELLO);
            accepted.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(HELLO);
        }
    }

    @Test
    void forward_whenServerEndsItsDirection_leavesTheOtherOpen() throws IOException {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT);
                Socket client = connect(bridge);
                Socket accepted = server.accept()) {
            accepted.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.getOutputStream().write(HELLO);
            client.shutdownOutput();
            assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(HELLO);
        }
    }

    @Test
    void forward_whenClientResets_resetsServer() throws IOException {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT);
                Socket client = connect(bridge);
                Socket accepted = server.accept()) {
            client.setSoLinger(true, 0);
            client.close();
            assertThatThrownBy(() -> accepted.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void forward_whenServerResets_resetsClient() throws IOException {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT);
                Socket client = connect(bridge);
                Socket accepted = server.accept()) {
            client.getOutputStream().write(HELLO);
            assertThat(accepted.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            accepted.setSoLinger(true, 0);
            accepted.close();
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            client.close();
            bridge.close();
            Eventually.equal(() -> bridge.counts().reset(), 1);
            Eventually.equal(() -> bridge.counts().open(), 0);
        }
    }

    @Test
    void forward_whenServerResetsAfterHalfClose_resetsClient() throws IOException {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT);
                Socket client = connect(bridge);
                Socket accepted = server.accept()) {
            accepted.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            accepted.setSoLinger(true, 0);
            accepted.close();
            assertThatThrownBy(() -> {
                        while (true) {
                            client.getOutputStream().write(HELLO);
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void forward_toNobody_resetsAndCounts() throws IOException {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT)) {
            server.close();
            try (Socket client = connect(bridge)) {
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            Eventually.equal(() -> bridge.counts().refused(Refusal.UNREACHABLE), 1);
        }
    }

    @Test
    void forward_beyondTheLimit_refusesTheNewAndKeepsTheOld() throws IOException {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT.withConnections(1));
                Socket client = connect(bridge);
                Socket accepted = server.accept();
                Socket second = connect(bridge)) {
            assertThatThrownBy(() -> second.getInputStream().read()).isInstanceOf(SocketException.class);
            client.getOutputStream().write(HELLO);
            assertThat(accepted.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            Eventually.equal(() -> bridge.counts().refused(Refusal.TOO_MANY_CONNECTIONS), 1);
            Eventually.equal(() -> bridge.counts().open(), 1);
        }
    }

    @Test
    void forward_whenNothingMoves_endsTheConnection() throws IOException {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT.withIdleTimeout(Duration.ofMillis(50)));
                Socket client = connect(bridge);
                Socket accepted = server.accept()) {
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            bridge.close();
            Eventually.equal(() -> bridge.counts().idle(), 1);
        }
    }

    @Test
    void forward_toOneWhoDoesNotRead_holdsLittleAndLosesNothing() throws IOException {
        server.setReceiveBufferSize(16 * 1024);
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT);
                SocketChannel client = SocketChannel.open(((TcpAddress) bridge.address()).socket());
                Socket slow = server.accept()) {
            CodedStream sent = new CodedStream(7, true, 256L << 20);
            long before = sendUntilStuck(client, sent);
            assertThat(before).isLessThan(64L << 20);
            echo(bridge);
            assertThat(bridge.counts().bytesOut()).isLessThan(64L << 20);
            CodedStream received = new CodedStream(7, true, before);
            client.shutdownOutput();
            byte[] part = new byte[64 * 1024];
            int count = slow.getInputStream().read(part);
            while (count >= 0) {
                received.check(ByteBuffer.wrap(part, 0, count));
                count = slow.getInputStream().read(part);
            }
            assertThat(received.isComplete()).isTrue();
        }
    }

    /** How much it could write before there was no room for some time. */
    private static long sendUntilStuck(SocketChannel client, CodedStream stream) throws IOException {
        client.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            client.register(selector, SelectionKey.OP_WRITE);
            ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
            while (selector.select(300) > 0) {
                selector.selectedKeys().clear();
                stream.send(client, buffer);
            }
        }
        return stream.position();
    }

    private void echo(Bridge bridge) throws IOException {
        try (Socket other = connect(bridge);
                Socket accepted = server.accept()) {
            byte[] data = new byte[100_000];
            accepted.getOutputStream().write(data);
            assertThat(other.getInputStream().readNBytes(data.length)).isEqualTo(data);
        }
    }

    @Test
    void loop_whenItIsClosed_endsAllConnections() throws IOException {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT);
                Socket client = connect(bridge);
                Socket accepted = server.accept()) {
            loop.close();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketException.class);
            Eventually.equal(() -> bridge.counts().open(), 0);
        }
    }

    @Test
    void drain_waitsForOpenConnectionsAndTakesNoMore() throws Exception {
        Bridge bridge = bridge(BridgeLimits.DEFAULT);
        try (Socket client = connect(bridge);
                Socket accepted = server.accept()) {
            CompletableFuture<Void> drained = CompletableFuture.runAsync(() -> {
                try {
                    bridge.drain(Duration.ofSeconds(50));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            client.getOutputStream().write(HELLO);
            client.shutdownOutput();
            assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(HELLO);
            accepted.close();
            drained.get(50, TimeUnit.SECONDS);
            assertThat(bridge.counts().reset()).isZero();
            assertThatThrownBy(() -> connect(bridge)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void drain_afterItsGrace_endsWhatIsOpen() throws Exception {
        Bridge bridge = bridge(BridgeLimits.DEFAULT);
        try (Socket client = connect(bridge);
                Socket accepted = server.accept()) {
            bridge.drain(Duration.ofMillis(20));
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void open_onEndedLoop_fails() {
        loop.close();
        assertThatThrownBy(() -> bridge(BridgeLimits.DEFAULT)).isInstanceOf(IOException.class);
    }

    @Test
    void open_onTakenPort_namesTheAddress() throws IOException {
        TcpAddress taken = new TcpAddress(LOOPBACK, server.getLocalPort());
        assertThatThrownBy(() -> Bridge.forward(loop, taken, taken, BridgeLimits.DEFAULT, BridgeEvents.UNHEARD))
                .isInstanceOf(SystemCallException.class)
                .hasMessage("binding to " + taken + ": Address already in use");
    }

    @Test
    void open_onUnixSocket_letsOnlyItsUserInAndRemovesItAtTheEnd() throws IOException {
        UnixAddress address = new UnixAddress(folder.resolve("socket"));
        TcpAddress target = new TcpAddress(LOOPBACK, server.getLocalPort());
        try (Bridge bridge = Bridge.forward(loop, address, target, BridgeLimits.DEFAULT, BridgeEvents.UNHEARD)) {
            assertThat(bridge.address()).isEqualTo(address);
            assertThat(Files.getPosixFilePermissions(address.path()))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThatThrownBy(() -> Bridge.forward(loop, address, target, BridgeLimits.DEFAULT, BridgeEvents.UNHEARD))
                    .hasMessageContaining("already in use");
        }
        assertThat(address.path()).doesNotExist();
    }

    @Test
    void open_onAbandonedUnixSocket_replacesIt() throws IOException {
        UnixAddress address = new UnixAddress(folder.resolve("socket"));
        NativeSocket.listening(address, 1).close();
        assertThat(address.path()).exists();
        TcpAddress target = new TcpAddress(LOOPBACK, server.getLocalPort());
        try (Bridge bridge = Bridge.forward(loop, address, target, BridgeLimits.DEFAULT, BridgeEvents.UNHEARD);
                SocketChannel client = SocketChannel.open(java.net.UnixDomainSocketAddress.of(address.path()))) {
            client.write(ByteBuffer.wrap(HELLO));
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            }
            Eventually.equal(() -> bridge.counts().accepted(), 1);
        }
    }

    @Test
    void open_onOrdinaryFile_leavesItAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "kept");
        TcpAddress target = new TcpAddress(LOOPBACK, server.getLocalPort());
        assertThatThrownBy(() ->
                        Bridge.forward(loop, new UnixAddress(file), target, BridgeLimits.DEFAULT, BridgeEvents.UNHEARD))
                .isInstanceOf(SystemCallException.class);
        assertThat(file).hasContent("kept");
    }

    @Test
    void forward_fromUnixPeerThatIsGoneAfterItsEnd_endsTheConnection() throws Exception {
        UnixAddress address = new UnixAddress(folder.resolve("socket"));
        TcpAddress target = new TcpAddress(LOOPBACK, server.getLocalPort());
        Bridge bridge = Bridge.forward(loop, address, target, BridgeLimits.DEFAULT, BridgeEvents.UNHEARD);
        SocketChannel client = SocketChannel.open(java.net.UnixDomainSocketAddress.of(address.path()));
        client.write(ByteBuffer.wrap(HELLO));
        client.shutdownOutput();
        try (Socket accepted = server.accept()) {
            assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(HELLO);
            client.close();
            bridge.drain(Duration.ofSeconds(50));
            assertThat(bridge.counts().reset()).isZero();
        }
    }

    @Test
    void forward_whenNothingMovesAfterAnEnd_endsTheConnection() throws IOException {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT.withHalfClosedTimeout(Duration.ofMillis(50)));
                Socket whole = connect(bridge);
                Socket wholeAccepted = server.accept();
                Socket half = connect(bridge);
                Socket halfAccepted = server.accept()) {
            half.shutdownOutput();
            assertThatThrownBy(() -> half.getInputStream().read()).isInstanceOf(SocketException.class);
            whole.getOutputStream().write(HELLO);
            assertThat(wholeAccepted.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            assertThat(halfAccepted.getInputStream().read()).isEqualTo(-1);
            Eventually.equal(() -> bridge.counts().idle(), 1);
        }
    }

    @Test
    void forward_whenOneConnectionMeetsADefect_servesTheNext() throws IOException {
        BridgeEvents defective = (reason, detail) -> {
            throw new IllegalStateException("defect");
        };
        TcpAddress target = new TcpAddress(LOOPBACK, server.getLocalPort());
        try (Bridge bridge = Bridge.forward(
                loop, new TcpAddress(LOOPBACK, 0), target, BridgeLimits.DEFAULT.withConnections(1), defective)) {
            try (Socket first = connect(bridge);
                    Socket accepted = server.accept();
                    Socket refused = connect(bridge)) {
                assertThatThrownBy(() -> refused.getInputStream().read()).isInstanceOf(SocketException.class);
                first.shutdownOutput();
                accepted.shutdownOutput();
                assertThat(first.getInputStream().read()).isEqualTo(-1);
            }
            try (Socket next = connect(bridge);
                    Socket accepted = server.accept()) {
                next.getOutputStream().write(HELLO);
                assertThat(accepted.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            }
        }
    }

    @Test
    void loop_thatEndsUnasked_endsAllConnectionsAndSaysSo() throws Exception {
        try (Bridge bridge = bridge(BridgeLimits.DEFAULT);
                Socket client = connect(bridge);
                Socket accepted = server.accept()) {
            CompletableFuture<Void> failed = loop.failed().toCompletableFuture();
            assertThat(failed).isNotDone();
            loop.execute(() -> loop.epoll.close());
            failed.get(30, TimeUnit.SECONDS);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> bridge(BridgeLimits.DEFAULT)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void loop_thatIsClosed_hasNotFailed() {
        loop.close();
        assertThat(loop.failed().toCompletableFuture()).isNotDone();
    }
}
