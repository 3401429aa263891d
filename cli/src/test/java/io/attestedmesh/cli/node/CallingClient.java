package io.attestedmesh.cli.node;

import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.Overrides;
import io.attestedmesh.cli.node.proto.HelloRequest;
import io.attestedmesh.cli.node.proto.NodeGrpc;
import io.attestedmesh.enclave.nsm.NsmDevice;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;

/** Calls a service without a pause and follows the list of releases, as a node that runs beside it does. */
final class CallingClient implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 30;
    private static final int PATIENCE_SECONDS = 60;

    private final NodeParts parts;
    private final AttestedGrpc grpc;
    private final AttestedChannel channel;
    private final String sender;
    private final Thread thread;
    private final Queue<StatusRuntimeException> failures = new ConcurrentLinkedQueue<>();
    private final Phaser calls = new Phaser(1);
    private volatile boolean ending;

    private CallingClient(ConfigSource source, int port, String service) throws Exception {
        MeshConfig config = source.load();
        sender = config.node().name().name();
        parts = NodeParts.ofNode(config, source, Clock.systemUTC(), NsmDevice::open);
        grpc = new AttestedGrpc(parts.client(), TransportLimits.DEFAULT, Clock.systemUTC());
        parts.onChange(grpc::recheck);
        channel = grpc.channel("127.0.0.1", port, service);
        thread = new Thread(this::call, "calling-client");
        thread.start();
    }

    static CallingClient start(Path config, List<String> settings, int port, String service) throws Exception {
        return new CallingClient(new ConfigSource(config, Overrides.of(Map.of(), settings)), port, service);
    }

    private void call() {
        while (!ending) {
            try {
                NodeGrpc.newBlockingStub(channel.channel())
                        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                        .hello(HelloRequest.newBuilder().setSender(sender).build());
            } catch (StatusRuntimeException e) {
                failures.add(e);
            }
            calls.arrive();
        }
    }

    /** Returns after one more whole call, successful or not. */
    void awaitCall() throws Exception {
        int underWay = calls.getPhase();
        int begunSince = calls.awaitAdvanceInterruptibly(underWay, PATIENCE_SECONDS, TimeUnit.SECONDS);
        calls.awaitAdvanceInterruptibly(begunSince, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    List<StatusRuntimeException> failures() {
        return List.copyOf(failures);
    }

    int calls() {
        return calls.getPhase();
    }

    @Override
    public void close() throws IOException {
        ending = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        channel.close();
        grpc.close();
        parts.close();
    }
}
