package io.attestedmesh.mpc.session;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;

/**
 * What users get of a future that the network completes: what they hang on it runs on their threads, not on one of the
 * network. If nothing hangs on it when it completes, no thread is bothered.
 */
final class ForUsers<T> extends CompletableFuture<T> {
    private final Executor users;
    private final BooleanSupplier giveUp;

    private ForUsers(Executor users, BooleanSupplier giveUp) {
        this.users = users;
        this.giveUp = giveUp;
    }

    /** Of what goes on whether users wait for it or not. */
    static <T> CompletableFuture<T> of(CompletableFuture<T> inner, Executor users) {
        return of(inner, users, () -> true);
    }

    /**
     * Of what a user may give up: cancel, complete, or leave to a time-out.
     *
     * @param giveUp false if it is too late, because the value is there or the failure; then that is what the user gets
     */
    static <T> CompletableFuture<T> of(CompletableFuture<T> inner, Executor users, BooleanSupplier giveUp) {
        if (inner.isDone()) {
            return inner; // what is hung on it runs where that is done
        }
        ForUsers<T> outer = new ForUsers<>(users, giveUp);
        CompletableFuture<T> unused = inner.whenComplete(outer::settle);
        return outer;
    }

    private void settle(T value, Throwable failure) {
        if (failure instanceof CancellationException) {
            return; // whoever gave it up says how it ends
        }
        if (getNumberOfDependents() == 0) {
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
