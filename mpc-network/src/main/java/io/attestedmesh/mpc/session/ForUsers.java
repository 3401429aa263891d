package io.attestedmesh.mpc.session;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

/**
 * What users get of a future that the network completes: what they hang on it runs on their threads, not on one of the
 * network. Of a message that was sent, if nothing hangs on it when it completes, no thread is bothered: most callers do not
 * look; what is hung on it in that very moment may run on a thread of the network then.
 */
final class ForUsers<T> extends CompletableFuture<T> {
    private final Executor users;
    private final boolean unwatched;
    private final BooleanSupplier giveUp;

    private ForUsers(Executor users, boolean unwatched, BooleanSupplier giveUp) {
        this.users = users;
        this.unwatched = unwatched;
        this.giveUp = giveUp;
    }

    /** Of what goes on whether users wait for it or not. */
    static <T> CompletableFuture<T> of(CompletableFuture<T> inner, Executor users) {
        return of(inner, users, true, () -> true);
    }

    /**
     * Of what a user may give up: cancel, complete, or leave to a time-out.
     *
     * @param giveUp false if it is too late, because the value is there or the failure; then that is what the user gets
     */
    static <T> CompletableFuture<T> of(CompletableFuture<T> inner, Executor users, BooleanSupplier giveUp) {
        return of(inner, users, false, giveUp);
    }

    private static <T> CompletableFuture<T> of(
            CompletableFuture<T> inner, Executor users, boolean unwatched, BooleanSupplier giveUp) {
        if (inner.isDone()) {
            return inner; // what is hung on it runs where that is done
        }
        ForUsers<T> outer = new ForUsers<>(users, unwatched, giveUp);
        CompletableFuture<T> unused = inner.whenComplete(outer::settle);
        return outer;
    }

    private void settle(T value, Throwable failure) {
        if (failure instanceof CancellationException) {
            return; // whoever gave it up says how it ends
        }
        if (unwatched && getNumberOfDependents() == 0) {
            end(value, failure);
        } else {
            try {
                users.execute(() -> end(value, failure));
            } catch (RejectedExecutionException e) {
                end(value, failure); // the network is closed, and nobody shall wait for ever
            }
        }
    }

    private void end(T value, Throwable failure) {
        if (failure == null) {
            super.complete(value);
        } else {
            super.completeExceptionally(failure);
        }
    }

    // what users do to it: none of it may take along a message that has come already

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return givenUp() && super.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean complete(T value) {
        return givenUp() && super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return givenUp() && super.completeExceptionally(failure);
    }

    private boolean givenUp() {
        return !isDone() && giveUp.getAsBoolean();
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
