package io.attestedmesh.voting.node;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.transport.LineLimit;
import io.attestedmesh.voting.journal.FileSpool;
import io.attestedmesh.voting.ledger.LedgerEntry;
import io.attestedmesh.voting.ledger.ReputationEntry;
import io.attestedmesh.voting.ledger.TransactionEntry;
import io.attestedmesh.voting.ledger.ViolationEntry;
import io.attestedmesh.voting.ledger.VoteEntry;
import io.attestedmesh.voting.replica.Ballot;
import io.attestedmesh.voting.replica.ReplicaListener;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Puts what a replica reports into the spools of the ledger and of the coordination store, in the same commit as the replica's
 * own journal; counts it, and logs what an operator has to know.
 */
final class Chronicle implements ReplicaListener {
    private static final System.Logger LOG = System.getLogger(Chronicle.class.getName());
    /** What one statement can bring about: a row for it, its outcome, and a violation with a score for each node. */
    private static final long MOST_AT_ONCE = 1024;

    private final String self;
    private final FileSpool ledger;
    private final FileSpool outcomes;
    private final long room;
    private final MeterRegistry meters;
    private final NodeListener listener;
    private final Consumer<Runnable> onceDurable;
    private final LineLimit lines = new LineLimit();

    /**
     * Writes nothing yet.
     *
     * @param room how much may wait in each spool
     * @param onceDurable runs what it is given after the next commit
     */
    Chronicle(
            String self,
            FileSpool ledger,
            FileSpool outcomes,
            long room,
            MeterRegistry meters,
            NodeListener listener,
            Consumer<Runnable> onceDurable) {
        this.self = self;
        this.ledger = ledger;
        this.outcomes = outcomes;
        this.room = room;
        this.meters = meters;
        this.listener = listener;
        this.onceDurable = onceDurable;
        meters.gauge("amesh.voting.spool", Tags.of("of", "ledger"), ledger, FileSpool::size);
        meters.gauge("amesh.voting.spool", Tags.of("of", "coordination"), outcomes, FileSpool::size);
    }

    private void write(LedgerEntry entry) {
        long unused = ledger.append(entry.encoded());
    }

    @Override
    public void stated(VerifiedStatement statement, Instant now) {
        write(VoteEntry.of(statement.signed(), now));
        if (!statement.node().equals(self)) { // its own may leave this node by no way before they are durable
            tell(() -> listener.stated(statement));
        }
        count("amesh.voting.statements", "kind", statement.statement().isTimeout() ? "timeout" : "vote");
    }

    @Override
    public void settled(Ballot ballot, Instant now) {
        VerifiedCertificate certificate = ballot.certificate().orElseThrow();
        write(TransactionEntry.of(certificate.certificate(), now));
        long unused = outcomes.append(certificate.certificate().encoded());
        onceDurable.accept(() -> tell(() -> listener.settled(ballot)));
        count("amesh.voting.settled", "outcome", ballot.outcome().name());
    }

    @Override
    public void violated(VerifiedViolation violation, double score, boolean excluded, Instant now) {
        write(ViolationEntry.of(violation.violation(), now));
        write(ReputationEntry.of(
                violation.accused(), score, excluded, now, violation.type().name()));
        count("amesh.voting.violations", "type", violation.type().name());
        log(
                now,
                "event=voting.violation type=" + violation.type() + " accused=" + OneLine.of(violation.accused())
                        + " id="
                        + violation.id().slice(0, 8).hex() + " what=\""
                        + OneLine.of(violation.violation().summary()) + "\"");
    }

    @Override
    public void excluded(String node, double score, boolean excluded, Instant now) {
        write(ReputationEntry.of(node, score, excluded, now, excluded ? "EXCLUDED" : "COUNTS_AGAIN"));
        log(now, "event=voting." + (excluded ? "excluded" : "counts-again") + " node=" + OneLine.of(node));
    }

    @Override
    public void reinstated(Reinstatement act, double score, boolean excluded, Instant now) {
        write(ReputationEntry.of(act.node(), score, excluded, now, "REINSTATED"));
        log(now, "event=voting.reinstated node=" + OneLine.of(act.node()) + " until=" + act.until());
    }

    @Override
    public void contradicted(Ballot ballot, VerifiedCertificate other) {
        count("amesh.voting.contradictions", "outcome", ballot.outcome().name());
        LOG.log(
                System.Logger.Level.ERROR,
                () -> "event=voting.two-outcomes transaction=" + ballot.transaction() + " here=\""
                        + OneLine.of(String.valueOf(ballot.value())) + "\" there=\""
                        + OneLine.of(String.valueOf(other.value()))
                        + "\": more nodes lie than the committee bears");
    }

    @Override
    public void rolledBack(String peer, VerifiedStatement shown) {
        count("amesh.voting.rolledback", "peer", peer);
        LOG.log(
                System.Logger.Level.ERROR,
                () -> "event=voting.rolled-back peer=" + OneLine.of(peer) + " shows=\"" + OneLine.of(shown.toString())
                        + "\", which this node's disk does not have: it votes no more in this epoch");
    }

    @Override
    public boolean hasRoom() {
        return ledger.size() + MOST_AT_ONCE <= room && outcomes.size() + MOST_AT_ONCE <= room;
    }

    private static void tell(Runnable told) {
        try {
            told.run();
        } catch (RuntimeException e) { // half of what the replica does would be done
            LOG.log(System.Logger.Level.ERROR, "event=voting.listener.failed", e);
        }
    }

    private void count(String name, String tag, String value) {
        meters.counter(name, tag, value.toLowerCase(Locale.ROOT)).increment();
    }

    private void log(Instant now, String line) {
        int left = lines.leftOutBefore(now);
        if (left >= 0) {
            LOG.log(System.Logger.Level.WARNING, () -> line + (left > 0 ? " left-out=" + left : ""));
        }
    }
}
