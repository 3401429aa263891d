package io.attestedmesh.voting.coordination;

import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.network.PlainParties;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real etcd of one server on loopback, with its data in a folder of the test's. */
final class EtcdServer implements AutoCloseable {
    private final Path folder;
    private final String scheme;
    private final List<String> options;
    private final int port;
    private final int peerPort;
    private Process process;

    private EtcdServer(Path folder, String scheme, List<String> options) throws IOException {
        this.folder = folder;
        this.scheme = scheme;
        this.options = options;
        this.port = PlainParties.freePort();
        this.peerPort = PlainParties.freePort();
    }

    /** For assumptions: what the tests with etcd need. */
    static boolean isInstalled() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "etcd")));
    }

    static EtcdServer start(Path folder) throws Exception {
        return start(folder, "http", List.of());
    }

    static EtcdServer start(Path folder, String scheme, List<String> options) throws Exception {
        EtcdServer server = new EtcdServer(folder, scheme, options);
        server.start();
        return server;
    }

    void start() throws Exception {
        String peers = "http://127.0.0.1:" + peerPort;
        List<String> command = new ArrayList<>(List.of(
                "etcd",
                "--data-dir",
                folder.resolve("etcd").toString(),
                "--listen-client-urls",
                endpoint().toString(),
                "--advertise-client-urls",
                endpoint().toString(),
                "--listen-peer-urls",
                peers,
                "--initial-advertise-peer-urls",
                peers,
                "--initial-cluster",
                "default=" + peers,
                "--heartbeat-interval",
                "100",
                "--election-timeout",
                "500"));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("etcd.log").toFile())
                .start();
        Eventually.holds(() -> process.isAlive() && (scheme.equals("http") ? answers() : isListening()));
    }

    // one that is killed before it elected itself never does
    private boolean answers() throws Exception {
        RangeRequest any =
                RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("x")).build();
        return raw(channel -> {
            try {
                return KVGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(1, TimeUnit.SECONDS)
                        .range(any)
                        .hasHeader();
            } catch (StatusRuntimeException e) {
                return e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT; // it wants a login
            }
        });
    }

    private boolean isListening() {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** As the kernel does it when memory is short. */
    void kill() {
        process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    int port() {
        return port;
    }

    URI endpoint() {
        return URI.create(scheme + "://127.0.0.1:" + port);
    }

    EtcdSettings settings() {
        return EtcdSettings.plaintext(List.of(endpoint()));
    }

    /** Past all of the code under test. */
    <T> T raw(Raw<T> use) throws Exception {
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                        "127.0.0.1", port, InsecureChannelCredentials.create())
                .build();
        try {
            return use.with(channel);
        } finally {
            channel.shutdownNow();
        }
    }

    interface Raw<T> {
        T with(Channel channel) throws Exception;
    }

    @Override
    public void close() {
        kill();
    }
}
