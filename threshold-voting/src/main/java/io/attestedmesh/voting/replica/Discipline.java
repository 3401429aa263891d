package io.attestedmesh.voting.replica;

import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.violation.Conduct;
import io.attestedmesh.voting.violation.ConductRules;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import io.attestedmesh.voting.violation.ViolationType;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Keeps the journal's violations and the conduct in step, and says who is excluded now. */
final class Discipline {
    private static final Duration REVIEW = Duration.ofSeconds(1);

    private final Committee committee;
    private final Journal journal;
    private final ReplicaListener listener;
    private final Conduct conduct;
    private final Set<String> excluded = new TreeSet<>();
    private Instant review;

    Discipline(Committee committee, Journal journal, ConductRules rules, ReplicaListener listener, Instant now) {
        this.committee = committee;
        this.journal = journal;
        this.listener = listener;
        this.review = now;
        this.conduct = new Conduct(committee, rules);
        for (Reinstatement act : journal.reinstatements()) {
            boolean unused = conduct.reinstate(act.node(), act.until());
        }
        for (Conduct.Known stored : journal.violations()) {
            boolean unused = conduct.add(stored.violation(), stored.since());
        }
        conduct.gaveWay().forEach(journal::remove);
        conduct.wentBack(toTheMilli(now)); // it may have, while this node was down
        committee.nodes().stream().filter(node -> conduct.isExcluded(node, now)).forEach(excluded::add);
    }

    private static Instant toTheMilli(Instant time) {
        return Instant.ofEpochMilli(time.toEpochMilli());
    }

    /** The clock went back to {@code now}. */
    void wentBack(Instant now) {
        review = now;
        conduct.wentBack(toTheMilli(now));
    }

    /** False if it was known, or there is no room for more of its kind. */
    boolean add(VerifiedViolation violation, Instant now) {
        Instant since = toTheMilli(now);
        if (!conduct.add(violation, since)) {
            return false;
        }
        conduct.gaveWay().forEach(journal::remove); // first: it may be told again
        journal.put(new Conduct.Known(violation, since));
        String accused = violation.accused();
        listener.violated(violation, conduct.score(accused, now), conduct.isExcluded(accused, now), now);
        review(accused, now);
        return true;
    }

    /** {@code node} answers again. */
    void answered(String node, Instant now) {
        conduct.answered(node, now);
        if (excluded.contains(node)) {
            review(node, now);
        }
    }

    void reinstate(Reinstatement act, Instant now) {
        if (conduct.reinstate(act.node(), act.until())) {
            journal.put(act);
            boolean still = conduct.isExcluded(act.node(), now);
            listener.reinstated(act, conduct.score(act.node(), now), still, now);
            review(act.node(), now);
        }
    }

    /** Looks, once a second at most, at what time has changed. */
    void tick(Instant now) {
        if (now.isBefore(review)) {
            return;
        }
        review = now.plus(REVIEW);
        conduct.expire(now).forEach(journal::remove);
        committee.nodes().forEach(node -> review(node, now));
    }

    private void review(String node, Instant now) {
        boolean is = conduct.isExcluded(node, now);
        boolean changed = is ? excluded.add(node) : excluded.remove(node);
        if (changed) {
            listener.excluded(node, conduct.score(node, now), is, now);
        }
    }

    boolean isExcluded(String node) {
        return excluded.contains(node);
    }

    double score(String node, Instant now) {
        return conduct.score(node, now);
    }

    /** The {@code most} that matter most to somebody who knows nothing yet: proofs that exclude, then what is newest. */
    List<Conduct.Known> toTell(int most) {
        return conduct.all().stream()
                .sorted(Comparator.<Conduct.Known, Boolean>comparing(
                                known -> known.violation().type() != ViolationType.DOUBLE_VOTE)
                        .thenComparing(Conduct.Known::since, Comparator.reverseOrder()))
                .limit(most)
                .toList();
    }

    List<Conduct.Known> known() {
        return conduct.all();
    }
}
