package io.attestedmesh.mpc.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * What users get of a future that the network completes: what they hang on it runs on their threads, not on one of the
 * network. If nothing hangs on it when it completes, no thread is bothered.
 */
final class ForUsers<T> extends CompletableFuture<T> {
    private final Executor users;
    private final Runnable onCancel;

    private ForUsers(Executor users, Runnable onCancel) {
        this.users = users;
        this.onCancel = onCancel;
    }

    /** Of what goes on whether users wait for it or not. */
    static <T> CompletableFuture<T> of(CompletableFuture<T> inner, Executor users) {
        return of(inner, users, () -> {});
    }

    static <T> CompletableFuture<T> of(CompletableFuture<T> inner, Executor users, Runnable onCancel) {
        if (inner.isDone()) {
            return inner; // what is hung on it runs where that is done
        }
        ForUsers<T> outer = new ForUsers<>(users, onCancel);
        CompletableFuture<T> unused = inner.whenComplete(outer::settle);
        return outer;
    }

    private void settle(T value, Throwable failure) {
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
            complete(value);
        } else {
            completeExceptionally(failure);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        onCancel.run();
        return cancelled;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
