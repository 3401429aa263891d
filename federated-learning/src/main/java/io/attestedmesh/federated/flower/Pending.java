package io.attestedmesh.federated.flower;

import io.attestedmesh.federated.flower.wire.ClientMessage;
import io.attestedmesh.federated.flower.wire.ClientMessage.MsgCase;
import io.attestedmesh.federated.server.ParticipantException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** An instruction that has not been answered. */
final class Pending {
    private final MsgCase wanted;
    private final CompletableFuture<ClientMessage> answer = new CompletableFuture<>();
    private volatile boolean timeIsUp;
    private volatile boolean hadTurn;
    private volatile boolean arrives;

    Pending(MsgCase wanted) {
        this.wanted = wanted;
    }

    MsgCase wanted() {
        return wanted;
    }

    CompletableFuture<ClientMessage> answer() {
        return answer;
    }

    void timeoutAfter(Duration timeout, ScheduledExecutorService timer, Runnable late) {
        ScheduledFuture<?> alarm = timer.schedule(late, timeout.toMillis(), TimeUnit.MILLISECONDS);
        var unused = answer.whenComplete((message, failure) -> alarm.cancel(false));
    }

    /** Its time has run out, which is not its fault unless it had a turn to begin its answer. */
    void endTime() {
        timeIsUp = true;
    }

    boolean timeIsUp() {
        return timeIsUp;
    }

    void endTurn() {
        hadTurn = true;
    }

    boolean hadTurn() {
        return hadTurn;
    }

    /** Its answer begins to arrive. */
    void begin() {
        arrives = true;
    }

    boolean arrives() {
        return arrives;
    }

    void complete(ClientMessage message) {
        answer.complete(message);
    }

    void fail(ParticipantException why) {
        answer.completeExceptionally(why);
    }
}
