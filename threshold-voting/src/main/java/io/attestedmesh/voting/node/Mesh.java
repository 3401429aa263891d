package io.attestedmesh.voting.node;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.exchange.Callers;
import io.attestedmesh.mpc.network.Transport;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.statement.Announcement;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.wire.v1.Accepted;
import io.attestedmesh.voting.wire.v1.Contact;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.attestedmesh.voting.wire.v1.Hello;
import io.attestedmesh.voting.wire.v1.VotingGrpc;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The connections of one node, to each other one and from it. All but the streams' own work is done on the node's loop. */
final class Mesh extends VotingGrpc.VotingImplBase implements Incoming.Host, AutoCloseable {
    private static final int LARGEST_PORT = 65_535;
    private static final int LONGEST_HOST = 253;
    private static final int PATIENCE_SECONDS = 10;
    /** Of one node at a time, each of which may hold one message; an honest one needs two while it calls again. */
    private static final int CALLS = 8;
    /** So many calls take a node's whole allowance. */
    private static final int CALLS_A_SECOND = 100;

    private final String self;
    private final Committee committee;
    private final Transport transport;
    private final Callers callers;
    private final Envelope hello;
    private final int rate;
    private final Duration patience;
    private final Clock clock;
    private final Envelopes envelopes;
    private final Refusals refusals;
    private final Executor loop;
    private final Events events;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemons("voting-timer"));
    private final ExecutorService closers = Executors.newFixedThreadPool(
            Math.max(2, Runtime.getRuntime().availableProcessors()), daemons("voting-closer"));
    private final Map<String, Party> addresses = new TreeMap<>();
    /** Nodes whose address only others have said. */
    private final Set<String> hearsay = new HashSet<>();

    private final Set<String> reached = new HashSet<>();
    private final Map<String, Link> links = new HashMap<>();
    private final Map<String, Incoming> streams = new HashMap<>();
    private final Map<String, Allowance> allowances = new ConcurrentHashMap<>();
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** What the connections bring, on the loop. */
    interface Events {
        /** Holds the key, or throws. */
        void announced(Announcement announcement) throws RejectedStatementException;

        void connected(String node);

        void disconnected(String node);

        void called(String node, boolean works);

        void received(String from, Message message);

        void invalidSignature(String from, Bytes digest);
    }

    Mesh(
            String self,
            Committee committee,
            Transport transport,
            Announcement announcement,
            Optional<Contact> contact,
            NodeSettings settings,
            Clock clock,
            Envelopes envelopes,
            Refusals refusals,
            Executor loop,
            Events events) {
        this.self = self;
        this.committee = committee;
        this.transport = transport;
        this.callers = transport.callers();
        Hello.Builder greeting = Hello.newBuilder().setAnnouncement(Envelopes.write(announcement.encoded()));
        contact.ifPresent(greeting::setContact);
        this.hello = Envelope.newBuilder().setHello(greeting).build();
        this.rate = settings.rate();
        this.patience = settings.hello();
        this.clock = clock;
        this.envelopes = envelopes;
        this.refusals = refusals;
        this.loop = loop;
        this.events = events;
        timer.setRemoveOnCancelPolicy(true); // a hello that has come is not waited for
    }

    private static ThreadFactory daemons(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Connects to a node there from now on; a member that has an address keeps it, unless only others have said it. */
    void reach(Party party) {
        connect(party, false);
    }

    private void connect(Party party, boolean heard) {
        String node = party.identity().name();
        if (closed || node.equals(self) || !committee.contains(node)) {
            return;
        }
        boolean known = addresses.containsKey(node);
        boolean doubtful = hearsay.contains(node) && !reached.contains(node);
        if (!heard) {
            hearsay.remove(node);
        } else if (!known) {
            hearsay.add(node);
        }
        if (!known || (!heard && doubtful && !party.equals(addresses.get(node)))) {
            addresses.put(node, party);
            Link link = new Link(party, transport, hello, timer, RandomGenerator.getDefault(), linkOf(node));
            Link before = links.put(node, link);
            if (before != null) {
                closers.execute(before::close);
            }
            timer.execute(link::connect);
        }
    }

    /** What hears of the link to {@code node}, if its address is known. */
    Link.Listener linkOf(String node) {
        return new OfLink(addresses.get(node));
    }

    /** What one link says, for as long as its address is the node's. */
    private final class OfLink implements Link.Listener {
        private final Party party;
        private final String node;

        OfLink(Party party) {
            this.party = party;
            this.node = party.identity().name();
        }

        @Override
        public void connected(Accepted accepted) {
            ifCurrent(() -> {
                reached.add(node);
                events.connected(node);
                accepted.getContactsList().stream().limit(Committee.LARGEST).forEach(contact -> learn(contact, true));
            });
        }

        @Override
        public void disconnected() {
            ifCurrent(() -> {
                reached.remove(node);
                events.disconnected(node);
            });
        }

        private void ifCurrent(Runnable what) {
            loop.execute(() -> {
                if (party.equals(addresses.get(node))) {
                    what.run();
                }
            });
        }
    }

    /** Takes an address that somebody said: whoever listens there has to prove who it is. */
    private void learn(Contact contact, boolean heard) {
        boolean usable = contact.getPort() > 0
                && contact.getPort() <= LARGEST_PORT
                && contact.getHost().matches("[A-Za-z0-9.:_-]{1," + LONGEST_HOST + "}")
                && committee.contains(contact.getNode());
        if (usable) {
            connect(Party.of(1, new PeerIdentity(contact.getNode()), contact.getHost(), contact.getPort()), heard);
        }
    }

    void send(String to, Envelope envelope) {
        Link link = links.get(to);
        if (link != null) {
            link.send(envelope);
        }
    }

    Optional<Party> address(String node) {
        return Optional.ofNullable(addresses.get(node));
    }

    boolean calls(String node) {
        return streams.containsKey(node);
    }

    @Override
    public StreamObserver<Envelope> deliver(StreamObserver<Accepted> answers) {
        if (closed) {
            return refused(answers, Status.UNAVAILABLE.withDescription("the node is stopping"));
        }
        // what was proved belongs to the call that this thread begins
        Optional<String> proved = callers.current().map(AttestedPeer::identity).map(PeerIdentity::name);
        if (proved.isPresent()) {
            String node = proved.get();
            if (node.equals(self) || !committee.contains(node)) {
                refusals.refused(
                        node,
                        new RefusedMessageException(NodeReason.NOT_A_MEMBER, "another of " + committee.nodes(), node));
                return refused(answers, Status.PERMISSION_DENIED.withDescription("NOT_A_MEMBER: " + committee));
            }
            if (calls.merge(node, 1, Integer::sum) > CALLS) {
                callEnded(node);
                return refused(answers, Status.RESOURCE_EXHAUSTED.withDescription(CALLS + " calls are open"));
            }
            if (!allowance(node).take(Math.max(1, rate / CALLS_A_SECOND)).isZero()) {
                callEnded(node);
                return refused(answers, Status.RESOURCE_EXHAUSTED.withDescription("the node calls too often"));
            }
        }
        return new Incoming(this, proved, (ServerCallStreamObserver<Accepted>) answers).within(patience);
    }

    private Allowance allowance(String node) {
        return allowances.computeIfAbsent(node, key -> new Allowance(rate, clock));
    }

    private void callEnded(String node) {
        calls.computeIfPresent(node, (key, open) -> open > 1 ? open - 1 : null);
    }

    private static StreamObserver<Envelope> refused(StreamObserver<Accepted> answers, Status why) {
        answers.onError(why.asRuntimeException());
        return new StreamObserver<>() {
            @Override
            public void onNext(Envelope envelope) {
                // it is not listened to
            }

            @Override
            public void onError(Throwable failure) {
                // it has ended already
            }

            @Override
            public void onCompleted() {
                // it has ended already
            }
        };
    }

    @Override
    public void hello(Incoming stream, Announcement announcement, Optional<Contact> contact) {
        loop.execute(() -> {
            try {
                events.announced(announcement);
                if (closed || announcement.node().equals(self)) {
                    stream.end(Status.UNAVAILABLE.withDescription("the node is stopping, or calls itself"));
                    return;
                }
                if (!stream.accept(announcement.node(), contacts(), allowance(announcement.node()))) {
                    return; // else it would seem to be there for ever
                }
                Incoming before = streams.put(announcement.node(), stream);
                if (before != null) {
                    before.end(Status.ABORTED.withDescription("the node has called again"));
                }
                events.called(announcement.node(), true);
                contact.filter(said -> said.getNode().equals(announcement.node()))
                        .ifPresent(said -> learn(said, false));
            } catch (RejectedStatementException e) {
                stream.refuse(e, Bytes.EMPTY);
            }
        });
    }

    private Accepted contacts() {
        List<Contact> known = addresses.values().stream()
                .map(party -> Contact.newBuilder()
                        .setNode(party.identity().name())
                        .setHost(party.host())
                        .setPort(party.port())
                        .build())
                .toList();
        return Accepted.newBuilder().addAllContacts(known).build();
    }

    @Override
    public void take(Incoming stream, Message message, Runnable then) {
        loop.execute(() -> {
            String from = stream.from().orElseThrow();
            if (streams.get(from) == stream) {
                events.received(from, message);
                then.run();
            }
        });
    }

    @Override
    public void invalidSignature(Incoming stream, Bytes digest) {
        loop.execute(() -> events.invalidSignature(stream.from().orElseThrow(), digest));
    }

    @Override
    public void ended(Incoming stream) {
        loop.execute(() -> {
            stream.proved().ifPresent(this::callEnded); // not before: what the loop has still to do of it counts too
            stream.from().filter(node -> streams.remove(node, stream)).ifPresent(node -> events.called(node, false));
        });
    }

    @Override
    public Envelopes envelopes() {
        return envelopes;
    }

    @Override
    public Refusals refusals() {
        return refusals;
    }

    @Override
    public Committee committee() {
        return committee;
    }

    @Override
    public ScheduledExecutorService timer() {
        return timer;
    }

    /** After {@link #close}: waits for a while until the connections have ended. */
    void awaitEnd() {
        try {
            boolean unused = closers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** On the loop: ends all connections, and makes no more. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        streams.values().forEach(stream -> stream.end(Status.UNAVAILABLE.withDescription("the node is stopping")));
        streams.clear();
        links.values().forEach(link -> closers.execute(link::close)); // it waits for the connection to end
        closers.shutdown();
        timer.shutdown();
    }
}
