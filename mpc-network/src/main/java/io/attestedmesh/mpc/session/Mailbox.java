package io.attestedmesh.mpc.session;

import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the parties of one open session have sent, the round that it is in, and those who wait. Thread-safe. */
final class Mailbox implements Entry {
    private final SessionId id;
    private final MpcContext context;
    private final List<Correspondent> others;
    private final Timing timing;
    private final SessionMeters meters;
    private final Instant end;
    private List<Waiter<?>> waiters = List.of();
    private Optional<Future<?>> alarm = Optional.empty();
    private Instant alarmAt = Instant.MAX;
    private long round;
    private Instant roundBegan;
    private SessionException over;

    /** Its result has no dependents that run in place, so that it may be completed under the lock. */
    private record Waiter<T>(Want<T> want, Instant deadline, Duration patience, CompletableFuture<T> result) {
        /** True if it need not wait any more. */
        boolean settle() {
            if (result.isDone()) {
                want.givenUp(); // whoever waited has gone, and must not take a message along
                return true;
            }
            try {
                Optional<T> there = want.poll();
                return there.isPresent() && result.complete(there.get());
            } catch (SessionException e) {
                return result.completeExceptionally(e);
            }
        }
    }

    Mailbox(
            SessionId id,
            MpcContext context,
            List<Correspondent> others,
            Timing timing,
            SessionMeters meters,
            Instant end) {
        this.id = id;
        this.context = context;
        this.others = others;
        this.timing = timing;
        this.meters = meters;
        this.end = end;
        this.roundBegan = timing.clock().instant();
    }

    Instant end() {
        return end;
    }

    MpcContext context() {
        return context;
    }

    synchronized long round() {
        return round;
    }

    Correspondent other(int party) {
        Correspondent one = find(party);
        if (one == null) {
            throw new IllegalArgumentException("party " + party + " is no other party of context " + context.name());
        }
        return one;
    }

    /** They stand in the order of their ids. */
    private Correspondent find(int party) {
        int low = 0;
        int high = others.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (others.get(middle).party.id() < party) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < others.size() && others.get(low).party.id() == party ? others.get(low) : null;
    }

    List<Correspondent> others() {
        return others;
    }

    @Override
    public Optional<Acceptance> accept(Origin from, Tag tag, byte[] value, Consumer<SessionId> room) {
        return with(from, sender -> {
            Acceptance verdict = sender.inbox.accept(from.incarnation(), tag, value, room);
            return Optional.of(compared(sender, tag, verdict));
        });
    }

    @Override
    public Optional<Acceptance> open(
            Origin from, Tag tag, long size, Arriving.Stream stream, Consumer<Arriving> coming) {
        return with(from, sender -> {
            Acceptance verdict = sender.inbox.open(from.incarnation(), tag, size, stream, coming);
            return Optional.of(compared(sender, tag, verdict));
        });
    }

    private static Acceptance compared(Correspondent sender, Tag tag, Acceptance verdict) {
        if (verdict == Acceptance.EQUIVOCATION && sender.equivocated < 0) {
            sender.equivocated = tag.round();
        }
        return verdict;
    }

    private synchronized Optional<Acceptance> with(Origin from, Function<Correspondent, Optional<Acceptance>> message) {
        if (over != null) {
            return Optional.empty();
        }
        Correspondent sender = correspondent(from);
        Optional<Acceptance> unwelcome = unwelcome(sender, from);
        if (unwelcome.isPresent()) {
            return unwelcome;
        }
        Optional<Acceptance> verdict = message.apply(sender);
        if (verdict.equals(Optional.of(Acceptance.OTHER_INCARNATION))) {
            fail(sender, SessionException.restarted(id, sender.party));
        }
        settle();
        return verdict;
    }

    /** A streamed message has come whole: true if its receiver has it. */
    synchronized boolean finish(Origin from, Tag tag, Arriving message, Arriving.Stream stream) {
        Correspondent sender = correspondent(from);
        // complete from here on: whoever waits must not see that before this has counted it
        boolean whole = over == null && sender != null && message.end(stream);
        if (!whole || !sender.inbox.finish(tag, message)) {
            return false;
        }
        settle();
        return true;
    }

    @Override
    public Optional<Acceptance> preview(Origin from, Tag tag, int size) {
        return with(from, sender -> sender.inbox.preview(from.incarnation(), tag, size));
    }

    @Override
    public Optional<Acceptance> judge(Origin from, Tag tag, int size) {
        return with(from, sender -> sender.inbox.judge(from.incarnation(), tag, size));
    }

    private static Optional<Acceptance> unwelcome(Correspondent sender, Origin from) {
        if (sender == null) {
            return Optional.of(Acceptance.NOT_IN_CONTEXT);
        }
        return sender.party.mayRun(from.proved()) ? Optional.empty() : Optional.of(Acceptance.WRONG_RELEASE);
    }

    private Correspondent correspondent(Origin from) {
        return context.party(from.identity()).map(Party::id).map(this::find).orElse(null);
    }

    private SessionException failure(SessionReason reason, List<Party> parties, String expected, String actual) {
        return new SessionException(reason, id, parties, expected, actual);
    }

    /** Nothing more will come from this party; what has come may still be received. */
    synchronized void fail(Correspondent one, SessionException why) {
        if (one.failure == null) {
            one.failure = why;
            settle();
        }
    }

    /**
     * Completes with the message or the bad news, after {@code patience} at the latest. Nothing that runs in place may be
     * hung on the result; cancelling it gives up.
     */
    <T> CompletableFuture<T> receive(Want<T> want, Duration patience) {
        synchronized (this) {
            try {
                if (over != null) {
                    return CompletableFuture.failedFuture(over);
                }
                Optional<T> there = want.poll();
                if (there.isPresent()) {
                    return CompletableFuture.completedFuture(there.get());
                }
            } catch (SessionException e) {
                return CompletableFuture.failedFuture(e);
            }
            Instant latest = timing.clock().instant().plus(patience);
            Waiter<T> waiter =
                    new Waiter<>(want, latest.isBefore(end) ? latest : end, patience, new CompletableFuture<>());
            if (waiters.isEmpty()) {
                waiters = new ArrayList<>(1);
            }
            waiters.add(waiter);
            wakeAt(waiter.deadline());
            return waiter.result();
        }
    }

    private void wakeAt(Instant deadline) {
        if (!deadline.isBefore(alarmAt)) {
            return;
        }
        alarm.ifPresent(before -> before.cancel(false));
        alarmAt = deadline;
        long wait =
                Math.max(0, Duration.between(timing.clock().instant(), deadline).toNanos());
        alarm = Optional.of(timing.timer().schedule(this::wake, wait, TimeUnit.NANOSECONDS));
    }

    private synchronized void wake() {
        alarm = Optional.empty();
        alarmAt = Instant.MAX;
        Instant now = timing.clock().instant();
        for (Iterator<Waiter<?>> all = waiters.iterator(); all.hasNext(); ) {
            Waiter<?> waiter = all.next();
            if (now.isBefore(waiter.deadline())) {
                wakeAt(waiter.deadline());
            } else {
                waiter.result().completeExceptionally(tooLate(waiter));
                waiter.want().givenUp();
                all.remove();
            }
        }
    }

    private SessionException tooLate(Waiter<?> waiter) {
        boolean whole = !waiter.deadline().isBefore(end);
        return failure(
                whole ? SessionReason.SESSION_EXPIRED : SessionReason.TIMEOUT,
                waiter.want().missing(),
                "a message of round " + round
                        + (whole ? " before the session ends at " + end : " within " + waiter.patience()),
                "none");
    }

    /** Whoever waits for it does so no more; false if it is there, or the bad news. */
    synchronized boolean giveUp(CompletableFuture<?> result) {
        boolean gone = result.cancel(false);
        settle();
        return gone;
    }

    /** Something has changed that those who wait have to hear of. */
    synchronized void look() {
        settle();
    }

    private void settle() {
        if (!waiters.isEmpty()) {
            waiters.removeIf(Waiter::settle);
        }
    }

    /** Goes to the next round. What came for it is there at once; what was not received of this one is dropped. */
    long nextRound() {
        List<Consumer<SessionId>> room;
        long next;
        synchronized (this) {
            Instant now = timing.clock().instant();
            meters.round(Duration.between(roundBegan, now));
            roundBegan = now;
            round++;
            next = round;
            others.forEach(one -> one.inbox.advance(next));
            settle();
            room = waitingForRoom();
        }
        room.forEach(listener -> listener.accept(id));
        return next;
    }

    private List<Consumer<SessionId>> waitingForRoom() {
        List<Consumer<SessionId>> room = new ArrayList<>(0);
        for (Correspondent one : others) {
            one.inbox.waitingForRoom().ifPresent(room::add);
        }
        return room;
    }

    /** From now on it answers nothing, and all who wait fail. */
    void end(SessionException why) {
        List<Consumer<SessionId>> room;
        synchronized (this) {
            if (over != null) {
                return;
            }
            over = why;
            waiters.forEach(waiter -> waiter.result().completeExceptionally(why));
            waiters = List.of();
            alarm.ifPresent(before -> before.cancel(false));
            others.forEach(one -> one.inbox.clear(SessionMeters.Drop.SESSION_ENDED));
            room = waitingForRoom();
        }
        room.forEach(listener -> listener.accept(id));
    }

    /** Why it is over; empty while it is not. */
    synchronized Optional<SessionException> over() {
        return Optional.ofNullable(over);
    }
}
