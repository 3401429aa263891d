package io.attestedmesh.mpc.canary;

import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionReason;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;

/**
 * Rounds of one session in which each party sends one message to all others and compares what it gets: every message says
 * whose it is, of which session and which round, so none is lost, doubled or misplaced unnoticed. Needs no thread of its
 * own.
 */
public final class CheckedRounds {
    private static final System.Logger LOG = System.getLogger(CheckedRounds.class.getName());

    /**
     * How it ended.
     *
     * @param messages that came, each once and in its place
     * @param failure empty if all rounds were completed
     */
    public record Outcome(long messages, Optional<Failure> failure) {}

    /**
     * Why it did not go on.
     *
     * @param reason a {@link SessionReason}, WRONG_MESSAGE or INTERNAL
     * @param parties that are the cause
     */
    public record Failure(String reason, List<Party> parties) {
        @Override
        public String toString() {
            return reason + " " + parties;
        }
    }

    private final NetworkSession session;
    private final int rounds;
    private final int messageBytes;
    private final Duration roundTime;
    private final LongConsumer roundNanos;
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    // of whoever goes on: one thread at a time
    private long messages;
    private long began;

    /** @param roundNanos hears how long each round took */
    public CheckedRounds(
            NetworkSession session, int rounds, int messageBytes, Duration roundTime, LongConsumer roundNanos) {
        this.session = session;
        this.rounds = rounds;
        this.messageBytes = messageBytes;
        this.roundTime = roundTime;
        this.roundNanos = roundNanos;
    }

    /**
     * Begins. A session whose rounds are complete is completed; one that has failed is left open, so that every party finds
     * the cause by itself, instead of the first one that gave up.
     */
    public CompletableFuture<Outcome> start() {
        goOn();
        return outcome;
    }

    private void goOn() {
        boolean more = true;
        while (more) {
            more = round();
        }
    }

    /** False if somebody else goes on, or it is over. */
    private boolean round() {
        try {
            began = System.nanoTime();
            long round = session.round();
            session.sendAll(message(session.self().id(), round));
            CompletableFuture<Map<Integer, byte[]>> all = session.receiveAllAsync(round, roundTime);
            if (all.isDone()) {
                return came(all.join());
            }
            CompletableFuture<Void> unused = all.handle((messagesOfAll, failure) -> {
                if (failure != null) {
                    fail(failure);
                } else {
                    next(messagesOfAll);
                }
                return null;
            });
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(e);
            return false;
        } catch (SessionException | RuntimeException e) {
            fail(e);
            return false;
        }
    }

    private void next(Map<Integer, byte[]> all) {
        try {
            if (came(all)) {
                goOn();
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** True if there is another round. */
    private boolean came(Map<Integer, byte[]> all) {
        long round = session.round();
        List<Party> wrong = session.others().stream()
                .filter(party -> !Arrays.equals(all.get(party.id()), message(party.id(), round)))
                .toList();
        messages += all.size() - wrong.size();
        if (!wrong.isEmpty()) {
            end(new Failure("WRONG_MESSAGE", wrong));
            return false;
        }
        roundNanos.accept(System.nanoTime() - began);
        if (round + 1 == rounds) {
            session.complete();
            outcome.complete(new Outcome(messages, Optional.empty()));
            return false;
        }
        session.nextRound();
        return true;
    }

    private byte[] message(int party, long round) {
        return ByteBuffer.allocate(messageBytes)
                .putInt(party)
                .put(session.id().toByteArray())
                .putLong(round)
                .array();
    }

    private void fail(Throwable failure) {
        Throwable why =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (why instanceof SessionException known) {
            end(new Failure(known.reason().name(), known.parties()));
        } else {
            LOG.log(System.Logger.Level.ERROR, "event=mpc.canary.broken", why);
            end(new Failure("INTERNAL", List.of()));
        }
    }

    private void end(Failure failure) {
        outcome.complete(new Outcome(messages, Optional.of(failure)));
    }
}
