package io.attestedmesh.mpc.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * What users get of a future that the network completes: what they hang on it runs on their threads, never on one of the
 * network. If they hang nothing on it, no thread is bothered.
 */
final class ForUsers<T> extends CompletableFuture<T> {
    private final Executor users;
    private final CompletableFuture<T> inner;

    private ForUsers(CompletableFuture<T> inner, Executor users) {
        this.inner = inner;
        this.users = users;
    }

    static <T> CompletableFuture<T> of(CompletableFuture<T> inner, Executor users) {
        if (inner.isDone()) {
            return inner; // what is hung on it runs where that is done
        }
        ForUsers<T> outer = new ForUsers<>(inner, users);
        CompletableFuture<T> unused = inner.whenComplete(outer::settle);
        return outer;
    }

    private void settle(T value, Throwable failure) {
        if (getNumberOfDependents() == 0) {
            end(value, failure);
        } else {
            users.execute(() -> end(value, failure));
        }
    }

    private void end(T value, Throwable failure) {
        if (failure == null) {
            complete(value);
        } else {
            completeExceptionally(failure);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        inner.cancel(false);
        return cancelled;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
