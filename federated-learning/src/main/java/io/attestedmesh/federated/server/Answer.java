package io.attestedmesh.federated.server;

import io.attestedmesh.attest.evidence.OneLine;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/**
 * What a participant gave, or why it gave nothing.
 *
 * @param failure empty if there is a value
 */
record Answer<T>(Participant from, Optional<T> value, String failure) {
    /** Each answer is added as it comes; one comes from each, for each has its time limit. */
    static <T> BlockingQueue<Answer<T>> ask(
            List<Participant> chosen, Function<Participant, CompletableFuture<T>> what) {
        BlockingQueue<Answer<T>> answers = new LinkedBlockingQueue<>();
        for (Participant participant : chosen) {
            var unused = what.apply(participant)
                    .whenComplete((value, failure) -> answers.add(new Answer<>(
                            participant, Optional.ofNullable(value), failure == null ? "" : message(failure))));
        }
        return answers;
    }

    private static String message(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return OneLine.of(String.valueOf(cause.getMessage()));
    }
}
