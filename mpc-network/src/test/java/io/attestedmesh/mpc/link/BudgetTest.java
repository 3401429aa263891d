package io.attestedmesh.mpc.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Room, and those who wait for it. */
@Timeout(60)
class BudgetTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final Budget budget = new Budget(2, 100);

    private boolean takeNow(long size) throws InterruptedException {
        return budget.take(size, Duration.ZERO);
    }

    private static FutureTask<Boolean> waiting(java.util.concurrent.Callable<Boolean> taking) {
        FutureTask<Boolean> task = new FutureTask<>(taking);
        Thread thread = new Thread(task);
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void lastMessage_fits() throws Exception {
        takeNow(1);

        assertThat(takeNow(1)).isTrue();
        assertThat(takeNow(1)).isFalse();
    }

    @Test
    void lastByte_fits() throws Exception {
        takeNow(40);

        assertThat(takeNow(61)).isFalse();
        assertThat(takeNow(60)).isTrue();
        assertThat(budget.bytes()).isEqualTo(100);
    }

    @Test
    void firstMessage_fitsHoweverLargeItIs() throws Exception {
        assertThat(takeNow(1000)).isTrue();
    }

    @Test
    void give_letsOneInThatWaits() throws Exception {
        takeNow(100);
        FutureTask<Boolean> next = waiting(() -> budget.take(100, LONG));
        budget.give(100);

        assertThat(next.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(budget.messages()).isEqualTo(1);
    }

    @Test
    void close_sendsAwayThoseThatWait() throws Exception {
        takeNow(100);
        FutureTask<Boolean> next = waiting(() -> budget.take(100, LONG));
        budget.close();

        assertThat(next.get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(budget.messages()).isEqualTo(1);
    }

    @Test
    void look_sendsAwayWhoWantsItNoMore() throws Exception {
        takeNow(100);
        AtomicBoolean wanted = new AtomicBoolean(true);
        FutureTask<Boolean> next = waiting(() -> budget.take(100, LONG, wanted::get));
        wanted.set(false);
        budget.look();

        assertThat(next.get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(budget.bytes()).isEqualTo(100);
    }
}
