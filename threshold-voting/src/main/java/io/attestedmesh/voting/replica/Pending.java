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
    private final ReplicaSettings settings;
    private final Map<TransactionId, Wait> waits = new HashMap<>();
    private final Map<String, Integer> opened = new HashMap<>();
    private final PriorityQueue<Wake> wakes = new PriorityQueue<>(Comparator.comparing(Wake::at));

    private record Wait(String opener, Duration next) {}

    private record Wake(Instant at, TransactionId transaction, boolean repeated) {}

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
        waits.put(ballot.transaction(), new Wait(ballot.opener(), settings.ask()));
        opened.merge(ballot.opener(), 1, Integer::sum);
        wakes.add(new Wake(ballot.since().plus(settings.ask()), ballot.transaction(), true));
        wakes.add(new Wake(deadline(ballot), ballot.transaction(), false));
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

    /** Those whose time has come; each wakes again, after twice as long up to the deadline. */
    List<TransactionId> due(Instant now) {
        List<TransactionId> due = new ArrayList<>();
        while (!wakes.isEmpty() && !wakes.peek().at().isAfter(now)) {
            Wake wake = wakes.poll();
            Wait wait = waits.get(wake.transaction());
            if (wait != null) {
                due.add(wake.transaction());
                if (wake.repeated()) {
                    wakeAgain(wake.transaction(), wait, now);
                }
            }
        }
        return due;
    }

    private void wakeAgain(TransactionId transaction, Wait wait, Instant now) {
        Duration doubled = wait.next().multipliedBy(2);
        Duration next = doubled.compareTo(settings.deadline()) > 0 ? settings.deadline() : doubled;
        waits.put(transaction, new Wait(wait.opener(), next));
        wakes.add(new Wake(now.plus(next), transaction, true));
    }
}
