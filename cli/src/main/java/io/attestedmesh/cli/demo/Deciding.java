package io.attestedmesh.cli.demo;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.voting.coordination.Coordination;
import io.attestedmesh.voting.coordination.EmbeddedCoordination;
import io.attestedmesh.voting.journal.FileJournal;
import io.attestedmesh.voting.ledger.AuditReport;
import io.attestedmesh.voting.ledger.Ledger;
import io.attestedmesh.voting.ledger.LedgerAudit;
import io.attestedmesh.voting.ledger.SqlLedger;
import io.attestedmesh.voting.node.InsecureByzantine;
import io.attestedmesh.voting.node.NodeSettings;
import io.attestedmesh.voting.node.PeerView;
import io.attestedmesh.voting.node.TransactionView;
import io.attestedmesh.voting.node.VotingNode;
import io.attestedmesh.voting.replica.ReplicaSettings;
import io.attestedmesh.voting.service.VotingService;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.violation.Conduct;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.violation.ViolationType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** One voting node of the demo with its files, on its attested connections. */
final class Deciding implements AutoCloseable {
    /** As in a network of machines, but that a demo does not wait for half a minute. */
    private static final NodeSettings SETTINGS = NodeSettings.DEFAULT.with(ReplicaSettings.DEFAULT
            .withDeadline(Duration.ofSeconds(4))
            .withAsk(Duration.ofMillis(200))
            .withGrace(Duration.ofSeconds(1)));

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long STEP_MILLIS = 20;

    private final String name;
    private final Node connections;
    private final StatementSigner signer;
    private final FileJournal journal;
    private final Ledger ledger;
    private final Coordination coordination;
    private final VotingNode node;
    private final VotingService service;
    private final Clock clock;

    Deciding(Node connections, Committee committee, String name, Ed25519PrivateKey key, Path folder, Clock clock)
            throws Exception {
        Files.createDirectories(folder);
        this.name = name;
        this.connections = connections;
        this.clock = clock;
        this.signer = new StatementSigner(committee, name, key);
        this.journal = FileJournal.open(folder.resolve("journal.mv"), committee, name);
        this.ledger = SqlLedger.embedded(folder.resolve("ledger").toAbsolutePath());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        this.coordination = EmbeddedCoordination.open(folder.resolve("coordination.mv"), committee, meters, clock);
        this.node = VotingNode.builder(signer, journal, new AttestedTransport(connections.grpc()))
                .settings(SETTINGS)
                .clock(clock)
                .build();
        this.service = new VotingService(node, signer, ledger, coordination, Optional.empty(), meters);
        connections.listen(0, node::addTo);
    }

    void start() {
        service.start();
    }

    /** Connects to another one. */
    void reach(Deciding other) {
        node.reach(other.party());
    }

    /** Where it listens. */
    Party party() {
        return Party.of(1, new PeerIdentity(name), "127.0.0.1", connections.port());
    }

    void awaitReady() throws Exception {
        await(() -> node.info().get().ready()
                && node.peers().get().stream().allMatch(peer -> peer.reached() && peer.calls()));
    }

    void vote(String transaction, String value) throws Exception {
        var unused =
                node.vote(new TransactionId(transaction), new Value(value)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    Optional<TransactionView> status(String transaction) throws Exception {
        return node.status(new TransactionId(transaction)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Once the transaction is decided or has failed here; empty if that takes too long. */
    Optional<TransactionView> settled(String transaction) throws Exception {
        boolean settled = await(() -> status(transaction)
                .filter(view -> view.ballot().certificate().isPresent())
                .isPresent());
        return settled ? status(transaction) : Optional.empty();
    }

    /** The first violation of that kind by that node that is known here; empty if there is none for too long. */
    Optional<Conduct.Known> violation(ViolationType type, String accused) throws Exception {
        boolean known = await(() -> find(type, accused).isPresent());
        return known ? find(type, accused) : Optional.empty();
    }

    private Optional<Conduct.Known> find(ViolationType type, String accused) throws Exception {
        return node.violations().get(PATIENCE.toSeconds(), TimeUnit.SECONDS).stream()
                .filter(known -> known.violation().type() == type
                        && known.violation().accused().equals(accused))
                .findFirst();
    }

    /** Whether this node comes to count that one no more, or again. */
    boolean awaitExcluded(String other, boolean excluded) throws Exception {
        return await(() -> peers().stream().anyMatch(peer -> peer.node().equals(other) && peer.excluded() == excluded));
    }

    List<PeerView> peers() throws Exception {
        return node.peers().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void reinstate(Committee committee, String other, Ed25519PrivateKey operator) throws Exception {
        Reinstatement act = Reinstatement.of(committee, other, clock.instant(), operator);
        node.reinstate(act).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    InsecureByzantine liar() {
        return new InsecureByzantine(node, signer);
    }

    /** Its chain in the ledger, once all that it has to write is there. */
    AuditReport audit() throws Exception {
        boolean written = await(() -> node.ledger().size() == 0);
        if (!written) {
            throw new IllegalStateException("the ledger of " + name + " is behind: " + service.ledger());
        }
        return new LedgerAudit(node.keys()).audit(ledger, name);
    }

    VotingNode node() {
        return node;
    }

    static boolean await(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
        return true;
    }

    @Override
    public void close() {
        connections.stopListening();
        service.close();
        journal.close();
        ledger.close();
        coordination.close();
    }
}
