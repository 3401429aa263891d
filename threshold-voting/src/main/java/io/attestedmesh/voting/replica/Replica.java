package io.attestedmesh.voting.replica;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Message.Answer;
import io.attestedmesh.voting.replica.Message.Cursor;
import io.attestedmesh.voting.replica.Message.Evidence;
import io.attestedmesh.voting.replica.Message.Question;
import io.attestedmesh.voting.replica.Message.Statements;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.Tally;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.Conduct;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import io.attestedmesh.voting.violation.ViolationType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One node's votes, what it knows of those of others, and what follows. Safety rests on two rules: of one transaction it
 * signs one statement, and that is durable before it is sent; the second is the caller's ({@link #outgoing}). Not thread-safe.
 */
public final class Replica {
    /** Transactions that one question is about, at most. */
    public static final int QUESTION = 64;

    /** How often twice as many peers are asked: 256 are more than there are. */
    private static final int MOST_DOUBLINGS = 8;

    /** Violations that a node is told of when it connects, at most. */
    private static final int EVIDENCE = 1000;

    /** A tick that comes so late says that this node did nothing for a while. */
    private static final Duration STALL = Duration.ofSeconds(2);

    private final Committee committee;
    private final StatementSigner signer;
    private final Journal journal;
    private final ReplicaSettings settings;
    private final ReplicaListener listener;
    private final Map<String, Peer> peers = new TreeMap<>();
    private final Pending pending;
    private final Discipline discipline;
    private final List<Outgoing> out = new ArrayList<>();
    private boolean rolledBack;
    private Instant lastTick;

    /** Goes on where {@code journal} ends. */
    public Replica(
            StatementSigner signer, Journal journal, ReplicaSettings settings, ReplicaListener listener, Instant now) {
        this.committee = signer.committee();
        this.signer = signer;
        this.journal = journal;
        this.settings = settings;
        this.listener = listener;
        this.lastTick = now;
        this.pending = new Pending(settings, committee.size());
        this.discipline = new Discipline(committee, journal, settings.conduct(), listener, now);
        committee.nodes().stream()
                .filter(node -> !node.equals(signer.node()))
                .forEach(node -> peers.put(node, new Peer(node)));
        journal.pending()
                .forEach(transaction -> pending.open(journal.ballot(transaction).orElseThrow()));
        if (pending.isAheadOf(now)) { // the clock went back while this node was down
            pending.wentBack(now);
        }
    }

    /**
     * Signs this node's vote.
     *
     * @throws RefusedVoteException and then nothing was signed
     */
    public VerifiedStatement vote(TransactionId transaction, Value value, Instant now) throws RefusedVoteException {
        Optional<Ballot> ballot = journal.ballot(transaction);
        if (rolledBack) {
            throw new RefusedVoteException(
                    VoteReason.ROLLED_BACK, "peers hold statements of this node that its disk does not: it went back");
        }
        if (!isReady()) {
            throw new RefusedVoteException(
                    VoteReason.NOT_READY,
                    "since it started, this node has not heard from " + (committee.threshold() - 1)
                            + " others what they hold of it");
        }
        if (ballot.isPresent()) {
            requireUnsaid(ballot.get(), value);
        } else if (!pending.hasRoom(signer.node(), true)) {
            throw new RefusedVoteException(
                    VoteReason.TOO_MANY_PENDING, pending.size() + " transactions are pending, as many as may be");
        }
        if (!listener.hasRoom()) {
            throw new RefusedVoteException(
                    VoteReason.SPOOL_FULL,
                    "the ledger or the coordination store is away, and the room for what it misses is full");
        }
        return say(transaction, Optional.of(value), now);
    }

    /**
     * Whether so many others have said what they hold of this node that with it they decide. Before, it would not know
     * whether its disk went back, and could sign a second statement of a transaction.
     */
    public boolean isReady() {
        return peers.values().stream().filter(Peer::hasSaid).count() >= committee.threshold() - 1;
    }

    private void requireUnsaid(Ballot ballot, Value value) throws RefusedVoteException {
        Optional<VerifiedStatement> said = ballot.of(signer.node());
        if (said.isPresent()) {
            throw new RefusedVoteException(
                    VoteReason.ALREADY_SAID,
                    said.get()
                            .statement()
                            .value()
                            .map(before -> "this node voted for " + before + " in " + ballot.transaction())
                            .orElse("this node signed that the time of " + ballot.transaction() + " is over"));
        }
        if (ballot.outcome() != Outcome.PENDING && !ballot.value().equals(Optional.of(value))) {
            throw new RefusedVoteException(
                    VoteReason.SETTLED,
                    ballot.transaction() + " is "
                            + ballot.value()
                                    .map(decided -> "decided: " + decided)
                                    .orElse("failed"));
        }
    }

    private VerifiedStatement say(TransactionId transaction, Optional<Value> value, Instant now) {
        VerifiedStatement own = signer.sign(journal.lastOwn() + 1, transaction, value);
        journal.append(own);
        boolean unused = take(own, now); // even where it does not count itself: it has to know what it said
        return own;
    }

    /** The connection to {@code node} works from now on. */
    public void connected(String node, Instant now) {
        peers.get(node).connected(now);
        discipline.toTell(EVIDENCE).forEach(known -> send(node, new Evidence(known.violation())));
    }

    /** It works no more. */
    public void disconnected(String node) {
        peers.get(node).disconnected();
    }

    /** The connection from {@code node} works from now on, or no more. A node that cannot answer is not silent. */
    public void called(String node, boolean works) {
        peers.get(node).calls(works);
    }

    /** Whether {@link #connected} was said last. */
    public boolean isConnected(String node) {
        return peers.get(node).isConnected();
    }

    /** Takes what {@code from} said; the caller has seen to it that {@code from} is the member that it is. */
    public void receive(String from, Message message, Instant now) {
        Peer peer = peers.get(from);
        peer.heard(now);
        if (message instanceof Cursor cursor) {
            acknowledged(peer, cursor, now);
        } else if (message instanceof Statements statements) {
            statements.statements().forEach(statement -> heard(peer, statement, now));
        } else if (message instanceof Question question) {
            question.transactions().forEach(transaction -> answer(from, transaction));
        } else if (message instanceof Answer answer) {
            peer.answered();
            discipline.answered(from, now);
            answer.statements().forEach(statement -> learned(statement, now));
            answer.certificate().ifPresent(certificate -> adopt(certificate, now));
        } else if (message instanceof Evidence evidence && discipline.add(evidence.violation(), now)) {
            spread(evidence, from);
        }
    }

    private void acknowledged(Peer peer, Cursor cursor, Instant now) {
        if (cursor.last().isPresent() && isForgotten(cursor.last().get())) {
            rolledBack(peer.name(), cursor.last().get());
        }
        peer.acknowledge(Math.min(cursor.sequence(), journal.lastOwn()), now);
    }

    /** Whether it is this node's own statement, and it does not have it. */
    private boolean isForgotten(VerifiedStatement shown) {
        return shown.node().equals(signer.node())
                && !journal.own(shown.statement().sequence())
                        .map(VerifiedStatement::signed)
                        .equals(Optional.of(shown.signed()));
    }

    private void rolledBack(String by, VerifiedStatement shown) {
        if (!rolledBack) {
            rolledBack = true;
            listener.rolledBack(by, shown);
        }
    }

    private void heard(Peer peer, VerifiedStatement statement, Instant now) {
        long sequence = statement.statement().sequence();
        if (take(statement, now) && sequence == journal.heard(peer.name()) + 1) {
            journal.heard(peer.name(), statement);
        }
        peer.oweCursor();
    }

    private void learned(VerifiedStatement statement, Instant now) {
        if (isForgotten(statement)) {
            rolledBack("an answer", statement);
        } else {
            boolean unused = take(statement, now);
        }
    }

    /** False if there is no room for it now. */
    private boolean take(VerifiedStatement statement, Instant now) {
        Optional<Ballot> held = hold(statement, false, now);
        held.ifPresent(ballot -> count(ballot, now));
        return held.isPresent();
    }

    /** Settles it if enough was said, by nodes that are not excluded: what those say is kept, for they may count again. */
    private void count(Ballot ballot, Instant now) {
        if (ballot.outcome() == Outcome.PENDING && ballot.statements().size() >= committee.threshold()) {
            List<VerifiedStatement> counting = ballot.statements().stream()
                    .filter(statement -> !discipline.isExcluded(statement.node()))
                    .toList();
            VerifiedCertificate.of(committee, ballot.transaction(), counting)
                    .ifPresent(certificate -> settle(ballot, certificate, now));
        }
    }

    /**
     * Adds it to its ballot if it is the first of its node there.
     *
     * @param settles whether it is of a certificate that there is room for, and so will not be pending
     * @return empty if there is no room for it
     */
    private Optional<Ballot> hold(VerifiedStatement statement, boolean settles, Instant now) {
        Optional<Ballot> known = journal.ballot(statement.transaction());
        Optional<VerifiedStatement> before = known.flatMap(ballot -> ballot.of(statement.node()));
        if (before.isPresent()) {
            VerifiedViolation.doubleVote(before.get(), statement).ifPresent(proof -> report(proof, now));
            return known;
        }
        boolean self = statement.node().equals(signer.node());
        boolean room = self
                || settles
                || (listener.hasRoom() && (known.isPresent() || pending.hasRoom(statement.node(), false)));
        if (!room) {
            return Optional.empty();
        }
        Ballot ballot = known.orElseGet(() -> opened(statement, now)).with(statement);
        journal.put(ballot);
        listener.stated(statement, now);
        ballot.certificate().ifPresent(certificate -> compare(statement, certificate, now));
        return Optional.of(ballot);
    }

    private Ballot opened(VerifiedStatement first, Instant now) {
        Instant since = Instant.ofEpochMilli(now.toEpochMilli());
        Ballot ballot = new Ballot(first.transaction(), first.node(), since, List.of(), Optional.empty());
        pending.open(ballot);
        return ballot;
    }

    private void settle(Ballot ballot, VerifiedCertificate certificate, Instant now) {
        Ballot settled = ballot.settled(certificate);
        journal.put(settled);
        pending.close(ballot.transaction());
        peers.values().forEach(peer -> peer.notToAsk(ballot));
        listener.settled(settled, now);
        settled.statements().forEach(statement -> compare(statement, certificate, now));
    }

    /** What {@code statement} shows of its node where this settled the transaction. */
    private void compare(VerifiedStatement statement, VerifiedCertificate certificate, Instant now) {
        if (certificate.value().isPresent()
                && certificate.value().equals(statement.statement().value())) {
            return; // as nearly all do; whatever else the certificate has was compared when it was held
        }
        VerifiedViolation.minorityVote(statement, certificate).ifPresent(proof -> report(proof, now));
        certificate.statements().stream()
                .filter(other -> other.node().equals(statement.node()))
                .forEach(
                        other -> VerifiedViolation.doubleVote(other, statement).ifPresent(proof -> report(proof, now)));
    }

    /** Takes a certificate, wherever it comes from. */
    public void adopt(VerifiedCertificate certificate, Instant now) {
        if (!listener.hasRoom()) {
            return; // it is asked for again
        }
        for (VerifiedStatement statement : certificate.statements()) {
            if (isForgotten(statement)) {
                rolledBack("a certificate", statement);
            }
            Optional<Ballot> unused = hold(statement, true, now);
        }
        Ballot ballot = journal.ballot(certificate.transaction()).orElseThrow();
        if (ballot.outcome() == Outcome.PENDING) {
            settle(ballot, certificate, now);
        } else if (!ballot.value().equals(certificate.value())) {
            listener.contradicted(ballot, certificate);
        }
    }

    private void answer(String to, TransactionId transaction) {
        Optional<Ballot> ballot = journal.ballot(transaction);
        send(
                to,
                new Answer(
                        transaction,
                        ballot.map(Ballot::statements).orElse(List.of()),
                        ballot.flatMap(Ballot::certificate)));
    }

    private void report(VerifiedViolation violation, Instant now) {
        if (discipline.add(violation, now)) {
            spread(new Evidence(violation), signer.node());
        }
    }

    private void spread(Evidence evidence, String from) {
        peers.keySet().stream().filter(to -> !to.equals(from)).forEach(to -> send(to, evidence));
    }

    private void send(String to, Message message) {
        if (peers.get(to).isConnected()) {
            out.add(new Outgoing(to, message));
        }
    }

    /** {@code from} sent something of this digest whose signature does not verify. */
    public void invalidSignature(String from, Bytes digest, Instant now) {
        report(VerifiedViolation.observed(signer, ViolationType.INVALID_SIGNATURE, from, now, digest), now);
    }

    /** An operator's act, whose signature the caller has verified. */
    public void reinstate(Reinstatement act, Instant now) {
        discipline.reinstate(act, now);
    }

    /** Looks at what time brings: deadlines, questions, silence, what has to be sent again. */
    public void tick(Instant now) {
        // who was held up itself has not heard what others answered
        boolean back = now.isBefore(lastTick);
        boolean stalled = back || Duration.between(lastTick, now).compareTo(STALL) > 0;
        lastTick = now;
        if (back) {
            pending.wentBack(now);
            discipline.wentBack(now);
        }
        for (Pending.Due due : pending.due(now, this::statements)) {
            giveUpIfLate(journal.ballot(due.transaction()).orElseThrow(), now);
            count(journal.ballot(due.transaction()).orElseThrow(), now); // somebody may count again
            Ballot ballot = journal.ballot(due.transaction()).orElseThrow();
            if (ballot.outcome() == Outcome.PENDING) {
                toAsk(ballot, due.stalls());
            }
        }
        for (Peer peer : peers.values()) {
            if (stalled) {
                peer.askedAnew(now);
            }
            if (peer.isSilent(settings.grace(), now)) {
                report(VerifiedViolation.observed(signer, ViolationType.SILENCE, peer.name(), now, Bytes.EMPTY), now);
            }
            ask(peer, now);
            peer.ticked();
            peer.resendIfStuck(settings.resend(), now);
        }
        discipline.tick(now);
    }

    private int statements(TransactionId transaction) {
        return journal.ballot(transaction).orElseThrow().statements().size();
    }

    /**
     * One peer is to be asked at first, then two others, then four: each answers with all that it has. Nobody while more is heard:
     * nodes that are only slow would be slower. Who comes first differs from transaction to transaction, and from node to node.
     */
    private void toAsk(Ballot ballot, int stalls) {
        if (stalls == 0) {
            return;
        }
        List<Peer> ring = new ArrayList<>(
                peers.values().stream().filter(Peer::isConnected).toList());
        int many = Math.min(1 << Math.min(stalls - 1, MOST_DOUBLINGS), ring.size());
        Collections.rotate(ring, -Objects.hash(signer.node(), ballot.transaction()));
        Collections.rotate(ring, 1 - many); // past those that were asked before
        ring.subList(0, many).forEach(peer -> peer.toAsk(ballot));
    }

    private void giveUpIfLate(Ballot ballot, Instant now) {
        boolean late = !now.isBefore(pending.deadline(ballot));
        if (late
                && isReady()
                && !rolledBack
                && ballot.of(signer.node()).isEmpty()
                && tally(ballot).mayFail()
                && listener.hasRoom()) {
            VerifiedStatement unused = say(ballot.transaction(), Optional.empty(), now);
        }
    }

    private void ask(Peer peer, Instant now) {
        List<TransactionId> question = peer.question(QUESTION, settings.ask(), now);
        if (!question.isEmpty()) {
            send(peer.name(), new Question(question));
        }
    }

    /**
     * What has to be sent now. The journal has to be committed before the first of it is.
     *
     * @return in the order in which each node has to get it
     */
    public List<Outgoing> outgoing() {
        for (Peer peer : peers.values()) {
            if (peer.payCursor()) {
                send(peer.name(), new Cursor(journal.heard(peer.name()), journal.lastHeard(peer.name())));
            }
            Optional<Long> next = peer.next(journal.lastOwn());
            while (next.isPresent()) {
                List<VerifiedStatement> batch = new ArrayList<>();
                while (next.isPresent() && batch.size() < settings.batch()) {
                    batch.add(journal.own(next.get()).orElseThrow());
                    peer.sent(next.get());
                    next = peer.next(journal.lastOwn());
                }
                send(peer.name(), new Statements(batch));
            }
        }
        List<Outgoing> all = List.copyOf(out);
        out.clear();
        return all;
    }

    /** What is known of a transaction. */
    public Optional<Ballot> ballot(TransactionId transaction) {
        return journal.ballot(transaction);
    }

    /** Counts the statements of a ballot. */
    public Tally tally(Ballot ballot) {
        List<SignedStatement> statements =
                ballot.statements().stream().map(VerifiedStatement::signed).toList();
        return new Tally(committee, statements);
    }

    /** When this node gives up to vote in a transaction. */
    public Instant deadline(Ballot ballot) {
        return pending.deadline(ballot);
    }

    /** How many transactions nothing settles yet. */
    public int pending() {
        return pending.size();
    }

    public boolean isExcluded(String node) {
        return discipline.isExcluded(node);
    }

    /** 0 to 100, by docs/voting.md, "Reputation". */
    public double score(String node, Instant now) {
        return discipline.score(node, now);
    }

    /** What this node knows of what others did, oldest first. */
    public List<Conduct.Known> violations() {
        return discipline.known();
    }

    /** Whether peers hold statements of this node that its disk does not. */
    public boolean isRolledBack() {
        return rolledBack;
    }

    /** So many of this node's own statements {@code peer} has acknowledged. */
    public long acknowledged(String peer) {
        return peers.get(peer).acknowledged();
    }
}
