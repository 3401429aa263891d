package io.attestedmesh.voting.simulation;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.MemoryJournal;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.replica.Outgoing;
import io.attestedmesh.voting.replica.Recorder;
import io.attestedmesh.voting.replica.RefusedVoteException;
import io.attestedmesh.voting.replica.Replica;
import io.attestedmesh.voting.replica.ReplicaSettings;
import io.attestedmesh.voting.replica.VoteReason;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedStatement;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A replica that is killed now and then: what it did not commit is gone, and some of what it did is not sent. */
final class HonestMember implements Member {
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration AGAIN = Duration.ofMillis(300);

    private final StatementSigner signer;
    private final Network network;
    private final Random random;
    private final ReplicaSettings settings;
    private final MemoryJournal journal = new MemoryJournal();
    private final Recorder recorder = new Recorder();
    private Replica replica;
    private boolean up = true;
    private boolean mayDie = true;
    private boolean voted;
    private int settled;

    HonestMember(StatementSigner signer, Network network, Random random, ReplicaSettings settings) {
        this.signer = signer;
        this.network = network;
        this.random = random;
        this.settings = settings;
        this.replica = new Replica(signer, journal, settings, recorder, network.now());
        network.after(TICK, this::tick);
    }

    private void tick() {
        if (up) {
            replica.tick(network.now());
            flush();
        }
        network.after(TICK, this::tick);
    }

    /** Votes as soon as it can; a node that was killed before its vote was durable is asked again. */
    void vote(TransactionId transaction, Value value) {
        if (up) {
            try {
                VerifiedStatement unused = replica.vote(transaction, value, network.now());
                voted = true; // and the voter is told
                flush();
            } catch (RefusedVoteException e) {
                if (e.reason() != VoteReason.NOT_READY) {
                    return;
                }
            }
        }
        if (!hasSaid(transaction)) {
            network.after(AGAIN, () -> vote(transaction, value));
        }
    }

    private boolean hasSaid(TransactionId transaction) {
        return journal.ballot(transaction)
                .filter(ballot -> ballot.of(name()).isPresent())
                .isPresent();
    }

    private void flush() {
        if (mayDie && random.nextInt(400) == 0) {
            kill();
            return;
        }
        List<Outgoing> out = replica.outgoing();
        boolean told = recorder.settled().size() > settled;
        settled = recorder.settled().size();
        if (!out.isEmpty() || told || voted || random.nextBoolean()) { // what was only heard may wait for the disk
            journal.commit();
            voted = false;
        }
        int sent = mayDie && random.nextInt(400) == 0 ? random.nextInt(out.size() + 1) : out.size();
        out.subList(0, sent).forEach(one -> network.send(name(), one.to(), one.message()));
        if (sent < out.size()) {
            kill();
        }
    }

    private void kill() {
        up = false;
        journal.crash();
        network.crashed(name());
        network.after(Duration.ofMillis(100 + random.nextInt(5000)), this::restart);
    }

    private void restart() {
        up = true;
        replica = new Replica(signer, journal, settings, recorder, network.now());
        network.connectAll();
    }

    /** It is not killed any more. */
    void heal() {
        mayDie = false;
    }

    void invalidSignature(String from) {
        if (up) {
            replica.invalidSignature(from, Bytes.EMPTY, network.now());
            flush();
        }
    }

    MemoryJournal journal() {
        return journal;
    }

    Recorder recorder() {
        return recorder;
    }

    @Override
    public String name() {
        return signer.node();
    }

    @Override
    public boolean isUp() {
        return up;
    }

    @Override
    public void connected(String to) {
        replica.connected(to, network.now());
        flush();
    }

    @Override
    public void disconnected(String to) {
        if (up) {
            replica.disconnected(to);
        }
    }

    @Override
    public void called(String from, boolean works) {
        if (up) {
            replica.called(from, works);
        }
    }

    @Override
    public void receive(String from, Message message) {
        replica.receive(from, message, network.now());
        flush();
    }
}
