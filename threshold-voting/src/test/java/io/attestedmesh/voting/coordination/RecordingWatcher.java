package io.attestedmesh.voting.coordination;

import io.attestedmesh.voting.statement.TransactionId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what it was told. */
class RecordingWatcher implements Watcher {
    final List<TransactionId> outcomes = new CopyOnWriteArrayList<>();
    final List<StoredOutcome> rows = new CopyOnWriteArrayList<>();
    final List<MemberRecord> members = new CopyOnWriteArrayList<>();
    final List<String> left = new CopyOnWriteArrayList<>();

    @Override
    public void outcome(TransactionId transaction, StoredOutcome stored) {
        rows.add(stored);
        outcomes.add(transaction);
    }

    @Override
    public void member(MemberRecord member) {
        members.add(member);
    }

    @Override
    public void left(String node) {
        left.add(node);
    }
}
