package io.attestedmesh.voting.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.voting.journal.JournalException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LoopTest {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private volatile boolean journalFails;
    private final CountDownLatch ticks = new CountDownLatch(3);
    private final CountDownLatch rests = new CountDownLatch(2);
    private final Loop loop = new Loop("test", Duration.ofMillis(5), ticks::countDown, this::settle, rests::countDown);

    private boolean settle(boolean now) {
        if (journalFails) {
            throw new JournalException("the disk is full");
        }
        if (!events.isEmpty()) {
            events.add(now ? "settled" : "put off");
        }
        return !now && !events.isEmpty();
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private CompletableFuture<Void> task(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            loop.afterwards(() -> done.complete(null));
            task.run();
        });
        return done;
    }

    private static void await(CompletableFuture<Void> future) throws Exception {
        future.get(30, TimeUnit.SECONDS);
    }

    @Test
    void ticks_whileNothingIsToBeDone() throws Exception {
        loop.start();

        assertThat(ticks.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void failingTask_othersAreStillRun() throws Exception {
        loop.start();
        await(task(() -> {
            throw new IllegalStateException("of one task only");
        }));

        await(task(() -> events.add("run")));

        assertThat(events).contains("run");
        assertThat(loop.ended()).isNotDone();
    }

    @Test
    void nothingToDo_rests() throws Exception {
        loop.start();

        assertThat(rests.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void somethingIsPutOff_doesNotRest() throws Exception {
        CountDownLatch settled = new CountDownLatch(20);
        AtomicBoolean putOff = new AtomicBoolean();
        AtomicBoolean restedTooSoon = new AtomicBoolean();
        try (Loop busy = new Loop(
                "test",
                Duration.ofMillis(1),
                () -> {},
                now -> {
                    settled.countDown();
                    putOff.set(!now);
                    return !now;
                },
                () -> restedTooSoon.compareAndSet(false, putOff.get()))) {
            busy.start();

            assertThat(settled.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(restedTooSoon).isFalse();
    }

    @Test
    void busy_doesNotRest() throws Exception {
        CountDownLatch left = new CountDownLatch(5000);
        AtomicBoolean rested = new AtomicBoolean();
        AtomicBoolean restedTooSoon = new AtomicBoolean();
        try (Loop busy = new Loop("test", Duration.ofMillis(1), () -> {}, now -> false, () -> rested.set(true))) {
            busy.execute(new Runnable() {
                @Override
                public void run() {
                    restedTooSoon.compareAndSet(false, rested.get());
                    left.countDown();
                    if (left.getCount() > 0) {
                        busy.execute(this);
                    }
                }
            });
            busy.start();

            assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(restedTooSoon).isFalse();
    }

    @Test
    void restFails_loopEnds() {
        try (Loop failing = new Loop("test", Duration.ofMillis(1), () -> {}, now -> false, () -> {
            throw new JournalException("the disk is full");
        })) {
            failing.start();

            assertThatThrownBy(() -> failing.ended().get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(JournalException.class);
        }
    }

    @Test
    void failingTick_othersAreStillRun() throws Exception {
        try (Loop failing = new Loop(
                "test",
                Duration.ofMillis(1),
                () -> {
                    throw new IllegalStateException("of one tick only");
                },
                now -> false,
                () -> {})) {
            failing.start();
            CountDownLatch run = new CountDownLatch(1);
            failing.execute(() -> {
                throw new IllegalStateException("of one task only");
            });
            failing.execute(run::countDown);

            assertThat(run.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void afterwards_onlyAfterSettle() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            events.add("task");
            loop.afterwards(() -> {
                events.add("afterwards");
                done.complete(null);
            });
        });
        loop.start();
        await(done);

        assertThat(events.indexOf("afterwards")).isGreaterThan(events.indexOf("settled"));
        assertThat(events.indexOf("settled")).isGreaterThan(events.indexOf("task"));
    }

    @Test
    void nothingWaitsForIt_putOffAndThenSettled() {
        loop.start();
        loop.execute(() -> events.add("task"));

        VotingNetwork.await("what was put off", () -> events.contains("settled"));
        assertThat(List.copyOf(events).subList(0, 2)).containsExactly("task", "put off");
    }

    @Test
    void settleFails_afterwardsNeverRunAndLoopEnds() {
        journalFails = true;
        loop.execute(() -> loop.afterwards(() -> events.add("afterwards")));
        loop.start();

        assertThatThrownBy(() -> loop.ended().get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(JournalException.class);
        assertThat(events).isEmpty();
    }

    @Test
    void taskFailsByTheJournal_loopEndsWithoutSettling() {
        loop.execute(() -> {
            events.add("half done");
            throw new JournalException("the disk is full");
        });
        loop.start();

        assertThatThrownBy(() -> loop.ended().get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(JournalException.class);
        assertThat(events).containsExactly("half done");
    }

    @Test
    void ended_laterTasksNeitherRunNorKept() throws Exception {
        journalFails = true;
        loop.start();
        assertThatThrownBy(() -> loop.ended().get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(JournalException.class);

        WeakReference<Runnable> task = give();

        VotingNetwork.await("a task that nobody keeps", () -> {
            System.gc();
            return task.get() == null;
        });
        assertThat(events).isEmpty();
    }

    private WeakReference<Runnable> give() {
        Runnable task = new Runnable() {
            @Override
            public void run() {
                events.add("run");
            }
        };
        loop.execute(task);
        return new WeakReference<>(task);
    }

    @Test
    void closed_waitingTasksAreDoneFirst() throws Exception {
        for (int i = 0; i < 3000; i++) {
            loop.execute(() -> events.add("task"));
        }
        loop.start();
        loop.close();

        assertThat(events).filteredOn("task"::equals).hasSize(3000);
        await(loop.ended());
    }
}
