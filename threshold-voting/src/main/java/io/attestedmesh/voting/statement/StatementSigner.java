package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.evidence.Bytes;
import java.util.Optional;

/** One node's voting key at work. What it may sign is up to the replica, which journals each statement first. */
public final class StatementSigner {
    private final Committee committee;
    private final String node;
    private final Ed25519PrivateKey key;

    /** Signs as {@code node}, a member of {@code committee}. */
    public StatementSigner(Committee committee, String node, Ed25519PrivateKey key) {
        if (!committee.contains(node)) {
            throw new IllegalArgumentException(node + " is not of the committee " + committee);
        }
        this.committee = committee;
        this.node = node;
        this.key = key;
    }

    public String node() {
        return node;
    }

    public Committee committee() {
        return committee;
    }

    /** Signs a vote, or a timeout if there is no value. */
    public VerifiedStatement sign(long sequence, TransactionId transaction, Optional<Value> value) {
        Statement statement = new Statement(committee.network(), committee.epoch(), node, sequence, transaction, value);
        Bytes covered = statement.encoded();
        return new VerifiedStatement(new SignedStatement(statement, covered, key.sign(covered)));
    }

    /** Signs other bytes of the project's, which begin with a label of their own. */
    public Bytes sign(Bytes labelled) {
        return key.sign(labelled);
    }

    public Announcement announcement() {
        return Announcement.of(committee, node, key);
    }
}
