package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The timer is shared with others: nothing that takes time runs on it. */
@Timeout(30)
class FeedThreadsTest {
    private static final Duration REFRESH = Duration.ofMillis(10);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService fetcher = Executors.newSingleThreadExecutor();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final ScriptedSource source = new ScriptedSource(true);

    private ReleaseFeed feed;

    @AfterEach
    void end() {
        feed.close();
        released.countDown();
        timer.shutdownNow();
        fetcher.shutdownNow();
    }

    @Test
    void timer_whileAFetchHangs_isFreeForOthers() throws Exception {
        source.meanwhile(this::hang);
        feed = start();
        reached.await();

        assertThat(timer.submit(() -> "upkeep").get()).isEqualTo("upkeep");
    }

    @Test
    void timer_whileAListenerHangs_isFreeForOthers() throws Exception {
        source.publish("good 1");
        feed = start();
        feed.onChange(this::hang);
        reached.await();

        assertThat(timer.submit(() -> "upkeep").get()).isEqualTo("upkeep");
    }

    @Test
    void timer_whereTheFetcherTakesNoMoreTasks_runsNoListener() throws Exception {
        HandDrivenTimer driven = new HandDrivenTimer();
        CompletableFuture<Thread> told = new CompletableFuture<>();
        feed = ReleaseFeed.start(
                source,
                bundle -> true,
                Duration.ofSeconds(30),
                FeedEvents.NONE,
                new Workers(
                        driven,
                        task -> {
                            if (source.asked().isEmpty()) {
                                task.run();
                            } else {
                                throw new RejectedExecutionException("full");
                            }
                        },
                        driven.clock(),
                        new Random(7)));
        source.publish("good 1");
        driven.runNext();
        feed.onChange(() -> told.complete(Thread.currentThread()));

        driven.runNext();

        assertThat(told).isNotDone();
        assertThat(driven.waits()).hasSize(1);
    }

    private ReleaseFeed start() {
        return ReleaseFeed.start(
                source,
                bundle -> true,
                REFRESH,
                FeedEvents.NONE,
                new Workers(timer, fetcher, Clock.systemUTC(), new Random(7)));
    }

    private void hang() {
        reached.countDown();
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
