package io.attestedmesh.mpc.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ForUsersTest {
    private final List<Runnable> handedOver = new ArrayList<>();
    private final CompletableFuture<String> inner = new CompletableFuture<>();

    @Test
    void whatUsersHangOnIt_runsWhereUsersRun() {
        List<String> heard = new ArrayList<>();
        CompletableFuture<Void> unused = ForUsers.of(inner, handedOver::add).thenAccept(heard::add);

        inner.complete("value");
        assertThat(heard).isEmpty();
        handedOver.forEach(Runnable::run);
        assertThat(heard).containsExactly("value");
    }

    @Test
    void nothingHungOnIt_bothersNobody() {
        CompletableFuture<String> outer = ForUsers.of(inner, handedOver::add);

        inner.complete("value");

        assertThat(outer).isCompletedWithValue("value");
        assertThat(handedOver).isEmpty();
    }

    @Test
    void messageThatComes_isHandedOverThoughNothingHangsOnIt() {
        CompletableFuture<String> outer = outer(() -> inner.cancel(false));

        inner.complete("value");

        assertThat(outer).isNotDone();
        handedOver.forEach(Runnable::run);
        assertThat(outer).isCompletedWithValue("value");
    }

    @Test
    void failure_reachesUsers() {
        CompletableFuture<String> outer = ForUsers.of(inner, handedOver::add);

        inner.completeExceptionally(new IllegalStateException("why"));

        assertThat(outer).isCompletedExceptionally();
    }

    @Test
    void usersThatAreGone_stillHear() {
        List<String> heard = new ArrayList<>();
        CompletableFuture<Void> unused = ForUsers.of(inner, task -> {
                    throw new RejectedExecutionException();
                })
                .thenAccept(heard::add);

        inner.complete("value");

        assertThat(heard).containsExactly("value");
    }

    @Test
    void cancel_givesUp() {
        AtomicInteger givenUp = new AtomicInteger();
        CompletableFuture<String> outer = outer(() -> {
            givenUp.incrementAndGet();
            return inner.cancel(false);
        });

        assertThat(outer.cancel(false)).isTrue();

        assertThat(givenUp).hasValue(1);
        assertThat(outer).isCancelled();
    }

    private CompletableFuture<String> outer(BooleanSupplier giveUp) {
        return ForUsers.of(inner, handedOver::add, giveUp);
    }

    @Test
    void cancelThatComesTooLate_takesNothingAlong() {
        CompletableFuture<String> outer = outer(() -> inner.cancel(false));
        List<String> heard = new ArrayList<>();
        CompletableFuture<Void> unused = outer.thenAccept(heard::add);
        inner.complete("value");

        assertThat(outer.cancel(false)).isFalse();

        handedOver.forEach(Runnable::run);
        assertThat(heard).containsExactly("value");
    }

    @Test
    void timeOutThatComesTooLate_takesNothingAlong() {
        CompletableFuture<String> outer = outer(() -> inner.cancel(false));
        CompletableFuture<Void> unused = outer.thenAccept(value -> {});
        inner.complete("value");

        assertThat(outer.completeExceptionally(new TimeoutException())).isFalse();
        assertThat(outer.complete("another")).isFalse();

        handedOver.forEach(Runnable::run);
        assertThat(outer).isCompletedWithValue("value");
    }

    @Test
    void timeOut_givesUpAndIsWhatTheUserSees() {
        CompletableFuture<String> outer = outer(() -> inner.cancel(false));

        assertThat(outer.completeExceptionally(new TimeoutException())).isTrue();

        assertThat(inner).isCancelled();
        assertThat(outer)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(TimeoutException.class);
    }
}
