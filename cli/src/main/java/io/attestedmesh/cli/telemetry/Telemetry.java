package io.attestedmesh.cli.telemetry;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.NodeSection;
import io.attestedmesh.mpc.session.Refusals.Refused;
import io.attestedmesh.transport.ConnectionLog.Rejection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a node tells about itself: its parts contribute, and where an address is configured, it answers there. Thread-safe.
 */
public final class Telemetry implements AutoCloseable {
    private enum State {
        STARTING,
        SERVING,
        DRAINING
    }

    private final NodeSection node;
    private final MeterRegistry meters;
    private final RecentRejections rejections;
    private final Instant since;
    private final List<StatusPart> parts = new CopyOnWriteArrayList<>();
    private final Optional<LocalServer> server;
    private volatile State state = State.STARTING;

    /** Keeps everything to itself. */
    private Telemetry(NodeSection node, Clock clock) {
        this.node = node;
        this.meters = new SimpleMeterRegistry();
        this.rejections = new RecentRejections(clock);
        this.since = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        this.server = Optional.empty();
    }

    private Telemetry(NodeSection node, Address listen, Clock clock) throws CommandException {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        this.node = node;
        this.meters = registry;
        this.rejections = new RecentRejections(clock);
        this.since = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        this.server = Optional.of(listen(listen, registry));
    }

    /**
     * For a node that begins to start.
     *
     * @param listen where it answers, if anywhere
     * @throws CommandException if it cannot listen there
     */
    public static Telemetry start(NodeSection node, Optional<Address> listen, Clock clock) throws CommandException {
        return listen.isPresent() ? new Telemetry(node, listen.get(), clock) : new Telemetry(node, clock);
    }

    private LocalServer listen(Address listen, PrometheusMeterRegistry registry) throws CommandException {
        Map<String, Supplier<Answer>> pages = Map.of(
                "/metrics", () -> Answer.metrics(registry.scrape()),
                "/healthz", this::health,
                "/readyz", this::readiness,
                "/status", () -> Answer.json(status()),
                "/rejections", () -> Answer.json(recentRejections()));
        try {
            return LocalServer.start(listen, pages, LocalServer.PATIENCE);
        } catch (IOException e) {
            throw CommandException.cannotListen(listen + " for telemetry", "[telemetry] listen", e);
        }
    }

    /** Where meters are registered; what they count is served if anything is. */
    public MeterRegistry meters() {
        return meters;
    }

    /** Who hears of each refusal of a peer. */
    public Consumer<Rejection> rejections() {
        return rejections;
    }

    /** Hears of each message of a party that is refused. */
    public void refused(Refused message) {
        rejections.add(RecentRejection.of(message));
    }

    /** Where it answers, with the port that was chosen. */
    public Optional<Address> address() {
        return server.map(LocalServer::address);
    }

    /** Shows {@code part} from now on, after those that are there. */
    public void add(StatusPart part) {
        parts.add(part);
    }

    /** Calls are served from now on. */
    public void serving() {
        state = State.SERVING;
    }

    /** No new calls are served from now on. */
    public void draining() {
        state = State.DRAINING;
    }

    /** Why the node is not healthy, one line each; empty if it is. */
    public List<String> failing() {
        return parts.stream()
                .flatMap(part -> part.failing().stream().map(why -> part.name() + ": " + why))
                .toList();
    }

    private Answer health() {
        List<String> failing = failing();
        return failing.isEmpty() ? Answer.text(200, "ok") : Answer.text(503, String.join("\n", failing));
    }

    private Answer readiness() {
        State now = state;
        return now == State.SERVING ? Answer.text(200, "ok") : Answer.text(503, name(now));
    }

    private static String name(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private Map<String, Object> status() {
        State now = state;
        List<String> failing = failing();
        Map<String, Object> self = new LinkedHashMap<>();
        self.put("identity", node.name());
        self.put("mode", node.modeName());
        self.put("since", since);
        self.put("state", name(now));
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("healthy", failing.isEmpty());
        health.put("ready", now == State.SERVING);
        health.put("failing", failing);
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("node", self);
        status.put("health", health);
        parts.forEach(part -> status.put(part.name(), part.status()));
        status.put("rejections", rejectionsByReason());
        return status;
    }

    private Map<String, Object> rejectionsByReason() {
        Map<String, Long> byReason = new TreeMap<>();
        meters.find("amesh.tls.rejections")
                .counters()
                .forEach(counter ->
                        byReason.merge(counter.getId().getTag("reason"), Math.round(counter.count()), Long::sum));
        Map<String, Object> counted = new LinkedHashMap<>();
        counted.put(
                "total", byReason.values().stream().mapToLong(Long::longValue).sum());
        counted.put("byReason", byReason);
        return counted;
    }

    private Map<String, Object> recentRejections() {
        Map<String, Object> recent = new LinkedHashMap<>();
        recent.put("identity", node.name());
        recent.put("since", since);
        recent.put(
                "rejections",
                rejections.newestFirst().stream().map(RecentRejection::json).toList());
        return recent;
    }

    @Override
    public void close() {
        server.ifPresent(LocalServer::close);
        meters.close();
    }
}
