package io.attestedmesh.releases.source;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A timer whose time passes when a test says so, and a clock that shows it. */
final class HandDrivenTimer extends AbstractExecutorService implements ScheduledExecutorService {
    private final class Planned extends FutureTask<Void> implements ScheduledFuture<Void> {
        private final Instant due;

        Planned(Runnable task, Instant due) {
            super(task, null);
            this.due = due;
        }

        Instant due() {
            return due;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(Duration.between(now, due));
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    private final List<Planned> plans = new ArrayList<>();
    private boolean refusing;
    private Instant now = Instant.parse("2026-11-20T10:00:00Z");

    /** The time that all of this passes in. */
    Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }
        };
    }

    /** How long until each thing that is planned. */
    synchronized List<Duration> waits() {
        return plans.stream()
                .filter(plan -> !plan.isCancelled())
                .map(plan -> Duration.between(now, plan.due()))
                .toList();
    }

    /** Lets time pass until the next thing that is planned, and runs it here. The time that it took to come. */
    Duration runNext() {
        Planned next = takeNext();
        Duration waited = Duration.between(now, next.due());
        now = next.due();
        next.run();
        return waited;
    }

    /** What was planned, as if its time had come in the act of being cancelled. */
    Runnable takeTask() {
        return takeNext();
    }

    /** Lets time pass and nothing happen. */
    void pass(Duration time) {
        now = now.plus(time);
    }

    /** From now on, as a timer that was shut down. */
    void refuse() {
        refusing = true;
    }

    private synchronized Planned takeNext() {
        plans.removeIf(Planned::isCancelled);
        Planned next = plans.stream()
                .min(Comparator.comparing(Planned::due))
                .orElseThrow(() -> new AssertionError("nothing is planned"));
        plans.remove(next);
        return next;
    }

    @Override
    public synchronized ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (refusing) {
            throw new RejectedExecutionException("shut down");
        }
        Planned plan = new Planned(task, now.plus(delay, unit.toChronoUnit()));
        plans.add(plan);
        return plan;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {
        throw new AssertionError("a timer is not the feed's to shut down");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new AssertionError("a timer is not the feed's to shut down");
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
