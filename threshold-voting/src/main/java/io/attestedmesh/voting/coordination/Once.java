package io.attestedmesh.voting.coordination;

import io.attestedmesh.voting.statement.TransactionId;
import java.util.LinkedHashSet;
import java.util.Set;

/** Remembers, of the last so many transactions, which ones were named. */
final class Once {
    private final int most;
    private final Set<TransactionId> seen = new LinkedHashSet<>();

    Once(int most) {
        this.most = most;
    }

    /** Whether it is the first time. */
    synchronized boolean first(TransactionId transaction) {
        if (!seen.add(transaction)) {
            return false;
        }
        if (seen.size() > most) {
            seen.remove(seen.iterator().next());
        }
        return true;
    }

    synchronized void forget(TransactionId transaction) {
        seen.remove(transaction);
    }

    synchronized Set<TransactionId> all() {
        return Set.copyOf(seen);
    }
}
