package io.attestedmesh.voting.node;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.mpc.network.Transport;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.voting.journal.FileJournal;
import io.attestedmesh.voting.journal.FileSpool;
import io.attestedmesh.voting.journal.Spool;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.replica.Outgoing;
import io.attestedmesh.voting.replica.RefusedVoteException;
import io.attestedmesh.voting.replica.Replica;
import io.attestedmesh.voting.replica.VoteReason;
import io.attestedmesh.voting.statement.Announcement;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.statement.VotingKeys;
import io.attestedmesh.voting.violation.Conduct;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.wire.v1.Contact;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.grpc.ServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** One node of a voting network: add it to a server, start that, then this. */
public final class VotingNode implements AutoCloseable {
    private final String self;
    private final Committee committee;
    private final VotingKeys keys;
    private final StatementVerifier verifier;
    private final FileJournal journal;
    private final NodeSettings settings;
    private final Clock clock;
    private final Loop loop;
    private final Replica replica;
    private final Mesh mesh;
    private final FileSpool ledger;
    private final FileSpool outcomes;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong promised = new AtomicLong();
    private final Map<Long, CompletableFuture<?>> promises = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> ended;
    private final List<Party> contacts;
    private volatile boolean stopping;
    private volatile Runnable onOutcome = () -> {};
    private long told;
    private boolean muted;

    private VotingNode(Builder builder) throws RejectedStatementException {
        this.self = builder.signer.node();
        this.committee = builder.signer.committee();
        this.journal = builder.journal;
        this.settings = builder.settings;
        this.clock = builder.clock;
        this.contacts = List.copyOf(builder.contacts);
        this.keys = new VotingKeys(committee);
        this.verifier = new StatementVerifier(keys);
        for (Announcement known : journal.announcements()) {
            boolean unused = keys.pin(known);
        }
        Announcement own = builder.signer.announcement();
        hold(own);
        this.ledger = journal.spool("ledger");
        this.outcomes = journal.spool("outcomes");
        Chronicle chronicle = new Chronicle(
                self, ledger, outcomes, settings.spool(), builder.meters, builder.listener, this::onceDurable);
        this.replica = new Replica(builder.signer, journal, settings.replica(), chronicle, clock.instant());
        this.loop = new Loop(
                "voting-" + self, settings.tick(), () -> replica.tick(clock.instant()), this::settle, journal::rest);
        this.mesh = new Mesh(
                self,
                committee,
                builder.transport,
                own,
                builder.advertised.map(party -> Contact.newBuilder()
                        .setNode(self)
                        .setHost(party.host())
                        .setPort(party.port())
                        .build()),
                settings,
                clock,
                new Envelopes(verifier),
                new Refusals(builder.meters, clock),
                loop,
                new FromMesh());
        this.ended = loop.ended().whenComplete((done, failure) -> {
            if (failure != null) {
                journal.abandon();
            }
            mesh.close(); // it is on the loop's thread still, and nothing else is there any more
            promises.values().forEach(promise -> fail(promise, failure));
        });
        builder.meters.gauge("amesh.voting.pending", replica, Replica::pending);
    }

    /** A node in the making, which votes as {@code signer} and goes on where {@code journal} ends. */
    public static Builder builder(StatementSigner signer, FileJournal journal, Transport transport) {
        return new Builder(signer, journal, transport);
    }

    private void hold(Announcement announcement) throws RejectedStatementException {
        if (keys.pin(announcement)) {
            journal.put(announcement);
        }
    }

    /** Adds what the server has to carry. */
    public <B extends ServerBuilder<B>> B addTo(B server) {
        return server.addService(mesh);
    }

    /** Connects to the nodes whose addresses are known. */
    public void start() {
        loop.start();
        loop.execute(() -> contacts.forEach(mesh::reach));
    }

    /** Connects to a node there, if its address is not known yet. */
    public void reach(Party party) {
        loop.execute(() -> mesh.reach(party));
    }

    /** Completed when the node has ended: with a failure if its journal could not be written. */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** On the loop. */
    private void onceDurable(Runnable what) {
        loop.afterwards(what);
    }

    /** Nothing is sent, and nobody told, before it is durable; what was only heard may be heard again. */
    private boolean settle(boolean now) {
        List<Outgoing> out = replica.outgoing();
        if (!now && out.isEmpty()) {
            return journal.isAhead();
        }
        long spooled = outcomes.last();
        journal.commit();
        if (spooled != told) {
            told = spooled;
            onOutcome.run();
        }
        if (!muted) {
            Map<Message, Envelope> written = new HashMap<>();
            out.forEach(one -> mesh.send(one.to(), envelope(one.message(), written)));
        }
        return false;
    }

    /** Statements go to every node as they are, and are written once. */
    private static Envelope envelope(Message message, Map<Message, Envelope> written) {
        return message instanceof Message.Statements
                ? written.computeIfAbsent(message, Envelopes::write)
                : Envelopes.write(message);
    }

    /**
     * Votes.
     *
     * @return once the vote is durable and on its way; fails with a {@link RefusedVoteException}, and then nothing was signed
     */
    public CompletableFuture<VerifiedStatement> vote(TransactionId transaction, Value value) {
        if (stopping) {
            return CompletableFuture.failedFuture(
                    new RefusedVoteException(VoteReason.STOPPING, "the node is stopping"));
        }
        if (waiting.incrementAndGet() > settings.votes()) {
            waiting.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new RefusedVoteException(VoteReason.BUSY, settings.votes() + " votes wait to be signed"));
        }
        return promise((Promised<VerifiedStatement>) done -> {
                    try {
                        VerifiedStatement own = replica.vote(transaction, value, clock.instant());
                        loop.afterwards(() -> done.complete(own));
                    } catch (RefusedVoteException e) {
                        done.completeExceptionally(e);
                    }
                })
                .whenComplete((own, failure) -> waiting.decrementAndGet());
    }

    /** Work on the loop that completes a future. */
    @FunctionalInterface
    private interface Promised<T> {
        void run(CompletableFuture<T> done);
    }

    /** Completed by {@code work}; with a failure if that fails, or the node ends before it is done. */
    private <T> CompletableFuture<T> promise(Promised<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        long number = promised.incrementAndGet();
        promises.put(number, done);
        loop.execute(() -> {
            try {
                work.run(done);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
                throw e;
            }
        });
        if (loop.ended().isDone()) {
            fail(done, null);
        }
        return done.whenComplete((result, failure) -> promises.remove(number));
    }

    private static void fail(CompletableFuture<?> promise, Throwable why) {
        promise.completeExceptionally(new IllegalStateException("the node has ended", why));
    }

    private <T> CompletableFuture<T> ask(Function<Replica, T> question) {
        return promise(done -> {
            T answer = question.apply(replica);
            loop.afterwards(() -> done.complete(answer)); // it may show a vote that is not durable yet
        });
    }

    /** What this node knows of a transaction; empty if nobody said anything of it. */
    public CompletableFuture<Optional<TransactionView>> status(TransactionId transaction) {
        return ask(asked -> asked.ballot(transaction).map(ballot -> TransactionView.of(asked, ballot)));
    }

    /** All other nodes, by name. */
    public CompletableFuture<List<PeerView>> peers() {
        return ask(asked -> committee.nodes().stream()
                .filter(node -> !node.equals(self))
                .map(node -> new PeerView(
                        node,
                        mesh.address(node).map(party -> party.host() + ":" + party.port()),
                        asked.isConnected(node),
                        mesh.calls(node),
                        keys.of(node).map(key -> key.raw().hex()),
                        asked.acknowledged(node),
                        journal.heard(node),
                        asked.score(node, clock.instant()),
                        asked.isExcluded(node)))
                .toList());
    }

    /** The node as a whole. */
    public CompletableFuture<NodeView> info() {
        return ask(asked -> new NodeView(
                self,
                committee,
                keys.of(self).orElseThrow().raw().hex(),
                journal.lastOwn(),
                journal.transactions(),
                asked.pending(),
                asked.isReady(),
                asked.isRolledBack(),
                asked.score(self, clock.instant())));
    }

    /** What this node knows of what others did, node by node. */
    public CompletableFuture<List<Conduct.Known>> violations() {
        return ask(Replica::violations);
    }

    /** Takes an operator's act, whose signature the caller has verified. */
    public CompletableFuture<Void> reinstate(Reinstatement act) {
        return promise(done -> {
            replica.reinstate(act, clock.instant());
            loop.afterwards(() -> done.complete(null));
        });
    }

    /** Takes a certificate that came another way than from a peer. */
    public void adopt(VerifiedCertificate certificate) {
        loop.execute(() -> replica.adopt(certificate, clock.instant()));
    }

    /** Says nothing any more, as a node that hangs; or does again. */
    CompletableFuture<Void> mute(boolean silent) {
        return ask(asked -> {
            muted = silent;
            return null;
        });
    }

    /** Sends what an honest node would not. */
    void sendUnchecked(String to, Envelope envelope) {
        loop.execute(() -> mesh.send(to, envelope));
    }

    /** Runs {@code what} after each commit by which an outcome waits in the spools; it must not block. */
    public void onOutcome(Runnable what) {
        onOutcome = what;
    }

    /** What waits to be written to the ledger: {@link io.attestedmesh.voting.ledger.LedgerEntry}s. */
    public Spool ledger() {
        return ledger;
    }

    /** What waits to be told to the coordination store: encoded certificates. */
    public Spool outcomes() {
        return outcomes;
    }

    /** By the keys that are held; what verified lately is known to it. */
    public StatementVerifier verifier() {
        return verifier;
    }

    /** The keys that are held. */
    public VotingKeys keys() {
        return keys;
    }

    /** Votes no more, makes what it did durable, and ends its connections. The journal is the caller's to close. */
    @Override
    public void close() {
        stopping = true;
        loop.execute(mesh::close);
        loop.close();
        if (loop.ended().isDone()) {
            mesh.awaitEnd();
        } else {
            journal.abandon(); // whoever closes it now would do so in the middle of something
        }
    }

    /** What the connections bring, on the loop. */
    private final class FromMesh implements Mesh.Events {
        @Override
        public void announced(Announcement announcement) throws RejectedStatementException {
            hold(announcement);
        }

        @Override
        public void connected(String node) {
            replica.connected(node, clock.instant());
        }

        @Override
        public void disconnected(String node) {
            replica.disconnected(node);
        }

        @Override
        public void called(String node, boolean works) {
            replica.called(node, works);
        }

        @Override
        public void received(String from, Message message) {
            replica.receive(from, message, clock.instant());
        }

        @Override
        public void invalidSignature(String from, Bytes digest) {
            replica.invalidSignature(from, digest, clock.instant());
        }
    }

    /** What a node is made of. */
    public static final class Builder {
        private final StatementSigner signer;
        private final FileJournal journal;
        private final Transport transport;
        private final List<Party> contacts = new ArrayList<>();
        private Optional<Party> advertised = Optional.empty();
        private NodeSettings settings = NodeSettings.DEFAULT;
        private Clock clock = Clock.systemUTC();
        private MeterRegistry meters = new CompositeMeterRegistry();
        private NodeListener listener = new NodeListener() {};

        private Builder(StatementSigner signer, FileJournal journal, Transport transport) {
            this.signer = signer;
            this.journal = journal;
            this.transport = transport;
        }

        /** A node whose address is known. */
        public Builder contact(Party party) {
            contacts.add(party);
            return this;
        }

        /** Where others reach this node; they are told. */
        public Builder advertised(Party party) {
            this.advertised = Optional.of(party);
            return this;
        }

        public Builder settings(NodeSettings value) {
            this.settings = value;
            return this;
        }

        public Builder clock(Clock value) {
            this.clock = value;
            return this;
        }

        public Builder listener(NodeListener value) {
            this.listener = value;
            return this;
        }

        public Builder meters(MeterRegistry value) {
            this.meters = value;
            return this;
        }

        /**
         * The node, which does nothing before it is started.
         *
         * @throws RejectedStatementException ANOTHER_KEY if the journal holds another key for this node
         */
        public VotingNode build() throws RejectedStatementException {
            return new VotingNode(this);
        }
    }
}
