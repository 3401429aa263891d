package io.attestedmesh.voting.simulation;

import io.attestedmesh.voting.replica.Ballot;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.replica.ReplicaSettings;
import io.attestedmesh.voting.simulation.LyingMember.Lie;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.TestCommittee;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.violation.ViolationType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** One schedule from start to end, and what came of it. */
final class World {
    private static final Duration CHAOS = Duration.ofSeconds(40);
    private static final Duration CALM = Duration.ofMinutes(2);
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final List<Value> VALUES = List.of(new Value("a"), new Value("b"), new Value("c"));

    private static final List<Lie> LIES = List.of(Lie.values());

    private final Schedule schedule;
    private final Random random;
    private final TestCommittee committee;
    private final Network network;
    private final List<HonestMember> honest = new ArrayList<>();
    private final List<LyingMember> liars = new ArrayList<>();
    private final Set<TransactionId> agreed = new HashSet<>();
    private final List<String> findings = new ArrayList<>();
    private final Map<Outcome, Integer> outcomes = new TreeMap<>();

    /** Committees take long to make, and are the same for one size and threshold. */
    World(Schedule schedule, TestCommittee committee) {
        this.schedule = schedule;
        this.random = new Random(schedule.seed() ^ 0x5eedL);
        this.committee = committee;
        this.network = new Network(schedule, random);
        // messages that are lost one by one look like silence, which a working connection does not bring about
        Duration grace = schedule.lossy() ? Duration.ofDays(1) : ReplicaSettings.DEFAULT.grace();
        ReplicaSettings settings =
                ReplicaSettings.DEFAULT.withDeadline(DEADLINE).withGrace(grace);
        List<String> names = List.copyOf(committee.committee().nodes());
        for (int i = 0; i < names.size(); i++) {
            if (i < schedule.size() - schedule.liars()) {
                honest.add(new HonestMember(committee.signer(names.get(i)), network, random, settings));
            } else {
                Lie lie = schedule.isBeyond() ? Lie.TWO_VALUES : LIES.get(random.nextInt(LIES.size()));
                liars.add(new LyingMember(committee.signer(names.get(i)), network, random, lie, VALUES, honest));
            }
        }
        honest.forEach(network::add);
        liars.forEach(network::add);
    }

    /** Runs it, and checks what has to hold. */
    World run() {
        Instant start = network.now();
        network.connectAll();
        for (int i = 0; i < schedule.transactions(); i++) {
            plan(new TransactionId("tx" + i));
        }
        for (int i = 0; i < 8; i++) {
            network.after(Duration.ofMillis(random.nextInt((int) CHAOS.toMillis())), network::part);
        }
        network.runUntil(start.plus(CHAOS));
        honest.forEach(HonestMember::heal);
        network.heal();
        network.runUntil(start.plus(CHAOS).plus(CALM));
        check();
        return this;
    }

    private void plan(TransactionId transaction) {
        boolean same = random.nextInt(3) > 0;
        boolean quick = random.nextInt(3) > 0;
        if (same) {
            agreed.add(transaction);
        }
        Duration begin = Duration.ofMillis(random.nextInt((int) CHAOS.toMillis() / 2));
        for (HonestMember member : honest) {
            Value value = same ? VALUES.get(0) : VALUES.get(random.nextInt(2));
            long late = quick ? random.nextInt(2000) : random.nextInt((int) DEADLINE.toMillis() * 2);
            network.after(begin.plusMillis(late), () -> member.vote(transaction, value));
        }
        liars.forEach(
                liar -> network.after(begin.plusMillis(random.nextInt(3000)), () -> liar.lieAbout(transaction, 2)));
    }

    private void check() {
        StatementVerifier verifier = committee.verifier();
        Map<TransactionId, Optional<Value>> settled = new HashMap<>();
        Set<Certificate> verified = new HashSet<>();
        for (HonestMember member : honest) {
            for (Ballot ballot : member.journal().ballots()) {
                outcomes.merge(ballot.outcome(), 1, Integer::sum);
                ballot.certificate().ifPresent(certificate -> {
                    Optional<Value> before = settled.putIfAbsent(ballot.transaction(), certificate.value());
                    if (before != null && !before.equals(certificate.value())) {
                        findings.add("two outcomes of " + ballot.transaction());
                    }
                    if (verified.add(certificate.certificate())) {
                        verify(verifier, certificate);
                    }
                });
            }
            member.recorder().contradictions().forEach(findings::add);
            member.journal().violations().stream()
                    .filter(known -> known.violation().type() == ViolationType.DOUBLE_VOTE)
                    .filter(known -> isHonest(known.violation().accused()))
                    .forEach(known -> findings.add("an honest double voter: " + known.violation()));
            member.recorder().exclusions().stream()
                    .filter(line -> isHonest(line.substring(0, line.indexOf(' '))))
                    .forEach(line -> findings.add("an honest node was " + line));
        }
        checkLiveness();
    }

    private void verify(StatementVerifier verifier, VerifiedCertificate certificate) {
        try {
            VerifiedCertificate unused = verifier.verify(certificate.certificate());
        } catch (RejectedStatementException e) {
            findings.add("a certificate that does not verify: " + e.getMessage());
        }
    }

    private boolean isHonest(String node) {
        return honest.stream().anyMatch(member -> member.name().equals(node));
    }

    /** Where all honest nodes voted for one value, and they are enough, all have decided it. */
    private void checkLiveness() {
        if (honest.size() < schedule.threshold()) {
            return;
        }
        for (TransactionId transaction : agreed) {
            boolean voted = honest.stream()
                    .allMatch(member -> member.journal()
                            .ballot(transaction)
                            .flatMap(ballot -> ballot.of(member.name()))
                            .filter(statement -> !statement.statement().isTimeout())
                            .isPresent());
            for (HonestMember member : honest) {
                Outcome outcome = member.journal()
                        .ballot(transaction)
                        .map(Ballot::outcome)
                        .orElse(Outcome.PENDING);
                if (voted && outcome == Outcome.PENDING) {
                    findings.add(transaction + " is pending at " + member.name() + ", and all honest nodes agree");
                }
            }
        }
    }

    List<String> findings() {
        return findings;
    }

    Map<Outcome, Integer> outcomes() {
        return outcomes;
    }

    /** Everything that was found, said and settled: two runs of one seed give the same. */
    String trace() {
        StringBuilder trace = new StringBuilder().append(network.delivered());
        honest.forEach(member -> trace.append(' ')
                .append(member.recorder().stated())
                .append(member.recorder().exclusions()));
        return trace.append(findings).toString();
    }

    Schedule schedule() {
        return schedule;
    }

    /** The lies of its liars. */
    List<Lie> lies() {
        return liars.stream().map(LyingMember::lie).toList();
    }
}
