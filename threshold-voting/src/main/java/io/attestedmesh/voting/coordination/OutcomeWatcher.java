package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementReason;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Hands on the outcomes that the store has, from its beginning, each verified: so a node learns what it was away for. */
public final class OutcomeWatcher implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OutcomeWatcher.class.getName());
    private static final int REMEMBERED = 10_000;

    private final Coordination store;
    private final StatementVerifier verifier;
    private final Predicate<TransactionId> wanted;
    private final Consumer<VerifiedCertificate> consumer;
    private final Counter learned;
    private final Counter rejected;
    private final RowWarnings warnings = new RowWarnings(LOG);
    private final Once withoutKey = new Once(REMEMBERED);
    private Optional<Watch> watch = Optional.empty();

    private OutcomeWatcher(
            Coordination store,
            StatementVerifier verifier,
            Predicate<TransactionId> wanted,
            Consumer<VerifiedCertificate> consumer,
            MeterRegistry registry) {
        this.store = store;
        this.verifier = verifier;
        this.wanted = wanted;
        this.consumer = consumer;
        this.learned = registry.counter("amesh.voting.coordination.learned");
        this.rejected = registry.counter("amesh.voting.coordination.rejected");
    }

    /**
     * Begins to read.
     *
     * @param wanted whether an outcome is not known yet: others are not even read
     * @param consumer called one at a time, perhaps twice with the same outcome
     */
    public static OutcomeWatcher start(
            Coordination store,
            StatementVerifier verifier,
            Predicate<TransactionId> wanted,
            Consumer<VerifiedCertificate> consumer,
            MeterRegistry registry)
            throws CoordinationException {
        OutcomeWatcher watcher = new OutcomeWatcher(store, verifier, wanted, consumer, registry);
        watcher.watch = Optional.of(store.watch(WatchFrom.BEGINNING, watcher.new Rows()));
        return watcher;
    }

    /** Reads again what was refused for want of a voting key: to be called when one was announced. */
    public void keyAnnounced() throws CoordinationException {
        for (TransactionId transaction : withoutKey.all()) {
            withoutKey.forget(transaction);
            if (wanted.test(transaction)) {
                store.outcome(transaction).ifPresent(row -> take(transaction, row));
            }
        }
    }

    private synchronized void take(TransactionId transaction, StoredOutcome stored) {
        VerifiedCertificate verified;
        try {
            verified = stored.verified(transaction, verifier);
        } catch (MalformedStatementException e) {
            refused(transaction, stored, e.getMessage());
            return;
        } catch (RejectedStatementException e) {
            if (e.reason() == StatementReason.NO_KEY) {
                boolean unused = withoutKey.first(transaction);
            }
            refused(transaction, stored, e.getMessage());
            return;
        }
        learned.increment();
        consumer.accept(verified);
    }

    private void refused(TransactionId transaction, StoredOutcome stored, String why) {
        rejected.increment();
        warnings.warn(
                transaction,
                () -> "event=voting.coordination.rejected transaction=" + transaction + " revision=" + stored.revision()
                        + " reason=\"" + OneLine.of(why) + "\"");
    }

    @Override
    public void close() {
        watch.ifPresent(Watch::close);
    }

    private final class Rows implements Watcher {
        @Override
        public boolean wants(TransactionId transaction) {
            return wanted.test(transaction);
        }

        @Override
        public void outcome(TransactionId transaction, StoredOutcome stored) {
            take(transaction, stored);
        }

        @Override
        public void member(MemberRecord member) {
            // members prove themselves over their connections
        }

        @Override
        public void left(String node) {
            // a node that is away is no matter of outcomes
        }
    }
}
