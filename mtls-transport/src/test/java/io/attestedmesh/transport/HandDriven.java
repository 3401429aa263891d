package io.attestedmesh.transport;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Time that passes when a test says so: a clock, and a scheduler, for any thread, whose tasks run inside {@link #advance}. */
public final class HandDriven extends ScheduledThreadPoolExecutor {
    private final List<Task> waiting = new ArrayList<>();
    private volatile Instant now;

    public HandDriven(Instant now) {
        super(0);
        this.now = now;
    }

    public Instant now() {
        return now;
    }

    /** Jumps, also backwards, and runs nothing. */
    public void set(Instant instant) {
        now = instant;
    }

    /** When the next task is due. */
    public synchronized Optional<Instant> nextTask() {
        return waiting.stream()
                .filter(task -> !task.isDone())
                .map(task -> task.due)
                .min(Instant::compareTo);
    }

    /** Lets time pass, and runs what falls due, in order, each at its time. */
    public void advance(Duration duration) {
        Instant end = now.plus(duration);
        for (Optional<Task> due = dueBy(end); due.isPresent(); due = dueBy(end)) {
            now = due.get().due;
            due.get().fire();
        }
        now = end;
    }

    private synchronized Optional<Task> dueBy(Instant end) {
        waiting.removeIf(FutureTask::isDone);
        return waiting.stream()
                .filter(task -> !task.due.isAfter(end))
                .min(Comparator.comparing((Task task) -> task.due));
    }

    public Clock clock() {
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
                throw new UnsupportedOperationException("in UTC");
            }
        };
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return add(new Task(command, now.plus(Duration.of(delay, unit.toChronoUnit())), Optional.empty()));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
        Duration period = Duration.of(delay, unit.toChronoUnit());
        return add(new Task(command, now.plus(Duration.of(initial, unit.toChronoUnit())), Optional.of(period)));
    }

    private synchronized Task add(Task task) {
        waiting.add(task);
        return task;
    }

    private final class Task extends FutureTask<Void> implements RunnableScheduledFuture<Void> {
        private final Optional<Duration> period;
        private Instant due;

        Task(Runnable command, Instant due, Optional<Duration> period) {
            super(command, null);
            this.due = due;
            this.period = period;
        }

        void fire() {
            if (period.isPresent()) {
                runAndReset();
                due = due.plus(period.get());
            } else {
                run();
            }
        }

        @Override
        public boolean isPeriodic() {
            return period.isPresent();
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
}
