package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseFeedTest {
    private static final Duration REFRESH = Duration.ofSeconds(30);
    private static final Duration HALF = Duration.ofSeconds(15);
    private static final Duration NINE_TENTHS = Duration.ofSeconds(27);

    private final HandDrivenTimer timer = new HandDrivenTimer();
    private final ScriptedSource source = new ScriptedSource(true);
    private final ScriptedAcceptor acceptor = new ScriptedAcceptor();
    private final List<String> told = new ArrayList<>();
    private Executor fetcher = Runnable::run;
    private LogLines log;

    @BeforeEach
    void listen() {
        log = new LogLines();
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void start_looksAtOnce() {
        source.publish("good 1");
        start();

        assertThat(timer.runNext()).isZero();

        assertThat(acceptor.inForce()).isEqualTo("good 1");
        assertThat(told).containsExactly("updated");
    }

    @Test
    void start_withoutPromise_isRefused() {
        assertThatThrownBy(() -> ReleaseFeed.start(source, acceptor, Duration.ZERO, FeedEvents.NONE, workers()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void feed_findsWhatIsPublishedWithinThePromise() {
        source.publish("good 0");
        start();
        timer.runNext();
        for (int version = 1; version <= 200; version++) {
            source.publish("good " + version);

            assertThat(timer.runNext()).isBetween(HALF, NINE_TENTHS);

            assertThat(acceptor.inForce()).isEqualTo("good " + version);
        }
    }

    @Test
    void feed_countsTheTimeOfALookAsWaited() {
        source.publish("good 1");
        source.meanwhile(() -> timer.pass(Duration.ofSeconds(20)));
        start();
        timer.runNext();

        // 15 to 27 s less 20, and a tenth at least
        assertThat(timer.waits())
                .singleElement()
                .satisfies(wait -> assertThat(wait).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(7)));
    }

    @Test
    void feed_whoseSourceIsAway_waitsLongerAndLonger() {
        start();
        timer.runNext();

        for (int times : List.of(1, 2, 4, 8, 10, 10)) {
            assertThat(timer.runNext()).isBetween(HALF.multipliedBy(times), NINE_TENTHS.multipliedBy(times));
        }
    }

    @Test
    void feed_whoseSourceIsBack_looksAtTheUsualPace() {
        start();
        for (int i = 0; i < 5; i++) {
            timer.runNext();
        }
        source.publish("good 1");
        timer.runNext();

        assertThat(timer.runNext()).isBetween(HALF, NINE_TENTHS);
    }

    @Test
    void feed_whoseContentIsRefused_looksAtTheUsualPace() {
        source.publish("rolledback 1");
        start();
        for (int i = 0; i < 5; i++) {
            timer.runNext();
        }

        assertThat(timer.runNext()).isBetween(HALF, NINE_TENTHS);
        assertThat(told).hasSize(6).containsOnly("refused LIST_ROLLBACK");
    }

    @Test
    void healthy_isFalseAfterThreeFailuresAndTrueAfterAnAnswer() {
        ReleaseFeed feed = start();
        timer.runNext();
        timer.runNext();
        assertThat(feed.healthy()).isTrue();

        timer.runNext();
        assertThat(feed.healthy()).isFalse();

        source.publish("good 1");
        timer.runNext();
        assertThat(feed.healthy()).isTrue();
        assertThat(told).containsExactly("failed", "failed", "failed", "updated");
    }

    @Test
    void healthy_isFalseWhileWhatIsThereIsRefused() {
        source.publish("good 1");
        ReleaseFeed feed = start();
        timer.runNext();
        source.publish("half 2");
        timer.runNext();
        timer.runNext();
        assertThat(feed.healthy()).isTrue();

        timer.runNext();

        assertThat(feed.healthy()).isFalse();
        assertThat(acceptor.inForce()).isEqualTo("good 1");
        assertThat(acceptor.offered()).hasSize(2);
    }

    @Test
    void healthy_isFalseWhileALookDoesNotEnd() {
        source.publish("good 1");
        List<Runnable> hanging = new ArrayList<>();
        fetcher = hanging::add;
        ReleaseFeed feed = start();
        timer.runNext();
        timer.pass(REFRESH.multipliedBy(20));
        assertThat(feed.healthy()).isTrue();

        timer.pass(Duration.ofSeconds(1));
        assertThat(feed.healthy()).isFalse();

        hanging.get(0).run();
        assertThat(feed.healthy()).isTrue();
    }

    @Test
    void feed_whoseTimerIsShutDown_saysSoAndIsNoLongerHealthy() {
        source.publish("good 1");
        ReleaseFeed feed = start();
        timer.refuse();

        timer.runNext();
        feed.nudge();

        assertThat(log.all()).anyMatch(line -> line.startsWith("SEVERE event=releases.stopped"));
        timer.pass(REFRESH.multipliedBy(20).plusSeconds(1));
        assertThat(feed.healthy()).isFalse();
    }

    @Test
    void feed_whoseAcceptorBreaks_looksAgain() {
        source.publish("broken 1");
        start();
        timer.runNext();
        source.publish("good 2");

        timer.runNext();

        assertThat(acceptor.inForce()).isEqualTo("good 2");
        assertThat(told).containsExactly("failed", "updated");
    }

    @Test
    void feed_whoseCounterBreaks_looksAgain() {
        source.publish("good 1");
        ReleaseFeed.start(source, acceptor, REFRESH, breaking(), workers());

        timer.runNext();

        assertThat(timer.waits()).hasSize(1);
        assertThat(log.all()).anyMatch(line -> line.startsWith("SEVERE event=releases.look.broken"));
    }

    @ParameterizedTest
    @ValueSource(classes = {StackOverflowError.class, OutOfMemoryError.class, AssertionError.class})
    void feed_whoseSourceEndsInAnError_keepsTheListAndLooksAgain(Class<? extends Error> kind) {
        source.publish("good 1");
        ReleaseFeed feed = start();
        timer.runNext();
        source.meanwhile(() -> fail(kind));
        timer.runNext();
        timer.runNext();
        timer.runNext();
        assertThat(feed.healthy()).isFalse();
        assertThat(acceptor.inForce()).isEqualTo("good 1");
        source.meanwhile(() -> {});
        source.publish("good 2");

        timer.runNext();

        assertThat(acceptor.inForce()).isEqualTo("good 2");
        assertThat(told).containsExactly("updated", "failed", "failed", "failed", "updated");
        assertThat(log.all()).anyMatch(line -> line.contains("error=\"" + kind.getSimpleName() + "\""));
    }

    @ParameterizedTest
    @ValueSource(classes = {StackOverflowError.class, OutOfMemoryError.class, AssertionError.class})
    void feed_whoseListenerEndsInAnError_tellsTheOthersAndLooksAgain(Class<? extends Error> kind) {
        source.publish("good 1");
        ReleaseFeed feed = start();
        AtomicBoolean broken = new AtomicBoolean(true);
        feed.onChange(() -> {
            if (broken.getAndSet(false)) {
                fail(kind);
            }
            told.add("at last");
        });
        feed.onChange(() -> told.add("heard"));
        timer.runNext();

        assertThat(timer.runNext()).isBetween(HALF, NINE_TENTHS);

        assertThat(told).containsExactly("heard", "updated", "at last", "unchanged");
    }

    @Test
    void feed_whoseCounterEndsInAnError_looksAgain() {
        FeedEvents broken = new FeedEvents() {
            @Override
            public void updated() {
                throw new StackOverflowError();
            }

            @Override
            public void unchanged() {
                told.add("unchanged");
            }

            @Override
            public void refused(String reason) {}

            @Override
            public void failed() {}
        };
        source.publish("good 1");
        ReleaseFeed.start(source, acceptor, REFRESH, broken, workers());
        timer.runNext();

        timer.runNext();

        assertThat(told).containsExactly("unchanged");
        assertThat(timer.waits()).hasSize(1);
    }

    private static void fail(Class<? extends Error> kind) {
        try {
            throw kind.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void feed_whoseFetcherIsFullOrGone_looksAgain() {
        fetcher = task -> {
            throw new RejectedExecutionException("full");
        };
        ReleaseFeed feed = start();
        timer.runNext();
        timer.runNext();
        timer.runNext();

        assertThat(timer.waits()).hasSize(1);
        assertThat(feed.healthy()).isFalse();
        assertThat(told).containsExactly("failed", "failed", "failed");
    }

    @Test
    void feed_whoseFetcherHasNoThreadLeft_looksAgain() {
        source.publish("good 1");
        AtomicBoolean full = new AtomicBoolean(true);
        fetcher = task -> {
            if (full.getAndSet(false)) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            task.run();
        };
        start();
        timer.runNext();

        assertThat(timer.runNext()).isBetween(HALF, NINE_TENTHS);
        assertThat(acceptor.inForce()).isEqualTo("good 1");
        assertThat(told).containsExactly("failed", "updated");
    }

    @Test
    void onChange_hearsOfChangesOnly() {
        ReleaseFeed feed = start();
        feed.onChange(() -> told.add("changed"));
        timer.runNext();
        source.publish("good 1");
        timer.runNext();
        timer.runNext();
        source.publish("rolledback 1");
        timer.runNext();
        source.publish("good 2");
        timer.runNext();

        assertThat(told)
                .containsExactly(
                        "failed", "changed", "updated", "unchanged", "refused LIST_ROLLBACK", "changed", "updated");
    }

    @Test
    void onChange_afterAChange_isToldOfItSoon() {
        source.publish("good 1");
        ReleaseFeed feed = start();
        timer.runNext();

        feed.onChange(() -> told.add("changed"));

        assertThat(timer.runNext()).isEqualTo(ReleaseFeed.SETTLING);
        assertThat(told).containsExactly("updated", "changed", "unchanged");
    }

    @Test
    void onChange_thatThrows_keepsNobodyElseFromHearingAndIsToldAgain() {
        source.publish("good 1");
        ReleaseFeed feed = start();
        feed.onChange(() -> {
            told.add("deaf");
            if (told.stream().filter("deaf"::equals).count() < 3) {
                throw new IllegalStateException("a fault of a listener");
            }
        });
        feed.onChange(() -> told.add("heard"));
        timer.runNext();
        source.fail("away");
        timer.runNext();
        timer.runNext();
        timer.runNext();

        assertThat(told).containsExactly("deaf", "heard", "updated", "deaf", "failed", "deaf", "failed", "failed");
    }

    @Test
    void healthy_isFalseWhileAListenerIsUntold() {
        source.publish("good 1");
        ReleaseFeed feed = start();
        feed.onChange(() -> {
            throw new IllegalStateException("a fault of a listener");
        });
        timer.runNext();
        timer.runNext();
        assertThat(feed.healthy()).isTrue();

        timer.runNext();

        assertThat(feed.healthy()).isFalse();
    }

    @Test
    void nudge_bringsTheNextLookForwardOnce() {
        source.publish("good 1");
        ReleaseFeed feed = start();
        timer.runNext();

        feed.nudge();
        feed.nudge();

        assertThat(timer.waits()).containsExactly(ReleaseFeed.SETTLING);
        timer.runNext();
        assertThat(timer.waits())
                .singleElement()
                .satisfies(wait -> assertThat(wait).isBetween(HALF, NINE_TENTHS));
    }

    @Test
    void nudge_duringBackOff_looksAtOnce() {
        ReleaseFeed feed = start();
        for (int i = 0; i < 6; i++) {
            timer.runNext();
        }
        source.publish("good 1");

        feed.nudge();

        assertThat(timer.runNext()).isEqualTo(ReleaseFeed.SETTLING);
        assertThat(acceptor.inForce()).isEqualTo("good 1");
    }

    @Test
    void nudge_duringALook_isFollowedByAnother() {
        source.publish("half");
        ReleaseFeed feed = start();
        source.meanwhile(feed::nudge);
        timer.runNext();
        source.meanwhile(() -> {});
        source.publish("good 1");

        assertThat(timer.runNext()).isEqualTo(ReleaseFeed.SETTLING);

        assertThat(acceptor.inForce()).isEqualTo("good 1");
    }

    @Test
    void nudge_thatMeetsTheMomentOfALook_leavesOnePlan() {
        source.publish("good 1");
        ReleaseFeed feed = start();
        timer.runNext();
        Runnable due = timer.takeTask();
        feed.nudge();

        due.run();
        timer.runNext();

        assertThat(timer.waits()).hasSize(1);
    }

    @Test
    void feed_whileALookIsUnderWay_beginsNoOther() {
        List<Runnable> waiting = new ArrayList<>();
        fetcher = waiting::add;
        ReleaseFeed feed = start();
        Runnable first = timer.takeTask();
        feed.nudge();

        first.run();
        timer.runNext();

        assertThat(waiting).hasSize(1);
    }

    @Test
    void close_endsAllPlansAndTheSource() {
        source.publish("good 1");
        ReleaseFeed feed = start();
        timer.runNext();

        feed.close();
        feed.nudge();

        assertThat(timer.waits()).isEmpty();
        assertThat(source.isClosed()).isTrue();
    }

    @Test
    void close_beforeALookBegins_keepsItFromFetching() {
        source.publish("good 1");
        List<Runnable> waiting = new ArrayList<>();
        fetcher = waiting::add;
        ReleaseFeed feed = start();
        timer.runNext();

        feed.close();
        waiting.get(0).run();

        assertThat(source.asked()).isEmpty();
        assertThat(told).isEmpty();
        assertThat(timer.waits()).isEmpty();
    }

    @Test
    void close_duringAFetch_offersNothingAndLeavesTheThreadAlone() {
        source.publish("good 1");
        ReleaseFeed feed = start();
        source.meanwhile(feed::close);

        timer.runNext();

        assertThat(Thread.interrupted()).isFalse();
        assertThat(acceptor.offered()).isEmpty();
        assertThat(timer.waits()).isEmpty();
    }

    @Test
    void close_duringAnOffer_doesNotInterruptIt() {
        source.publish("good 1");
        List<Boolean> interrupted = new ArrayList<>();
        List<ReleaseFeed> feeds = new ArrayList<>();
        feeds.add(ReleaseFeed.start(
                source,
                bundle -> {
                    feeds.get(0).close();
                    return interrupted.add(Thread.currentThread().isInterrupted());
                },
                REFRESH,
                FeedEvents.NONE,
                workers()));

        timer.runNext();

        assertThat(interrupted).containsExactly(false);
        assertThat(timer.waits()).isEmpty();
    }

    @Test
    void log_ofFailures_isTheFirstTheThirdAndEveryOtherReason() {
        start();
        for (int i = 0; i < 5; i++) {
            timer.runNext();
        }
        source.fail("HTTP status 500 from \"x\"\n");
        timer.runNext();
        timer.runNext();
        source.publish("good 1");
        timer.runNext();
        timer.runNext();

        assertThat(log.all())
                .containsExactly(
                        "WARNING event=releases.failed source=\"scripted\" failures=1"
                                + " error=\"IOException: nothing there yet\"",
                        "SEVERE event=releases.failed source=\"scripted\" failures=3"
                                + " error=\"IOException: nothing there yet\"",
                        "SEVERE event=releases.failed source=\"scripted\" failures=6"
                                + " error=\"IOException: HTTP status 500 from 'x'\\u000a\"",
                        "INFO event=releases.updated source=\"scripted\" version=\"'" + tag("good 1") + "'\"",
                        "INFO event=releases.recovered source=\"scripted\" after=7");
    }

    @Test
    void log_ofRefusals_saysReasonExpectedActual() {
        source.publish("rolledback 1");
        start();
        for (int i = 0; i < 12; i++) {
            timer.runNext();
        }
        source.publish("half");
        timer.runNext();

        String refused = "WARNING event=releases.refused source=\"scripted\" reason=LIST_ROLLBACK"
                + " expected=\"version 7 or higher\" actual=\"rolledback 1\" version=\"'" + tag("rolledback 1") + "'\""
                + " the last good list stays in force until it expires";
        assertThat(log.all()).hasSize(3);
        assertThat(log.all().subList(0, 2)).containsOnly(refused);
        assertThat(log.all().get(2)).contains("reason=MALFORMED problem=\"bundle: it ends");
    }

    private static String tag(String content) {
        return Integer.toHexString(content.hashCode());
    }

    private ReleaseFeed start() {
        return ReleaseFeed.start(source, acceptor, REFRESH, remembering(), workers());
    }

    private Workers workers() {
        return new Workers(timer, fetcher, timer.clock(), new Random(7));
    }

    private FeedEvents remembering() {
        return new FeedEvents() {
            @Override
            public void updated() {
                told.add("updated");
            }

            @Override
            public void unchanged() {
                told.add("unchanged");
            }

            @Override
            public void refused(String reason) {
                told.add("refused " + reason);
            }

            @Override
            public void failed() {
                told.add("failed");
            }
        };
    }

    private static FeedEvents breaking() {
        return new FeedEvents() {
            @Override
            public void updated() {
                throw new IllegalStateException("a fault of a counter");
            }

            @Override
            public void unchanged() {}

            @Override
            public void refused(String reason) {}

            @Override
            public void failed() {}
        };
    }
}
