package io.attestedmesh.voting.replica;

import io.attestedmesh.voting.statement.TransactionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/** The transactions that nothing settles yet, and when each has to be looked at next. */
final class Pending {
    private static final int MOST_DOUBLINGS = 20;

    private final ReplicaSettings settings;
    private final Map<TransactionId, Wait> waits = new HashMap<>();
    private final Map<String, Integer> opened = new HashMap<>();
    private final PriorityQueue<Wake> wakes =
            new PriorityQueue<>(Comparator.comparing(Wake::at).thenComparingLong(Wake::number));
    private long wakesSoFar;

    /** How often it stalled so far, and how many statements of it there were when it was looked at last. */
    private record Wait(String opener, Instant deadline, int stalls, int heard) {}

    /** Of two at one time the first that was asked for is first. */
    private record Wake(Instant at, long number, TransactionId transaction) {}

    Pending(ReplicaSettings settings) {
        this.settings = settings;
    }

    int size() {
        return waits.size();
    }

    /** Whether {@code opener} may open one more. */
    boolean hasRoom(String opener, boolean self) {
        return waits.size() < settings.pending() && (self || opened.getOrDefault(opener, 0) < settings.pendingOfOne());
    }

    void open(Ballot ballot) {
        opened.merge(ballot.opener(), 1, Integer::sum);
        sleep(ballot.transaction(), new Wait(ballot.opener(), deadline(ballot), 0, 1), ballot.since());
    }

    /** Until its pause is over; its deadline is not slept through. */
    private void sleep(TransactionId transaction, Wait wait, Instant now) {
        Instant then = now.plus(pause(wait.stalls()));
        boolean through = now.isBefore(wait.deadline()) && then.isAfter(wait.deadline());
        waits.put(transaction, wait);
        wakes.add(new Wake(through ? wait.deadline() : then, wakesSoFar++, transaction));
    }

    private Duration pause(int stalls) {
        Duration doubled = settings.ask().multipliedBy(1L << Math.min(stalls, MOST_DOUBLINGS));
        return doubled.compareTo(settings.deadline()) > 0 ? settings.deadline() : doubled;
    }

    Instant deadline(Ballot ballot) {
        return ballot.since().plus(settings.deadline());
    }

    void close(TransactionId transaction) {
        Wait gone = waits.remove(transaction);
        if (gone != null) {
            opened.merge(gone.opener(), -1, (a, b) -> a + b == 0 ? null : a + b);
        }
    }

    /** Those whose time has come; each has to be put off again, or closed. */
    List<TransactionId> due(Instant now) {
        List<TransactionId> due = new ArrayList<>();
        while (!wakes.isEmpty() && !wakes.peek().at().isAfter(now)) {
            Wake wake = wakes.poll();
            if (waits.containsKey(wake.transaction())) {
                due.add(wake.transaction());
            }
        }
        return due;
    }

    /**
     * Puts off one that is due: for as long as before if something was said of it meanwhile, else twice as long, up to the
     * deadline.
     *
     * @return how often it has stalled, if it did now: nodes that are only slow would be slower if they were asked; else 0
     */
    int stalls(Ballot ballot, Instant now) {
        Wait before = waits.get(ballot.transaction());
        int heard = ballot.statements().size();
        boolean stalled = heard <= before.heard();
        int stalls = before.stalls() + (stalled ? 1 : 0);
        sleep(ballot.transaction(), new Wait(before.opener(), before.deadline(), stalls, heard), now);
        return stalled ? stalls : 0;
    }
}
