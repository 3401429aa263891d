package io.attestedmesh.voting.service;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.voting.coordination.Coordination;
import io.attestedmesh.voting.coordination.CoordinationException;
import io.attestedmesh.voting.coordination.MemberRecord;
import io.attestedmesh.voting.coordination.Membership;
import io.attestedmesh.voting.coordination.OutcomePublisher;
import io.attestedmesh.voting.coordination.OutcomeWatcher;
import io.attestedmesh.voting.coordination.PublisherSettings;
import io.attestedmesh.voting.coordination.PublisherState;
import io.attestedmesh.voting.ledger.Ledger;
import io.attestedmesh.voting.ledger.LedgerStatus;
import io.attestedmesh.voting.ledger.LedgerWriter;
import io.attestedmesh.voting.ledger.WriterPace;
import io.attestedmesh.voting.node.TransactionView;
import io.attestedmesh.voting.node.VotingNode;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.TransactionId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Writes to the ledger and to the coordination store what a node spools, and tells the node what others wrote there. */
public final class VotingService implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(VotingService.class.getName());
    private static final Duration LEASE = Duration.ofSeconds(15);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final VotingNode node;
    private final StatementSigner signer;
    private final Ledger ledger;
    private final Coordination coordination;
    private final Optional<Party> advertised;
    private final MeterRegistry meters;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "voting-members");
        thread.setDaemon(true);
        return thread;
    });
    private LedgerWriter writer;
    private OutcomePublisher publisher;
    private Optional<OutcomeWatcher> watcher = Optional.empty();
    private Optional<Membership> membership = Optional.empty();

    /**
     * Does nothing before {@link #start}. The stores are the caller's to close, after this; so is the node.
     *
     * @param advertised where others reach the node, if they may be told
     */
    public VotingService(
            VotingNode node,
            StatementSigner signer,
            Ledger ledger,
            Coordination coordination,
            Optional<Party> advertised,
            MeterRegistry meters) {
        this.node = node;
        this.signer = signer;
        this.ledger = ledger;
        this.coordination = coordination;
        this.advertised = advertised;
        this.meters = meters;
    }

    /** Starts the node, and all that reads and writes beside it. */
    public void start() {
        writer = LedgerWriter.start(node.ledger(), ledger, signer, WriterPace.DEFAULT, meters);
        publisher = OutcomePublisher.start(
                node.outcomes(), coordination, node.verifier(), PublisherSettings.DEFAULT, meters);
        node.onOutcome(() -> {
            writer.wake();
            publisher.wake();
        });
        node.start();
        membership = advertised.map(self -> coordination.join(
                new MemberRecord(
                        signer.node(),
                        self.host(),
                        self.port(),
                        signer.committee().epoch()),
                LEASE));
        var unused = timer.scheduleWithFixedDelay(this::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Watches outcomes as soon as the store lets it, and calls members whose addresses only the store knows. */
    private void look() {
        try {
            if (watcher.isEmpty()) {
                watcher = Optional.of(
                        OutcomeWatcher.start(coordination, node.verifier(), this::isUnsettled, node::adopt, meters));
            } else {
                watcher.get().keyAnnounced();
            }
            coordination.members().stream()
                    .filter(member -> member.epoch() == signer.committee().epoch())
                    .forEach(member ->
                            node.reach(Party.of(1, new PeerIdentity(member.node()), member.host(), member.port())));
        } catch (CoordinationException e) {
            LOG.log(System.Logger.Level.DEBUG, "event=voting.coordination.away", e); // the publisher says so once
        } catch (RuntimeException e) { // a task that is repeated would end for ever
            LOG.log(System.Logger.Level.ERROR, "event=voting.members.failed", e);
        }
    }

    private boolean isUnsettled(TransactionId transaction) {
        try {
            return node.status(transaction)
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .map(TransactionView::outcome)
                    .filter(outcome -> outcome != Outcome.PENDING)
                    .isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return true; // to read it once more does no harm
        }
    }

    /** Where the writing of the ledger stands. */
    public LedgerStatus ledger() {
        return writer.status();
    }

    /** Where telling the coordination store stands. */
    public PublisherState coordination() {
        return publisher.state();
    }

    /** Ends what {@link #start} began, the node too; what waits is written if that takes no long time. */
    @Override
    public void close() {
        timer.shutdownNow();
        node.close();
        membership.ifPresent(Membership::close);
        watcher.ifPresent(OutcomeWatcher::close);
        if (writer != null) {
            writer.close();
            publisher.close();
        }
    }
}
