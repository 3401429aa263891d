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
import java.util.function.ToIntFunction;

/** The transactions that nothing settles yet, and when each has to be looked at next. */
final class Pending {
    private static final int MOST_DOUBLINGS = 20;

    private final ReplicaSettings settings;
    private final int share;
    private final Map<TransactionId, Wait> waits = new HashMap<>();
    private final Map<String, Integer> opened = new HashMap<>();
    private final PriorityQueue<Wake> wakes =
            new PriorityQueue<>(Comparator.comparing(Wake::at).thenComparingLong(Wake::number));
    private long wakesSoFar;

    /**
     * One whose time has come.
     *
     * @param stalls how often in a row nothing more was said of it until then; 0 if something was
     */
    record Due(TransactionId transaction, int stalls) {}

    /** Of one transaction, when it was looked at last: how often in a row it had stalled, and its statements. */
    private record Wait(String opener, Instant deadline, int stalls, int heard) {}

    /** Of two at one time the first that was asked for is first. */
    private record Wake(Instant at, long number, TransactionId transaction) {}

    /** Of a committee of so many: what others open leaves room for what this node does. */
    Pending(ReplicaSettings settings, int members) {
        this.settings = settings;
        this.share = Math.min(settings.pendingOfOne(), Math.max(1, settings.pending() / members));
    }

    int size() {
        return waits.size();
    }

    /** Whether {@code opener} may open one more. */
    boolean hasRoom(String opener, boolean self) {
        return waits.size() < settings.pending() && (self || opened.getOrDefault(opener, 0) < share);
    }

    void open(Ballot ballot) {
        opened.merge(ballot.opener(), 1, Integer::sum);
        int said = Math.max(1, ballot.statements().size()); // by who opens it now
        sleep(ballot.transaction(), new Wait(ballot.opener(), deadline(ballot), 0, said), ballot.since());
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
        Wait wait = waits.get(ballot.transaction());
        return wait == null ? ballot.since().plus(settings.deadline()) : wait.deadline();
    }

    /** Whether there is one that seems to have been opened later. */
    boolean isAheadOf(Instant now) {
        Instant latest = now.plus(settings.deadline());
        return waits.values().stream().anyMatch(wait -> wait.deadline().isAfter(latest));
    }

    /** The clock went back to {@code now}: nothing is to be waited for longer than if it began now. */
    void wentBack(Instant now) {
        Instant latest = now.plus(settings.deadline());
        wakes.clear();
        for (Map.Entry<TransactionId, Wait> each : List.copyOf(waits.entrySet())) {
            Wait wait = each.getValue();
            Instant deadline = wait.deadline().isAfter(latest) ? latest : wait.deadline();
            sleep(each.getKey(), new Wait(wait.opener(), deadline, wait.stalls(), wait.heard()), now);
        }
    }

    void close(TransactionId transaction) {
        Wait gone = waits.remove(transaction);
        if (gone != null) {
            opened.merge(gone.opener(), -1, (a, b) -> a + b == 0 ? null : a + b);
        }
    }

    /**
     * Those whose time has come. Each is put off, so that it comes again whatever becomes of it now: for as long as at first if
     * something was said of it meanwhile, else twice as long as the last time, up to the deadline.
     *
     * @param heard how many statements of a transaction there are
     */
    List<Due> due(Instant now, ToIntFunction<TransactionId> heard) {
        List<Due> due = new ArrayList<>();
        while (!wakes.isEmpty() && !wakes.peek().at().isAfter(now)) {
            TransactionId transaction = wakes.poll().transaction();
            Wait before = waits.get(transaction);
            if (before != null) {
                int said = heard.applyAsInt(transaction);
                int stalls = said > before.heard() ? 0 : before.stalls() + 1;
                due.add(new Due(transaction, stalls));
                sleep(transaction, new Wait(before.opener(), before.deadline(), stalls, said), now);
            }
        }
        return due;
    }
}
