package io.attestedmesh.voting.node;

import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.voting.journal.FileJournal;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.TestCommittee;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.grpc.Server;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Voting nodes n1, n2, … on loopback, with attested TLS over a simulated Nitro, in one process. */
final class VotingNetwork implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestCommittee committee;
    private final SimulatedMesh mesh;
    private final Path directory;
    private final NodeSettings settings;
    private final Clock clock;
    private final Map<String, Member> members = new TreeMap<>();

    /** One node with its server. */
    final class Member implements AutoCloseable {
        final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        final AttestedGrpc grpc;
        final FileJournal journal;
        final VotingNode node;
        final Server server;
        private final String name;

        Member(String name, StatementSigner signer, Path file, int port) throws Exception {
            this.name = name;
            this.grpc = new AttestedGrpc(
                    mesh.builder(
                                    TlsEngine.preferred(),
                                    CredentialSource.of(mesh.honest(name, SimulatedMesh.RELEASE)),
                                    new ConnectionLog(meters, Optional.empty()))
                            .build(),
                    TransportLimits.DEFAULT);
            this.journal = FileJournal.open(file, committee.committee(), name);
            VotingNode.Builder builder = VotingNode.builder(signer, journal, new AttestedTransport(grpc))
                    .settings(settings)
                    .clock(clock)
                    .meters(meters);
            if (port != 0) {
                builder.advertised(Party.of(1, mesh.entryOf(name), "127.0.0.1", port));
            }
            this.node = builder.build();
            this.server = node.addTo(grpc.server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                    .build()
                    .start();
        }

        Party party() {
            return Party.of(1, mesh.entryOf(name), "127.0.0.1", server.getPort());
        }

        VerifiedStatement vote(String transaction, String value) throws Exception {
            return get(node.vote(new TransactionId(transaction), new Value(value)));
        }

        Optional<TransactionView> status(String transaction) {
            return get(node.status(new TransactionId(transaction)));
        }

        Outcome outcome(String transaction) {
            return status(transaction).map(TransactionView::outcome).orElse(Outcome.PENDING);
        }

        double refusals(NodeReason reason) {
            return refusals(reason.name());
        }

        double refusals(String reason) {
            return meters
                    .find("amesh.voting.refused")
                    .tag("reason", reason.toLowerCase(java.util.Locale.ROOT))
                    .counters()
                    .stream()
                    .mapToDouble(counter -> counter.count())
                    .sum();
        }

        @Override
        public void close() {
            server.shutdownNow();
            node.close();
            journal.close();
            grpc.close();
        }
    }

    /** Makes nobody yet. */
    VotingNetwork(int size, int threshold, Path directory, NodeSettings settings) throws Exception {
        this(size, threshold, directory, settings, Clock.systemUTC());
    }

    VotingNetwork(int size, int threshold, Path directory, NodeSettings settings, Clock clock) throws Exception {
        this.committee = new TestCommittee(size, threshold);
        String[] others = java.util.stream.Stream.concat(
                        committee.committee().nodes().stream(), java.util.stream.Stream.of("stranger"))
                .toArray(String[]::new);
        this.mesh = new SimulatedMesh(others);
        this.directory = directory;
        this.settings = settings;
        this.clock = clock;
    }

    TestCommittee committee() {
        return committee;
    }

    SimulatedMesh mesh() {
        return mesh;
    }

    /** Starts a node with the journal that it has. */
    Member start(String name, int port) throws Exception {
        return start(name, committee.signer(name), directory.resolve(name + ".mv"), port);
    }

    Member start(String name, StatementSigner signer, Path file, int port) throws Exception {
        Member member = new Member(name, signer, file, port);
        members.put(name, member);
        member.node.start();
        return member;
    }

    /** Starts all nodes, each of which knows all others, and waits until they are ready. */
    VotingNetwork startAll() throws Exception {
        for (String name : committee.committee().nodes()) {
            start(name, 0);
        }
        members.values().forEach(this::introduce);
        members.values().forEach(member -> await("a ready " + member.name, () -> isReady(member)));
        return this;
    }

    /** Tells a node where all others are, and them where it is. */
    void introduce(Member member) {
        members.values().forEach(other -> {
            member.node.reach(other.party());
            other.node.reach(member.party());
        });
    }

    boolean isReady(Member member) {
        return get(member.node.info()).ready();
    }

    Member node(String name) {
        return members.get(name);
    }

    Map<String, Member> members() {
        return members;
    }

    void stop(String name) {
        members.remove(name).close();
    }

    EnclaveImage release() {
        return SimulatedMesh.RELEASE;
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("there is never " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer", e);
        } catch (ExecutionException e) {
            throw new Failed(e.getCause());
        }
    }

    /** What was asked for failed. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(Throwable cause) {
            super(cause);
        }
    }

    @Override
    public void close() {
        members.values().forEach(Member::close);
    }
}
