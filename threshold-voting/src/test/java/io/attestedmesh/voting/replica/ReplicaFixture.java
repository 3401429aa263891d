package io.attestedmesh.voting.replica;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.TestCommittee;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import io.attestedmesh.voting.violation.ViolationType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The replica of n1 in a committee of five, four of which decide; the test is everybody else, and the clock. */
final class ReplicaFixture {
    static final ReplicaSettings SETTINGS = ReplicaSettings.DEFAULT;
    static final TransactionId TX = new TransactionId("tx_1");

    final TestCommittee committee = new TestCommittee(5, 4);
    final Recorder recorder = new Recorder();
    private final ReplicaSettings settings;
    MemoryJournal journal = new MemoryJournal();
    Replica replica;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");

    ReplicaFixture() {
        this(SETTINGS);
    }

    ReplicaFixture(ReplicaSettings settings) {
        this.settings = settings;
        restart();
    }

    /** A replica that goes on where the journal ends. */
    ReplicaFixture restart() {
        replica = new Replica(committee.signer("n1"), journal, settings, recorder, now);
        return this;
    }

    /** All others are connected both ways, and have said that they hold nothing. */
    ReplicaFixture ready() {
        for (String node : List.of("n2", "n3", "n4", "n5")) {
            connect(node);
            receive(node, new Message.Cursor(journal.lastOwn(), journal.own(journal.lastOwn())));
        }
        List<Outgoing> unused = flush();
        return this;
    }

    void connect(String node) {
        replica.connected(node, now);
        replica.called(node, true);
    }

    void receive(String from, Message message) {
        replica.receive(from, message, now);
    }

    /** {@code node} says this, the next of its statements. */
    void says(String node, VerifiedStatement... statements) {
        receive(node, new Message.Statements(List.of(statements)));
    }

    VerifiedStatement votes(String node, long sequence, String transaction, String value) {
        VerifiedStatement vote = committee.vote(node, sequence, transaction, value);
        says(node, vote);
        return vote;
    }

    VerifiedStatement vote(String transaction, String value) throws RefusedVoteException {
        return replica.vote(new TransactionId(transaction), new Value(value), now);
    }

    void adopt(VerifiedCertificate certificate) {
        replica.adopt(certificate, now);
    }

    /** Some time passes, and is looked at every second. */
    void after(Duration time) {
        Instant end = now.plus(time);
        while (now.plusSeconds(1).isBefore(end)) {
            now = now.plusSeconds(1);
            replica.tick(now);
        }
        jumpTo(end);
    }

    /** Time that nobody looked at is over. */
    void jumpTo(Instant then) {
        now = then;
        replica.tick(now);
    }

    /** Time is looked at, and none has passed. */
    void tick() {
        replica.tick(now);
    }

    /** What the replica sends, once it is durable. */
    List<Outgoing> flush() {
        List<Outgoing> out = replica.outgoing();
        journal.commit();
        return out;
    }

    /** What the replica sends to one node, of one kind. */
    <T extends Message> List<T> sent(String to, Class<T> kind) {
        return only(flush(), to, kind);
    }

    static <T extends Message> List<T> only(List<Outgoing> out, String to, Class<T> kind) {
        return out.stream()
                .filter(one -> one.to().equals(to))
                .map(Outgoing::message)
                .flatMap(message -> kind.isInstance(message) ? Stream.of(kind.cast(message)) : Stream.empty())
                .toList();
    }

    Outcome outcome(String transaction) {
        return replica.ballot(new TransactionId(transaction))
                .map(Ballot::outcome)
                .orElse(Outcome.PENDING);
    }

    Optional<VerifiedStatement> said(String transaction, String node) {
        return replica.ballot(new TransactionId(transaction)).flatMap(ballot -> ballot.of(node));
    }

    VerifiedViolation observation(String observer, String accused, ViolationType type) {
        return observation(observer, accused, type, now);
    }

    VerifiedViolation observation(String observer, String accused, ViolationType type, Instant at) {
        return VerifiedViolation.observed(committee.signer(observer), type, accused, at, Bytes.EMPTY);
    }

    /** Two votes of {@code node} that contradict each other. */
    VerifiedViolation doubleVote(String node, String transaction) {
        return VerifiedViolation.doubleVote(
                        committee.vote(node, 1, transaction, "a"), committee.vote(node, 2, transaction, "b"))
                .orElseThrow();
    }

    /** {@code node} is caught at voting twice in a transaction of its own. */
    void exclude(String node) {
        receive("n5".equals(node) ? "n4" : "n5", new Message.Evidence(doubleVote(node, "twice")));
    }
}
