package io.attestedmesh.voting.coordination;

import io.attestedmesh.voting.journal.Spool;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Brings certificates from the spool into the store, many at a time. One leaves the spool once it, and all before it, are
 * written, or stand there already. While the store is away one is tried at a time, for ever.
 */
public final class OutcomePublisher implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OutcomePublisher.class.getName());

    private sealed interface Signal {
        /** The spool has more, or this is closed. */
        record Look() implements Signal {}

        record Ended(long position, Publication.Ending ending) implements Signal {}

        record Failed(long position, CoordinationException why) implements Signal {}
    }

    private enum Stage {
        /** To be tried again. */
        WAITING,
        FLYING,
        /** Stands in the store; leaves the spool once all before it do. */
        LANDED
    }

    private final Spool spool;
    private final Coordination store;
    private final StatementVerifier verifier;
    private final PublisherSettings settings;
    private final PublisherJournal journal;
    private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final Map<Long, Stage> flights = new TreeMap<>(); // from the spool's first on, without gaps
    private final Thread thread = new Thread(this::run, "amesh-outcome-publisher");
    private Duration pause;
    private long notBefore;
    private boolean tired; // failed since it last slept
    private volatile boolean closed;

    private OutcomePublisher(
            Spool spool,
            Coordination store,
            StatementVerifier verifier,
            PublisherSettings settings,
            MeterRegistry registry) {
        this.spool = spool;
        this.store = store;
        this.verifier = verifier;
        this.settings = settings;
        this.journal = new PublisherJournal(registry, spool);
        this.pause = settings.soonest();
        this.notBefore = System.nanoTime();
    }

    /** Begins with what is in the spool, whose one consumer it is. */
    public static OutcomePublisher start(
            Spool spool,
            Coordination store,
            StatementVerifier verifier,
            PublisherSettings settings,
            MeterRegistry registry) {
        OutcomePublisher publisher = new OutcomePublisher(spool, store, verifier, settings, registry);
        publisher.thread.setDaemon(true);
        publisher.thread.start();
        return publisher;
    }

    /** Says that the spool has more; without this it is found at the next poll. */
    public void wake() {
        if (signals.isEmpty()) {
            signals.add(new Signal.Look());
        }
    }

    public PublisherState state() {
        return journal.state();
    }

    /** The first hundred. */
    public List<Conflict> conflicts() {
        return journal.conflicts();
    }

    private void run() {
        try {
            while (!closed || flying() > 0) {
                round();
            }
            removeLanded();
        } catch (InterruptedException e) {
            closed = true; // what is under way stays in the spool
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "event=voting.coordination.publisher.failed", e);
        }
    }

    private void round() throws InterruptedException {
        try {
            removeLanded();
            if (!closed && System.nanoTime() - notBefore >= 0) {
                launch();
            }
        } catch (RuntimeException e) { // the spool's disk: this thread is the only one to try again
            failed(new CoordinationException("the spool failed: " + e, e));
        }
        await();
    }

    private long flying() {
        return flights.values().stream().filter(stage -> stage == Stage.FLYING).count();
    }

    private void removeLanded() {
        OptionalLong through = OptionalLong.empty();
        for (Map.Entry<Long, Stage> flight : flights.entrySet()) {
            if (flight.getValue() != Stage.LANDED) {
                break;
            }
            through = OptionalLong.of(flight.getKey());
        }
        if (through.isPresent()) {
            long last = through.getAsLong();
            spool.removeThrough(last);
            flights.keySet().removeIf(position -> position <= last);
        }
    }

    private void launch() {
        tired = false;
        long room = (journal.isAway() ? 1 : settings.window()) - flying();
        if (room <= 0) {
            return;
        }
        for (Spool.Item item : spool.first(settings.window())) {
            if (room > 0 && flights.getOrDefault(item.position(), Stage.WAITING) == Stage.WAITING) {
                room--;
                flights.put(item.position(), Stage.FLYING);
                launch(item);
            }
        }
    }

    private void launch(Spool.Item item) {
        Publication publication = new Publication(store, verifier, journal, item.content());
        var unused = CompletableFuture.completedFuture(publication)
                .thenCompose(Publication::begin) // so that what it throws is a failure too
                .whenComplete((ending, failure) -> signals.add(
                        failure == null
                                ? new Signal.Ended(item.position(), ending)
                                : new Signal.Failed(item.position(), Answers.failure(failure))));
    }

    private void await() throws InterruptedException {
        long toRetry = TimeUnit.NANOSECONDS.toMillis(notBefore - System.nanoTime()) + 1;
        Signal signal = signals.poll(
                Math.max(1, Math.min(settings.poll().toMillis(), tired ? toRetry : Long.MAX_VALUE)),
                TimeUnit.MILLISECONDS);
        while (signal != null) {
            if (signal instanceof Signal.Ended ended) {
                flights.put(ended.position(), Stage.LANDED);
                journal.ended(ended.ending());
                answered();
            } else if (signal instanceof Signal.Failed failure) {
                flights.put(failure.position(), Stage.WAITING);
                failed(failure.why());
            }
            signal = signals.poll();
        }
    }

    private void answered() {
        journal.answered();
        pause = settings.soonest();
    }

    // many fail together: one outage makes the pause longer once
    private void failed(CoordinationException why) {
        journal.failed(why);
        if (!tired) {
            tired = true;
            notBefore = System.nanoTime() + pause.toNanos();
            Duration twice = pause.multipliedBy(2);
            pause = twice.compareTo(settings.latest()) > 0 ? settings.latest() : twice;
        }
    }

    /** Waits for what is under way, within a bound; what is not known to be written stays in the spool. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            thread.join(settings.goodbye().toMillis());
            thread.interrupt();
            thread.join(
                    settings.goodbye().toMillis()); // it ends at once, and the spool is its owner's to close after this
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
