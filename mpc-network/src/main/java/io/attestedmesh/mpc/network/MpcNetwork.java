package io.attestedmesh.mpc.network;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.exchange.ExchangeCall;
import io.attestedmesh.mpc.exchange.ExchangeService;
import io.attestedmesh.mpc.exchange.Methods;
import io.attestedmesh.mpc.exchange.Probe;
import io.attestedmesh.mpc.exchange.Probe.Pong;
import io.attestedmesh.mpc.exchange.Reach;
import io.attestedmesh.mpc.kms.KmsCarrier;
import io.attestedmesh.mpc.kms.KmsLimits;
import io.attestedmesh.mpc.kms.KmsProbe;
import io.attestedmesh.mpc.kms.KmsService;
import io.attestedmesh.mpc.link.Carrier;
import io.attestedmesh.mpc.link.LinkMeters;
import io.attestedmesh.mpc.link.PeerLink;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.Outlet;
import io.attestedmesh.mpc.session.Refusals;
import io.attestedmesh.mpc.session.Refusals.Refused;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionLimits;
import io.attestedmesh.mpc.session.SessionOptions;
import io.attestedmesh.mpc.session.Sessions;
import io.attestedmesh.mpc.session.Timing;
import io.attestedmesh.mpc.session.TraceContext;
import io.grpc.ServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One party's part of the network: its sessions, its links to other parties, and the service that others call: add it to
 * a server of the same transport, and start that.
 */
public final class MpcNetwork implements AutoCloseable {
    /** Largest gRPC message that the services take: a server that carries nothing else needs no higher limit. */
    public static final int MESSAGE_BYTES = Methods.MOST_BYTES;

    private static final int LEAST_THREADS = 4;
    private static final int STEP_MILLIS = 20;
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final PeerIdentity self;
    private final Contexts contexts;
    private final Transport transport;
    private final NetworkLimits limits;
    private final UUID incarnation = UUID.randomUUID();
    private final ScheduledExecutorService timer;
    private final ExecutorService users = usersPool();
    private final ExecutorService readers = Executors.newCachedThreadPool(daemons("amesh-mpc-reader"));
    private final Timing timing;
    private final LinkMeters meters;
    private final Sessions sessions;
    private final ExchangeService exchange;
    private final Optional<KmsService> kms;
    private final Map<PeerIdentity, Linked> links = new ConcurrentHashMap<>();
    private final Future<?> ticking;
    private final Runnable listening;

    private record Linked(Party to, Reach reach, PeerLink link) {}

    private MpcNetwork(Builder builder) {
        this.self = builder.self;
        this.contexts = builder.contexts;
        this.transport = builder.transport;
        this.limits = builder.limits;
        this.timer = builder.timer.orElseGet(MpcNetwork::ownTimer);
        this.timing = new Timing(builder.clock, timer, users);
        this.meters = new LinkMeters(builder.meters);
        SessionLimits room =
                builder.kms.map(format -> format.room(limits.sessions())).orElse(limits.sessions());
        this.sessions = new Sessions(self, contexts, room, timing, builder.meters, this::outlet);
        Refusals refusals = new Refusals(builder.meters, builder.clock, builder.refused);
        this.exchange = new ExchangeService(self, incarnation, sessions, transport.callers(), refusals, builder.clock);
        builder.meters.gauge("amesh.mpc.streams", exchange, ExchangeService::streams);
        this.kms = builder.kms.map(format -> new KmsService(format, sessions, transport.callers(), refusals));
        this.listening = contexts.onChange(this::contextsChanged);
        this.ticking = timer.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    private static ScheduledExecutorService ownTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemons("amesh-mpc-timer"));
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** Few threads that take one task after another: a hand-over to a thread that sleeps costs more than most tasks. */
    private static ExecutorService usersPool() {
        int threads = Math.max(LEAST_THREADS, Runtime.getRuntime().availableProcessors());
        return new ForkJoinPool(threads, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A network in the making, of the party {@code self} in {@code contexts}. */
    public static Builder builder(PeerIdentity self, Contexts contexts, Transport transport) {
        return new Builder(self, contexts, transport);
    }

    /** Adds what the server has to carry. */
    public <B extends ServerBuilder<B>> B addTo(B server) {
        kms.ifPresent(service -> service.addTo(server));
        return server.addService(exchange.definition()).callExecutor(ExchangeService.executors());
    }

    /**
     * Opens a session of the context of that name. Every party opens it by itself, with the same id; what comes before it
     * does is kept for it.
     *
     * @throws SessionException ID_USED, UNKNOWN_CONTEXT, NOT_A_PARTY or TOO_MANY_SESSIONS
     */
    public NetworkSession open(SessionId id, String context, SessionOptions options) throws SessionException {
        return sessions.open(id, context, options);
    }

    public PeerIdentity self() {
        return self;
    }

    /**
     * Asks a party for a sign of life, over the connection that messages go over, with so many bytes there and, in
     * our own format, back.
     *
     * @return fails with a {@link io.grpc.StatusRuntimeException}; completed on a thread of the network
     */
    public CompletableFuture<Pong> ping(Party to, int bytes, Duration timeout) {
        Reach reach = linked(to).reach();
        reach.reconnect();
        return switch (to.format()) {
            case AMESH -> new Probe(reach, self, incarnation, timing.clock()).ping(to.identity(), bytes, timeout);
            case KMS -> KmsProbe.ping(reach, self, bytes, timeout);
        };
    }

    /** Sessions that are open now. */
    public List<NetworkSession> openSessions() {
        return sessions.openSessions();
    }

    /** How many sessions wait here to be opened, counted for each sender. */
    public int parkedSessions() {
        return sessions.parked();
    }

    /** Links to parties that something was sent to. */
    public List<PeerLink> links() {
        return links.values().stream().map(Linked::link).toList();
    }

    private Outlet outlet(
            SessionId session, Party to, Instant end, Optional<TraceContext> trace, Outlet.Listener listener) {
        return linked(to).link().open(session, to, end, trace, listener);
    }

    private Linked linked(Party to) {
        return links.computeIfAbsent(to.identity(), identity -> link(to));
    }

    private Linked link(Party to) {
        try {
            Reach reach = transport.reach(to);
            return new Linked(
                    to,
                    reach,
                    new PeerLink(
                            to.identity(),
                            limits.links(),
                            timing,
                            meters,
                            carriers(to, reach),
                            RandomGenerator.getDefault()));
        } catch (IOException e) {
            throw new UncheckedIOException("no channel to " + to, e);
        }
    }

    private Carrier.Factory carriers(Party to, Reach reach) {
        Carrier.Factory carriers = switch (to.format()) {
            case AMESH -> ExchangeCall.over(reach, self, incarnation, readers);
            case KMS -> KmsCarrier.over(reach, self, to.identity());
        };
        return listener -> {
            reach.reconnect();
            return carriers.connect(listener);
        };
    }

    private void tick() {
        sessions.tick();
        links.values().forEach(linked -> linked.link().tick());
    }

    private void contextsChanged() {
        sessions.contextsChanged();
        links.forEach((identity, linked) -> {
            // the same identity has one address and one format in all contexts
            boolean same = contexts.partiesOf(identity).stream()
                    .findFirst()
                    .filter(party -> party.isReachedAs(linked.to()))
                    .isPresent();
            if (!same && links.remove(identity, linked)) {
                close(linked);
            }
        });
    }

    private void close(Linked linked) {
        linked.link().close();
        readers.execute(linked.reach()::close); // it waits for the connection to end
    }

    /**
     * Ends all sessions, waits until what completed ones have to say is said, ten seconds at most, and closes the links and
     * the streams of others. Close the server afterwards.
     */
    @Override
    public void close() {
        sessions.shutDown();
        drain();
        exchange.close();
        ticking.cancel(false);
        listening.run();
        links.values().forEach(linked -> {
            linked.link().close();
            linked.reach().close();
        });
        links.clear();
        timer.shutdownNow();
        users.shutdown();
        readers.shutdown();
    }

    private void drain() {
        long end = System.nanoTime() + DRAIN.toNanos();
        boolean interrupted = false;
        while (!interrupted
                && System.nanoTime() < end
                && !links.values().stream().allMatch(linked -> linked.link().isIdle())) {
            try {
                Thread.sleep(STEP_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What has defaults: limits, clock, timer; and meters, which are discarded. */
    public static final class Builder {
        private final PeerIdentity self;
        private final Contexts contexts;
        private final Transport transport;
        private NetworkLimits limits = NetworkLimits.DEFAULT;
        private Optional<KmsLimits> kms = Optional.empty();
        private Clock clock = Clock.systemUTC();
        private Optional<ScheduledExecutorService> timer = Optional.empty();
        private MeterRegistry meters = new CompositeMeterRegistry();
        private Consumer<Refused> refused = refusal -> {};

        private Builder(PeerIdentity self, Contexts contexts, Transport transport) {
            this.self = self;
            this.contexts = contexts;
            this.transport = transport;
        }

        public Builder limits(NetworkLimits value) {
            limits = value;
            return this;
        }

        /**
         * Serves the wire format of KMS networks, too. The server has to take messages of {@link KmsLimits#inboundBytes},
         * which other services on it do not get: theirs are {@link #MESSAGE_BYTES} at most. Limits of sessions are raised
         * so that one message of that size fits.
         */
        public Builder kms(KmsLimits value) {
            kms = Optional.of(value);
            return this;
        }

        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /** Runs short tasks; shut down with the network. */
        public Builder timer(ScheduledExecutorService value) {
            timer = Optional.of(value);
            return this;
        }

        public Builder meters(MeterRegistry value) {
            meters = value;
            return this;
        }

        /** Hears of each message that is refused, on a thread of the network: it must not block. */
        public Builder onRefusal(Consumer<Refused> value) {
            refused = value;
            return this;
        }

        public MpcNetwork build() {
            return new MpcNetwork(this);
        }
    }
}
