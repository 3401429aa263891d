package io.attestedmesh.voting.replica;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.Conduct;
import io.attestedmesh.voting.violation.Reinstatement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A journal that forgets by {@link #crash} what was not committed. */
public final class MemoryJournal implements Journal {
    private State now = new State();
    private State durable = new State();
    private boolean changed;

    private static final class State {
        private final Map<TransactionId, Ballot> ballots = new LinkedHashMap<>();
        private final List<VerifiedStatement> own = new ArrayList<>();
        private final Map<String, VerifiedStatement> heard = new HashMap<>();
        private final Map<Bytes, Conduct.Known> violations = new LinkedHashMap<>();
        private final List<Reinstatement> acts = new ArrayList<>();

        State copy() {
            State copy = new State();
            copy.ballots.putAll(ballots);
            copy.own.addAll(own);
            copy.heard.putAll(heard);
            copy.violations.putAll(violations);
            copy.acts.addAll(acts);
            return copy;
        }
    }

    /** What is not committed is gone. */
    public void crash() {
        now = durable.copy();
        changed = false;
    }

    /** A journal that is as this one was committed last. */
    public MemoryJournal copy() {
        MemoryJournal copy = new MemoryJournal();
        copy.now = durable.copy();
        copy.durable = durable.copy();
        return copy;
    }

    /** All ballots. */
    public List<Ballot> ballots() {
        return List.copyOf(now.ballots.values());
    }

    @Override
    public Optional<Ballot> ballot(TransactionId transaction) {
        return Optional.ofNullable(now.ballots.get(transaction));
    }

    @Override
    public void put(Ballot ballot) {
        changed = true;
        now.ballots.put(ballot.transaction(), ballot);
    }

    @Override
    public List<TransactionId> pending() {
        return now.ballots.values().stream()
                .filter(ballot -> ballot.outcome() == Outcome.PENDING)
                .map(Ballot::transaction)
                .toList();
    }

    @Override
    public long lastOwn() {
        return now.own.size();
    }

    @Override
    public void append(VerifiedStatement own) {
        changed = true;
        now.own.add(own);
    }

    @Override
    public Optional<VerifiedStatement> own(long sequence) {
        return sequence < 1 || sequence > now.own.size()
                ? Optional.empty()
                : Optional.of(now.own.get((int) sequence - 1));
    }

    @Override
    public long heard(String node) {
        return lastHeard(node).map(last -> last.statement().sequence()).orElse(0L);
    }

    @Override
    public Optional<VerifiedStatement> lastHeard(String node) {
        return Optional.ofNullable(now.heard.get(node));
    }

    @Override
    public void heard(String node, VerifiedStatement last) {
        changed = true;
        now.heard.put(node, last);
    }

    @Override
    public void put(Conduct.Known violation) {
        changed = true;
        now.violations.put(violation.violation().id(), violation);
    }

    @Override
    public void remove(Bytes violation) {
        changed = true;
        now.violations.remove(violation);
    }

    @Override
    public List<Conduct.Known> violations() {
        return List.copyOf(now.violations.values());
    }

    @Override
    public void put(Reinstatement act) {
        changed = true;
        now.acts.add(act);
    }

    @Override
    public List<Reinstatement> reinstatements() {
        return List.copyOf(now.acts);
    }

    @Override
    public void commit() {
        if (changed) {
            durable = now.copy();
            changed = false;
        }
    }
}
