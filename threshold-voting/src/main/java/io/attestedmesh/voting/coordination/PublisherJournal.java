package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.journal.Spool;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a publisher counts, logs and remembers. */
final class PublisherJournal {
    private static final System.Logger LOG = System.getLogger(OutcomePublisher.class.getName());
    private static final int CONFLICTS = 100;

    private final Map<Publication.Ending, Counter> endings = new EnumMap<>(Publication.Ending.class);
    private final Counter failures;
    private final RowWarnings warnings = new RowWarnings(LOG);
    private final List<Conflict> conflicts = new ArrayList<>();
    private boolean away;

    PublisherJournal(MeterRegistry registry, Spool spool) {
        for (Publication.Ending ending : Publication.Ending.values()) {
            endings.put(
                    ending,
                    registry.counter(
                            "amesh.voting.coordination." + ending.name().toLowerCase(Locale.ROOT)));
        }
        this.failures = registry.counter("amesh.voting.coordination.failures");
        registry.gauge("amesh.voting.coordination.waiting", spool, waiting -> (double) waiting.size());
        registry.gauge("amesh.voting.coordination.away", this, journal -> journal.isAway() ? 1 : 0);
    }

    void ended(Publication.Ending ending) {
        endings.get(ending).increment();
    }

    /** Every failure counts; the first one of a row is logged. */
    synchronized void failed(CoordinationException why) {
        failures.increment();
        if (!away) {
            away = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "event=voting.coordination.away reason=\"" + why.getMessage() + "\"");
        }
    }

    synchronized void answered() {
        if (away) {
            away = false;
            LOG.log(System.Logger.Level.INFO, "event=voting.coordination.back");
        }
    }

    synchronized boolean isAway() {
        return away;
    }

    synchronized PublisherState state() {
        if (!conflicts.isEmpty()) {
            return PublisherState.CONFLICT;
        }
        return away ? PublisherState.AWAY : PublisherState.PUBLISHING;
    }

    synchronized List<Conflict> conflicts() {
        return List.copyOf(conflicts);
    }

    void forged(TransactionId transaction, StoredOutcome row, String why) {
        warnings.warn(
                transaction,
                () -> "event=voting.coordination.forged transaction=" + transaction + " revision=" + row.revision()
                        + " sha384=" + row.certificate().sha384().hex() + " reason=\"" + why + "\"");
    }

    void unreadable(Bytes content, String why) {
        LOG.log(
                System.Logger.Level.ERROR,
                () -> "event=voting.coordination.unreadable content=" + content + " reason=\"" + why + "\"");
    }

    synchronized void conflict(Conflict conflict) {
        if (conflicts.size() < CONFLICTS) {
            conflicts.add(conflict);
        }
        LOG.log(
                System.Logger.Level.ERROR,
                () -> "event=voting.coordination.conflict TWO DECISIONS transaction=" + conflict.transaction()
                        + " ours=" + base64(conflict.ours()) + " stored=" + base64(conflict.stored()));
    }

    // whole and printable: this is the proof that more nodes lied than the committee bears
    private static String base64(VerifiedCertificate certificate) {
        return Base64.getEncoder().encodeToString(certificate.encoded().toByteArray());
    }
}
