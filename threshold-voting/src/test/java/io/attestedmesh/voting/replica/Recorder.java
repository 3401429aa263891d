package io.attestedmesh.voting.replica;

import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Remembers what a replica reports. */
public final class Recorder implements ReplicaListener {
    private final List<VerifiedStatement> stated = new ArrayList<>();
    private final List<Ballot> settled = new ArrayList<>();
    private final List<VerifiedViolation> violations = new ArrayList<>();
    private final List<String> exclusions = new ArrayList<>();
    private final List<String> contradictions = new ArrayList<>();
    private boolean room = true;
    private boolean fails;

    @Override
    public void stated(VerifiedStatement statement, Instant now) {
        stated.add(statement);
    }

    @Override
    public void settled(Ballot ballot, Instant now) {
        settled.add(ballot);
    }

    @Override
    public void violated(VerifiedViolation violation, double score, boolean excluded, Instant now) {
        violations.add(violation);
    }

    @Override
    public void excluded(String node, double score, boolean excluded, Instant now) {
        exclusions.add(node + (excluded ? " excluded" : " back"));
    }

    @Override
    public void reinstated(Reinstatement act, double score, boolean excluded, Instant now) {
        exclusions.add(act.node() + " reinstated" + (excluded ? " and still excluded" : ""));
    }

    @Override
    public void contradicted(Ballot ballot, VerifiedCertificate other) {
        contradictions.add(ballot.value() + " and " + other.value());
    }

    @Override
    public void rolledBack(String peer, VerifiedStatement shown) {
        contradictions.add(peer + " shows " + shown);
    }

    @Override
    public boolean hasRoom() {
        if (fails) {
            throw new IllegalStateException("a test");
        }
        return room;
    }

    /** Whether it fails from now on when it is asked for room. */
    public void fails(boolean always) {
        fails = always;
    }

    /** Whether the spool has room from now on. */
    public void room(boolean has) {
        room = has;
    }

    public List<VerifiedStatement> stated() {
        return stated;
    }

    public List<Ballot> settled() {
        return settled;
    }

    public List<VerifiedViolation> violations() {
        return violations;
    }

    public List<String> exclusions() {
        return exclusions;
    }

    public List<String> contradictions() {
        return contradictions;
    }
}
