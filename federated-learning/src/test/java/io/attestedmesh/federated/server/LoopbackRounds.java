package io.attestedmesh.federated.server;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.aggregate.Rules;
import io.attestedmesh.federated.flower.FlowerClient;
import io.attestedmesh.federated.flower.FlowerService;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A server of rounds on loopback without TLS, and clients of it. */
public final class LoopbackRounds implements AutoCloseable {
    private static final int MOST_CLIENTS = 8;

    public final Participants participants = new Participants(MOST_CLIENTS);
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Traffic traffic = new Traffic();
    private final InsecurePlaintext plaintext = InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final Server server;
    private final RoundFiles files;
    private volatile Optional<AttestedPeer> caller = Optional.empty();

    /** A client that takes part on a thread of its own. */
    public record Joined(Future<FlowerClient.Ended> future) {}

    public LoopbackRounds(Path folder) throws IOException {
        this(folder, 2);
    }

    LoopbackRounds(Path folder, int transfers) throws IOException {
        files = RoundFiles.open(folder, true);
        server = new FlowerService(participants, () -> caller, transfers, timer)
                .addTo(plaintext.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .addStreamTracerFactory(traffic)
                .build()
                .start();
    }

    public int port() {
        return server.getPort();
    }

    /** Has all who join from now on have proved that name. */
    void proves(String name) {
        caller = Optional.of(
                new AttestedPeer(new PeerIdentity(name), Instant.MAX, Optional.empty(), Freshness.CERTIFICATE));
    }

    /** A channel of its own, as a process would have. */
    public ManagedChannel channel() {
        ManagedChannel channel = plaintext.channel("127.0.0.1", port()).build();
        channels.add(channel);
        return channel;
    }

    /** Joins, and trains as it is told. */
    public Joined join(Learner learner) {
        FlowerClient client = new FlowerClient(channel(), learner, did -> {});
        return new Joined(threads.submit(client::join));
    }

    public RoundServer server(RoundSettings settings) {
        return server(settings, Rules.of("fedavg", Map.of()));
    }

    public RoundServer server(RoundSettings settings, AggregationRule rule) {
        return new RoundServer(settings, rule, participants, files, meters, Clock.systemUTC(), new Random(1));
    }

    /** Runs on a thread of its own. */
    public CompletableFuture<Model> start(RoundServer rounds, Optional<Model> initial) {
        return CompletableFuture.supplyAsync(() -> unchecked(() -> rounds.run(initial)), threads);
    }

    private static <T> T unchecked(Callable<T> what) {
        try {
            return what.call();
        } catch (Exception e) {
            throw new java.util.concurrent.CompletionException(e);
        }
    }

    @Override
    public void close() throws IOException {
        channels.forEach(ManagedChannel::shutdownNow);
        server.shutdownNow();
        threads.shutdownNow();
        timer.shutdownNow();
        try {
            server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        files.close();
    }
}
