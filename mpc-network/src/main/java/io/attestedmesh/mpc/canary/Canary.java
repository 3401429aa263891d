package io.attestedmesh.mpc.canary;

import io.attestedmesh.mpc.canary.CheckedRounds.Failure;
import io.attestedmesh.mpc.canary.CheckedRounds.Outcome;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs a small computation with all other parties of each context every so often, and tells what became of it: the last run
 * of each context, counters and a gauge (docs/mpc.md, "Canary"), a line in the log for a run that failed. Sessions are those
 * of {@link CheckedRounds}, with ids that every party derives from the context's name and the time.
 */
public final class Canary implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Canary.class.getName());

    private final MpcNetwork network;
    private final Contexts contexts;
    private final CanaryPlan plan;
    private final MeterRegistry meters;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final Map<String, CanaryRun> last = new ConcurrentHashMap<>();
    private final Set<String> gauged = ConcurrentHashMap.newKeySet();
    private Future<?> next;
    private long latest = Long.MIN_VALUE;
    private volatile boolean closed;

    Canary(
            MpcNetwork network,
            Contexts contexts,
            CanaryPlan plan,
            MeterRegistry meters,
            Clock clock,
            ScheduledExecutorService timer) {
        this.network = network;
        this.contexts = contexts;
        this.plan = plan;
        this.meters = meters;
        this.clock = clock;
        this.timer = timer;
        scheduleNext();
    }

    /** The first run begins at the next multiple of {@link CanaryPlan#every}. Close it before the network. */
    public static Canary start(
            MpcNetwork network, Contexts contexts, CanaryPlan plan, MeterRegistry meters, Clock clock) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "amesh-mpc-canary");
            thread.setDaemon(true);
            return thread;
        });
        return new Canary(network, contexts, plan, meters, clock, timer);
    }

    private synchronized void scheduleNext() {
        if (closed) {
            return;
        }
        long every = plan.every().toMillis();
        // never the same twice, though the clock be set back
        long run = Math.max(latest, Math.floorDiv(clock.millis(), every)) + 1;
        latest = run;
        next = timer.schedule(() -> begin(run), Math.max(1, run * every - clock.millis()), TimeUnit.MILLISECONDS);
    }

    private void begin(long run) {
        try {
            for (MpcContext context : contexts.all()) {
                if (context.party(network.self()).isPresent()
                        && context.parties().size() > 1) {
                    begin(run, context.name());
                }
            }
            last.keySet().removeIf(name -> contexts.context(name).isEmpty());
        } catch (RuntimeException e) { // the edge of the timer's thread: a task that throws would never run again
            LOG.log(System.Logger.Level.ERROR, "event=mpc.canary.broken", e);
        } finally {
            scheduleNext();
        }
    }

    private void begin(long run, String context) {
        Instant due = Instant.ofEpochMilli(run * plan.every().toMillis());
        List<CompletableFuture<Outcome>> sessions = new ArrayList<>();
        for (int i = 0; i < plan.sessions(); i++) {
            sessions.add(session(id(context, run, i), context));
        }
        CompletableFuture<Void> unused = CompletableFuture.allOf(sessions.toArray(new CompletableFuture<?>[0]))
                .thenRun(() -> tell(
                        context,
                        due,
                        sessions.stream().map(CompletableFuture::join).toList()));
    }

    private CompletableFuture<Outcome> session(SessionId id, String context) {
        try {
            return new CheckedRounds(
                            network.open(id, context, new SessionOptions(plan.roundTime(), plan.every())),
                            plan.rounds(),
                            plan.messageBytes(),
                            plan.roundTime(),
                            nanos -> {})
                    .start();
        } catch (SessionException e) {
            return CompletableFuture.completedFuture(
                    new Outcome(0, Optional.of(new Failure(e.reason().name(), e.parties()))));
        }
    }

    /** The same at every party. */
    private SessionId id(String context, long run, int session) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update("amesh canary\0".getBytes(StandardCharsets.US_ASCII));
            sha256.update(ByteBuffer.allocate(20)
                    .putLong(plan.every().toMillis())
                    .putLong(run)
                    .putInt(session)
                    .array());
            byte[] digest = sha256.digest(context.getBytes(StandardCharsets.US_ASCII));
            return SessionId.of(ByteBuffer.wrap(digest, 0, SessionId.SIZE));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void tell(String context, Instant due, List<Outcome> outcomes) {
        if (closed) {
            return; // what fails now fails because of that
        }
        SortedMap<String, Integer> failures = new TreeMap<>();
        long messages = 0;
        int completed = 0;
        for (Outcome outcome : outcomes) {
            messages += outcome.messages();
            completed += outcome.failure().isEmpty() ? 1 : 0;
            outcome.failure().ifPresent(why -> failures.merge(why.toString(), 1, Integer::sum));
            String result = outcome.failure().map(Failure::reason).orElse("COMPLETED");
            meters.counter("amesh.mpc.canary.sessions", "context", context, "result", result.toLowerCase(Locale.ROOT))
                    .increment();
        }
        meters.counter("amesh.mpc.canary.messages", "context", context).increment((double) messages);
        CanaryRun run = new CanaryRun(due, Duration.between(due, clock.instant()), completed, messages, failures);
        CanaryRun before = last.get(context);
        // one that ends late must not hide the next
        last.merge(context, run, (known, now) -> now.began().isBefore(known.began()) ? known : now);
        gauge(context);
        if (!run.isGood()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "event=mpc.canary.failed context=" + context + " began=" + due + " " + run);
        } else if (before == null || !before.isGood()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    () -> "event=mpc.canary.good context=" + context + " began=" + due + " " + run);
        }
    }

    private void gauge(String context) {
        if (gauged.add(context)) {
            meters.gauge(
                    "amesh.mpc.canary.good",
                    Tags.of("context", context),
                    last,
                    all -> Optional.ofNullable(all.get(context))
                            .map(run -> run.isGood() ? 1.0 : 0.0)
                            .orElse(Double.NaN));
        }
    }

    /** The last run of a context that has ended here; empty if none has. */
    public Optional<CanaryRun> last(String context) {
        return Optional.ofNullable(last.get(context));
    }

    /** Begins no more runs; those under way end with the network. */
    @Override
    public synchronized void close() {
        closed = true;
        next.cancel(false);
        timer.shutdownNow();
    }
}
