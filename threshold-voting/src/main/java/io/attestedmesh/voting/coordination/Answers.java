package io.attestedmesh.voting.coordination;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Waits for what a store answers. The stores bound the wait. */
final class Answers {
    private Answers() {}

    static <T> T of(CompletableFuture<T> answer) throws CoordinationException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CoordinationException("interrupted while the store was asked", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    /** The reason within what futures wrap around it. */
    static CoordinationException failure(Throwable thrown) {
        Throwable at = thrown;
        while (at instanceof CompletionException && at.getCause() != null) {
            at = at.getCause();
        }
        if (at instanceof CoordinationException known) {
            return known;
        }
        return at instanceof TimeoutException
                ? new CoordinationException("the store did not answer in time", at)
                : new CoordinationException("the store failed: " + at, at);
    }
}
