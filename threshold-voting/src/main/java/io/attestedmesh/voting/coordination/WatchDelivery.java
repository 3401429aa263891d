package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.voting.statement.TransactionId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Between a store's changes and a watcher: knows the members it told of, and keeps the watcher's failures from the store. */
final class WatchDelivery {
    private static final System.Logger LOG = System.getLogger(WatchDelivery.class.getName());

    private final Watcher watcher;
    private final Map<String, MemberRecord> members = new HashMap<>();
    private volatile boolean closed;

    WatchDelivery(Watcher watcher) {
        this.watcher = watcher;
    }

    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /** Members that are there and of which the watcher need not be told. */
    synchronized void know(Collection<MemberRecord> present) {
        present.forEach(member -> members.put(member.node(), member));
    }

    boolean wants(TransactionId transaction) {
        boolean[] wanted = {true};
        guarded("row", transaction.text(), () -> wanted[0] = watcher.wants(transaction));
        return wanted[0];
    }

    synchronized void outcome(TransactionId transaction, StoredOutcome stored) {
        guarded("row", transaction.text(), () -> watcher.outcome(transaction, stored));
    }

    synchronized void member(MemberRecord member) {
        if (!member.equals(members.put(member.node(), member))) {
            guarded("member", member.node(), () -> watcher.member(member));
        }
    }

    synchronized void left(String node) {
        if (members.remove(node) != null) {
            guarded("member", node, () -> watcher.left(node));
        }
    }

    /** These are there, and no others. */
    synchronized void members(List<MemberRecord> present) {
        List<String> names = present.stream().map(MemberRecord::node).toList();
        members.keySet().stream().filter(name -> !names.contains(name)).toList().forEach(this::left);
        present.forEach(this::member);
    }

    private void guarded(String what, String name, Runnable call) {
        if (closed) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    () -> "event=voting.coordination.watcher.failed " + what + "=" + OneLine.of(name),
                    e);
        }
    }
}
