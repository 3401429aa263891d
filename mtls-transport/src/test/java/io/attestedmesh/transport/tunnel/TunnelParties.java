package io.attestedmesh.transport.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.HandDriven;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Party a with the server of a tunnel and party b with its client, on loopback, and programs at both ends. */
final class TunnelParties {
    static final Duration PATIENCE = Duration.ofSeconds(10);

    final SimpleMeterRegistry metersOfServer = new SimpleMeterRegistry();
    final SimpleMeterRegistry metersOfClient = new SimpleMeterRegistry();
    final SimulatedMesh mesh;
    final HandDriven time;
    final ServerSocket target;

    private final List<AutoCloseable> opened = new ArrayList<>();
    TlsEngine engine = TlsEngine.preferred();
    TunnelLimits limits = TunnelLimits.DEFAULT;
    TunnelLimits limitsOfClient = TunnelLimits.DEFAULT;
    AccessRule rule = new PeerRule(Set.of(SimulatedMesh.B), Set.of(), Set.of());
    AccessRule ruleOfClient = AccessRule.EVERY_VERIFIED_PEER;
    /** Of what each end demands, and so speaks, where it is not what its engine can do. */
    Optional<Freshness> levelOfServer = Optional.empty();

    Optional<Freshness> levelOfClient = Optional.empty();
    boolean proxyHeader;
    Optional<String> service = Optional.empty();
    Optional<Supplier<SslContext>> plainTls = Optional.empty();
    Optional<Endpoint> serverListens = Optional.empty();
    Optional<Endpoint> clientListens = Optional.empty();
    Optional<ScheduledExecutorService> timer = Optional.empty();

    TunnelParties() throws Exception {
        mesh = new SimulatedMesh();
        time = new HandDriven(mesh.now());
        target = opened(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        target.setSoTimeout((int) PATIENCE.toMillis());
    }

    <T extends AutoCloseable> T opened(T thing) {
        opened.add(thing);
        return thing;
    }

    AttestedTls tls(Credential credential, SimpleMeterRegistry meters) throws Exception {
        return tls(credential, meters, Optional.empty());
    }

    private AttestedTls tls(Credential credential, SimpleMeterRegistry meters, Optional<Freshness> level)
            throws Exception {
        AttestedTls.Builder builder = mesh.builder(
                        engine, CredentialSource.of(credential), new ConnectionLog(meters, Optional.empty()))
                .clock(time.clock());
        level.ifPresent(given -> builder.roster(() -> mesh.roster(given)));
        return builder.build();
    }

    Targets targetAlone() {
        return Targets.of(endpoint(target));
    }

    static Endpoint endpoint(ServerSocket socket) {
        return new Endpoint.Tcp("127.0.0.1", socket.getLocalPort());
    }

    static Endpoint anyPort() {
        return new Endpoint.Tcp("127.0.0.1", 0);
    }

    TunnelServer server() throws Exception {
        return server(targetAlone());
    }

    TunnelServer server(Targets targets) throws Exception {
        return opened(TunnelServer.start(
                tls(mesh.honestA(), metersOfServer, levelOfServer),
                new TunnelServer.Settings(serverListens.orElse(anyPort()), targets, rule, proxyHeader, limits),
                time.clock(),
                metersOfServer,
                timer));
    }

    TunnelClient client(Tunnel server) throws Exception {
        return client(server.listening(), mesh.honestB());
    }

    TunnelClient client(Endpoint server, Credential credential) throws Exception {
        return opened(TunnelClient.start(
                tls(credential, metersOfClient, levelOfClient),
                new TunnelClient.Settings(
                        clientListens.orElse(anyPort()),
                        server,
                        SimulatedMesh.A,
                        service,
                        ruleOfClient,
                        plainTls,
                        limitsOfClient),
                time.clock(),
                metersOfClient,
                timer));
    }

    /** A program connects to {@code tunnel}. */
    Socket connect(Tunnel tunnel) throws IOException {
        Endpoint.Tcp where = (Endpoint.Tcp) tunnel.listening();
        Socket socket = opened(new Socket(InetAddress.getLoopbackAddress(), where.port()));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** The target's end of the next stream. */
    Socket accept() throws IOException {
        return accept(target);
    }

    Socket accept(ServerSocket at) throws IOException {
        Socket socket = opened(at.accept());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    /** Nobody has come to the target, nor does while what is under way ends. */
    void assertNothingReached() throws IOException {
        target.setSoTimeout(100);
        try (Socket reached = target.accept()) {
            throw new AssertionError("a stream reached the target from " + reached);
        } catch (SocketTimeoutException nobody) {
            target.setSoTimeout((int) PATIENCE.toMillis());
        }
    }

    static void send(Socket socket, byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    static byte[] receive(Socket socket, int length) throws IOException {
        return socket.getInputStream().readNBytes(length);
    }

    /** Whether the socket was reset, rather than ended. */
    static boolean isReset(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        try {
            while (in.read() >= 0) {
                // what was under way
            }
            return false;
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return true;
        }
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    static double count(SimpleMeterRegistry meters, String name, String... tags) {
        return meters.find(name).tags(tags).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    void awaitEnd(SimpleMeterRegistry meters, StreamEnd how) {
        await(() -> count(meters, "amesh.tunnel.closed", "end", how.name()) > 0);
    }

    void awaitEnds(StreamEnd how) {
        awaitEnd(metersOfServer, how);
        awaitEnd(metersOfClient, how);
    }

    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }
}
