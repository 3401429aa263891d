package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.source.LookResult.Failed;
import io.attestedmesh.releases.source.LookResult.Refused;
import io.attestedmesh.releases.source.LookResult.Updated;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a source again and again, and offers what is new there to an {@link Acceptor}.
 *
 * <p>The promise: what is published is offered at most {@code refresh} later, as long as the source answers within a
 * tenth of it, tells new content from old by its ETag (by the date of the last change, it must be a later one), and
 * the look before was answered. After failures in a row the waits double, up to ten times the usual. A file is also
 * looked at as soon as it is seen to change, which is a favour and not part of the promise. Content that was refused
 * and does not change is offered again at every tenth look, see {@link SourceReader}.
 *
 * <p>A refusal is no failure of the source: looks go on at the usual pace, but {@link #healthy} counts it.
 */
public final class ReleaseFeed implements AutoCloseable {
    /** Verifies a bundle, and puts its list in force. */
    @FunctionalInterface
    public interface Acceptor {
        /**
         * Takes or refuses a bundle as a whole.
         *
         * @return true if another list is in force now
         * @throws IOException if the bundle is good and could not be kept; it is offered again
         */
        boolean offer(Bytes bundle) throws RejectedReleasesException, MalformedReleasesException, IOException;
    }

    static final int TROUBLES_UNTIL_UNHEALTHY = 3;

    /** What is being written in several steps is left alone for this long. */
    static final Duration SETTLING = Duration.ofMillis(100);

    private static final System.Logger LOG = System.getLogger(ReleaseFeed.class.getName());

    private final FetchGate source;
    private final SourceReader reader;
    private final Pace pace;
    private final FeedEvents events;
    private final Workers workers;
    private final FeedLog log;
    private final ChangeListeners listeners = new ChangeListeners();
    private final Optional<FileWatch> watch;
    private volatile Instant lookedAt;
    private volatile int troubles;
    private int failures;

    // all of them under this feed's monitor
    private Optional<ScheduledFuture<?>> planned = Optional.empty();
    private boolean looking;
    private boolean nudged;
    private boolean closed;

    private ReleaseFeed(ReleaseSource source, Acceptor acceptor, Duration refresh, FeedEvents events, Workers workers) {
        this.source = new FetchGate(source);
        this.reader = new SourceReader(this.source, acceptor);
        this.pace = new Pace(refresh, workers.random());
        this.events = events;
        this.workers = workers;
        this.log = new FeedLog(source.describe());
        this.lookedAt = workers.clock().instant();
        this.watch = source.watched().flatMap(file -> FileWatch.start(file, this::nudge));
    }

    /**
     * Starts with a look at once.
     *
     * @param source belongs to the feed from here on
     * @param refresh the longest time from publication to offer, 30 s unless there is a reason for another
     * @throws IllegalArgumentException if {@code refresh} is not in [1 ms, 1 d]
     */
    public static ReleaseFeed start(
            ReleaseSource source, Acceptor acceptor, Duration refresh, FeedEvents events, Workers workers) {
        ReleaseFeed feed = new ReleaseFeed(source, acceptor, refresh, events, workers);
        feed.plan(Duration.ZERO);
        return feed;
    }

    /**
     * Runs {@code listener} on the feed's thread after each change of the list in force, and again after the next look
     * if it has thrown. One that comes after a change is told of it soon.
     */
    public void onChange(Runnable listener) {
        if (listeners.add(listener)) {
            nudge();
        }
    }

    /**
     * False once three looks in a row failed, met content that is refused, or left a listener untold; and while no look
     * has ended for longer than any wait lasts.
     */
    public boolean healthy() {
        Instant overdue = lookedAt.plus(pace.longest()).plus(pace.longest());
        return troubles < TROUBLES_UNTIL_UNHEALTHY && !workers.clock().instant().isAfter(overdue);
    }

    /** The source, for people. */
    public String describe() {
        return source.describe();
    }

    /** Looks soon, whatever the plan was. */
    public synchronized void nudge() {
        if (closed || nudged) {
            return;
        }
        nudged = true;
        if (!looking) {
            plan(SETTLING);
        }
    }

    /** No look begins after it; a fetch under way is interrupted, an offer under way is finished. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            planned.ifPresent(next -> next.cancel(false));
        }
        watch.ifPresent(FileWatch::close);
        source.close();
    }

    private synchronized void plan(Duration wait) {
        // at most one plan, even if a look began in the act of being put off
        planned.ifPresent(next -> next.cancel(false));
        planned = closed ? Optional.empty() : schedule(wait);
    }

    private Optional<ScheduledFuture<?>> schedule(Duration wait) {
        try {
            return Optional.of(workers.timer().schedule(this::begin, wait.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.ERROR, "event=releases.stopped: the timer takes no more plans", e);
            return Optional.empty();
        }
    }

    private void begin() {
        synchronized (this) {
            if (closed || looking) {
                return;
            }
            looking = true;
            nudged = false;
        }
        Duration wait = pace.afterFailures(1);
        boolean handedOver = false;
        try {
            workers.fetcher().execute(this::look);
            handedOver = true;
        } catch (Throwable e) {
            // full, shut down, or no memory for a thread; the listeners are not told here, for the timer is others' too
            wait = settle(new Failed(e), true, Duration.ZERO);
        } finally {
            // also where a counter broke: this must not have been the last look
            if (!handedOver) {
                end(wait);
            }
        }
    }

    private void look() {
        Duration wait = pace.afterFailures(1);
        try {
            watch.ifPresent(FileWatch::renew);
            Clock clock = workers.clock();
            Instant began = clock.instant();
            LookResult result = reader.look();
            if (!isClosed()) {
                Duration took = Duration.between(began, clock.instant());
                wait = settle(result, tell(result), took);
            }
        } catch (Throwable e) {
            // the edge of the thread: a look that throws would be the last one
            LOG.log(System.Logger.Level.ERROR, "event=releases.look.broken", e);
        } finally {
            end(wait);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void end(Duration wait) {
        looking = false;
        plan(nudged ? SETTLING : wait);
    }

    /** False if a listener that has something to hear has not heard it. */
    private boolean tell(LookResult result) {
        if (result instanceof Updated) {
            listeners.changed();
        }
        return listeners.tell();
    }

    /** Logs and counts how a look ended. The wait until the next one. */
    private Duration settle(LookResult result, boolean heard, Duration took) {
        int before = troubles;
        boolean good = heard && !(result instanceof Failed) && !(result instanceof Refused);
        troubles = good ? 0 : before + 1;
        lookedAt = workers.clock().instant();
        log.looked(result, troubles);
        if (good && before > 0) {
            log.recovered(before);
        }
        count(result);
        failures = result instanceof Failed ? failures + 1 : 0;
        return failures > 0 ? pace.afterFailures(failures) : pace.afterAnswer(took);
    }

    private void count(LookResult result) {
        if (result instanceof Updated) {
            events.updated();
        } else if (result instanceof Refused refused) {
            events.refused(refused.reason());
        } else if (result instanceof Failed) {
            events.failed();
        } else {
            events.unchanged();
        }
    }
}
