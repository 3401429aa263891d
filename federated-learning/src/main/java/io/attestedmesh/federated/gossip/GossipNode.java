package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.aggregate.AggregationRule;
import io.attestedmesh.federated.aggregate.Rules;
import io.attestedmesh.federated.learn.Learner;
import io.attestedmesh.federated.model.ModelMessages;
import io.attestedmesh.mpc.network.Transport;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptors;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * A node of a network that learns by gossip: of P2PFL 0.4.4, or of this implementation alone. Add it to a server of the same
 * transport, start that, and then the node.
 */
public final class GossipNode implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GossipNode.class.getName());
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final Duration STATUS = Duration.ofSeconds(1);

    private final Setup setup;
    private final boolean attested;
    private final Transport transport;
    private final Consumer<GossipStatus> listener;
    private final Optional<SavedRounds> saved;
    private final NodeThreads threads = new NodeThreads();
    private final Loop loop = new Loop(threads.timer);
    private final Refusals refusals;
    private final Reports reports;
    private final Neighbours neighbours;
    private final Gossip gossip;
    private final Stages stages;
    private final Rounds rounds;
    private final Incoming incoming;
    private final Hands hands;
    private final Counter dropped;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean leaving;
    private final Overview overview;
    private volatile GossipStatus latest;

    private GossipNode(Builder builder) throws IOException {
        this.attested = !builder.unattested;
        this.transport = builder.transport;
        this.listener = builder.listener;
        this.setup = new Setup(
                new Members(builder.members, builder.address, attested),
                builder.rule,
                builder.averages,
                builder.timing,
                builder.limits,
                builder.clock,
                builder.random,
                builder.meters);
        this.saved = builder.folder.isPresent() ? Optional.of(new SavedRounds(builder.folder.get())) : Optional.empty();
        this.refusals = new Refusals(builder.meters, builder.clock);
        this.reports = new Reports(builder.meters, builder.limits.metrics());
        this.dropped = builder.meters.counter("amesh.gossip.messages.dropped");
        this.neighbours = new Neighbours(
                this::link, builder.limits.neighbours(), threads.closing, () -> loop.execute(this::changed));
        this.hands = new Hands(setup, neighbours, loop, threads.closing);
        this.gossip = new Gossip(builder.address, neighbours, builder.random, builder.limits, builder.clock);
        ModelFormats formats = new ModelFormats(builder.pickle, builder.limits.modelBytes());
        this.stages = new Stages(setup, loop, stage -> tell());
        this.rounds = new Rounds(
                new Parts(
                        setup,
                        neighbours,
                        gossip,
                        new ModelSender(gossip, formats, builder.timing, loop, threads.models, builder.meters),
                        new Trainer(builder.learner, threads.learning, threads.models),
                        stages,
                        reports,
                        new PeersProgress()),
                this::keep);
        ModelReceiver models = new ModelReceiver(
                rounds, formats, builder.clock, builder.timing.expected(), loop, threads.models, builder.meters);
        this.incoming = new Incoming(setup, neighbours, gossip, rounds, models, reports);
        this.overview = new Overview(setup, attested, stages, rounds, neighbours, reports, refusals);
        this.latest = overview.now();
        builder.meters.gauge(
                "amesh.gossip.neighbours",
                this,
                node -> node.status().neighbours().size());
        builder.meters.gauge("amesh.gossip.round", this, node -> node.status().round());
    }

    private void tell() {
        latest = overview.now();
        try {
            listener.accept(latest);
        } catch (RuntimeException e) { // the round goes on
            LOG.log(System.Logger.Level.ERROR, "event=federated.gossip.listener node=" + setup.self(), e);
        }
    }

    /**
     * A node that peers know by {@code address}.
     *
     * @param members all that may take part, this node among them
     */
    public static Builder builder(String address, Collection<Member> members, Transport transport, Learner learner) {
        return new Builder(address, members, transport, learner);
    }

    /** Adds what others call. The server has to take messages larger than {@link GossipLimits#modelBytes}. */
    public <B extends ServerBuilder<B>> B addTo(B server) {
        return server.addService(ServerInterceptors.intercept(
                ModelMessages.of(new GossipService(setup, transport.callers(), incoming, refusals, loop).bindService()),
                new OwnNodes(),
                new CallLimit(setup.limits().callsAtOnce(), transport.callers(), setup.members(), refusals)));
    }

    /**
     * Begins to show signs of life, and goes on with what was being learned when the node ended, if it has a folder.
     *
     * @throws IOException if what is in the folder cannot be read
     */
    public void start() throws IOException {
        if (!attested) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "event=federated.gossip.unattested node=" + setup.self()
                            + " PEERS NEED NOT PROVE WHAT THEY RUN: addresses in messages are as good as certificates,"
                            + " or without TLS as anybody's word");
        }
        Optional<SavedRounds.Saved> unfinished = saved.isPresent() ? saved.get().unfinished() : Optional.empty();
        unfinished.ifPresent(state -> loop.execute(() -> rounds.resume(state)));
        loop.every(setup.timing().beat(), this::beat);
    }

    private void beat() {
        if (leaving) {
            return;
        }
        gossip.broadcast(Commands.BEAT, Setup.NO_ROUND, List.of(seconds()));
        Instant silentSince = setup.clock().instant().minus(setup.timing().silence());
        gossip.tellWhomWeHear(neighbours.toldOfThemselves(silentSince));
        neighbours.dropSilent(setup.clock().instant(), setup.timing().silence());
        hands.shakeAgain();
    }

    /** As P2PFL writes times. */
    private String seconds() {
        return BigDecimal.valueOf(setup.clock().millis(), 3).toPlainString();
    }

    private PeerLink link(Member member) throws IOException {
        return new PeerLink(
                transport.reach(member.party()),
                loop,
                setup.members(),
                setup.timing().message(),
                setup.limits().queued(),
                dropped);
    }

    private void changed() {
        rounds.neighboursChanged();
    }

    /**
     * Makes a member a direct neighbour, now and again whenever the connection is lost.
     *
     * @return ends with the first attempt
     * @throws IllegalArgumentException if it is no other member
     */
    public CompletableFuture<Void> connect(String address) {
        Member member = setup.members()
                .get(address)
                .filter(other -> !address.equals(setup.self()))
                .orElseThrow(() -> new IllegalArgumentException(address + " is no other member"));
        return promise(outcome -> hands.want(member, outcome));
    }

    /**
     * Has the whole network learn, from the model that the learner of this node has now.
     *
     * @return the name of what is being learned, which is {@code name} and the time
     */
    public CompletableFuture<String> startLearning(int rounds, int epochs, int trainSetSize, String name) {
        Experiment experiment = new Experiment(name + "-" + seconds(), rounds, epochs, trainSetSize);
        return promise(started -> {
            if (this.rounds.experiment().isPresent()) {
                started.completeExceptionally(new IllegalStateException("something is being learned already"));
                return;
            }
            gossip.broadcast(
                    Commands.START,
                    0,
                    List.of(
                            String.valueOf(rounds),
                            String.valueOf(epochs),
                            String.valueOf(trainSetSize),
                            experiment.name()));
            this.rounds.begin(experiment, setup.self());
            started.complete(experiment.name());
        });
    }

    /** Ends learning in the whole network. */
    public void stopLearning() {
        loop.execute(() -> {
            gossip.broadcast(Commands.STOP, Setup.NO_ROUND, List.of());
            rounds.stop("asked here");
        });
    }

    /** What the loop completes, or the end of the node. */
    private <T> CompletableFuture<T> promise(Consumer<CompletableFuture<T>> task) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        loop.execute(() -> task.accept(outcome));
        var unused =
                ended.thenRun(() -> outcome.completeExceptionally(new IllegalStateException("the node is closed")));
        return outcome;
    }

    private void keep(Optional<SavedRounds.Saved> state) {
        saved.ifPresent(folder -> threads.saving.execute(() -> {
            try {
                if (state.isPresent()) {
                    folder.write(state.get());
                } else {
                    folder.forget();
                }
            } catch (IOException e) {
                setup.meters().counter("amesh.gossip.not.saved").increment();
                LOG.log(System.Logger.Level.ERROR, "event=federated.gossip.not-saved node=" + setup.self(), e);
            }
        }));
    }

    /** How the node is now, or was when it was closed; a second ago at most, if it is very busy. */
    public GossipStatus status() {
        if (loop.isHere()) {
            return overview.now();
        }
        if (!ended.isDone()) {
            CompletableFuture<GossipStatus> now = new CompletableFuture<>();
            loop.execute(() -> now.complete(overview.now()));
            try {
                return now.get(STATUS.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.log(System.Logger.Level.DEBUG, "event=federated.gossip.no-status", e);
            }
        }
        return latest;
    }

    /** Says goodbye, which takes two seconds at most, and stops. What was being learned goes on elsewhere. */
    @Override
    public void close() {
        CompletableFuture<Void> farewell = new CompletableFuture<>();
        loop.execute(() -> {
            leaving = true;
            rounds.leave();
            CompletableFuture<?>[] all = neighbours.direct().stream()
                    .map(neighbour -> neighbour.link().disconnect(setup.self(), FAREWELL))
                    .toArray(CompletableFuture<?>[]::new);
            var unused = CompletableFuture.allOf(all).whenComplete((done, failure) -> farewell.complete(null));
        });
        try {
            farewell.get(FAREWELL.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(System.Logger.Level.DEBUG, "event=federated.gossip.no-farewell", e);
        }
        threads.close();
        ended.complete(null);
        neighbours.all().forEach(neighbour -> neighbour.link().close());
        threads.closing.shutdown();
    }

    /** What has defaults: FedAvg, P2PFL's timing, limits for some hundred nodes, no pickle, no folder. */
    public static final class Builder {
        private final String address;
        private final Collection<Member> members;
        private final Transport transport;
        private final Learner learner;
        private AggregationRule rule = Rules.of("fedavg", Map.of());
        private boolean averages;
        private boolean pickle;
        private boolean unattested;
        private GossipTiming timing = GossipTiming.DEFAULT;
        private GossipLimits limits = GossipLimits.DEFAULT;
        private Optional<Path> folder = Optional.empty();
        private Clock clock = Clock.systemUTC();
        private RandomGenerator random = new java.security.SecureRandom();
        private MeterRegistry meters = new CompositeMeterRegistry();
        private Consumer<GossipStatus> listener = status -> {};

        private Builder(String address, Collection<Member> members, Transport transport, Learner learner) {
            this.address = address;
            this.members = List.copyOf(members);
            this.transport = transport;
            this.learner = learner;
        }

        /** By which updates become a model; one that remembers nothing between rounds, as not every node does all. */
        public Builder rule(AggregationRule value) {
            rule = value;
            return this;
        }

        /**
         * Sends several updates as their average, which is less to send. Without it, nodes that have the same updates
         * compute the same model to the last bit.
         */
        public Builder averages() {
            averages = true;
            return this;
        }

        /** Sends pickles to nodes of P2PFL, and takes them: of these, nothing but arrays is ever read. */
        public Builder pickle() {
            pickle = true;
            return this;
        }

        /** Takes peers that do not prove what they run: those of P2PFL never do. */
        public Builder insecureAllowUnattested() {
            unattested = true;
            return this;
        }

        public Builder timing(GossipTiming value) {
            timing = value;
            return this;
        }

        public Builder limits(GossipLimits value) {
            limits = value;
            return this;
        }

        /** Keeps what each round comes to, to go on from after a restart. */
        public Builder folder(Path value) {
            folder = Optional.of(value);
            return this;
        }

        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        public Builder meters(MeterRegistry value) {
            meters = value;
            return this;
        }

        /** Hears of each stage, on the node's thread: it must not block. */
        public Builder listener(Consumer<GossipStatus> value) {
            listener = value;
            return this;
        }

        /**
         * A node that does nothing yet.
         *
         * @throws IOException if the folder cannot be made
         */
        public GossipNode build() throws IOException {
            return new GossipNode(this);
        }
    }
}
