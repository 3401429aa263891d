package io.attestedmesh.mpc.link;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.session.Acceptance;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/** Counts what is sent, by party: these are those of the contexts, so never many (docs/mpc.md, "Metrics"). */
public final class LinkMeters {
    private final MeterRegistry registry;
    private final Map<PeerIdentity, Budget> queues = new ConcurrentHashMap<>();
    private final Map<PeerIdentity, Counter> messages = new ConcurrentHashMap<>();
    private final Map<PeerIdentity, Counter> bytes = new ConcurrentHashMap<>();
    private final Map<PeerIdentity, Counter> retries = new ConcurrentHashMap<>();

    public LinkMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** From now on {@code budget} is what waits for that party. */
    void queue(PeerIdentity to, Budget budget) {
        queues.put(to, budget);
        gauge("amesh.mpc.queue.messages", to, Budget::messages);
        gauge("amesh.mpc.queue.bytes", to, Budget::bytes);
        retried(to, 0); // to be seen before there is one
    }

    /** Nothing waits in {@code budget} any more. */
    void gone(PeerIdentity to, Budget budget) {
        queues.remove(to, budget);
    }

    // of whichever link there is: a meter stays the one that was registered first
    private void gauge(String name, PeerIdentity to, ToLongFunction<Budget> figure) {
        registry.gauge(
                name,
                tags(to),
                queues,
                all -> Optional.ofNullable(all.get(to)).map(figure::applyAsLong).orElse(0L));
    }

    private static Tags tags(PeerIdentity to) {
        return Tags.of("peer", to.name());
    }

    void sent(PeerIdentity to, int count, long size) {
        counter(messages, "amesh.mpc.sent.messages", to).increment(count);
        counter(bytes, "amesh.mpc.sent.bytes", to).increment((double) size);
    }

    void retried(PeerIdentity to, int count) {
        counter(retries, "amesh.mpc.retries", to).increment(count);
    }

    void refused(PeerIdentity to, Acceptance why) {
        registry.counter(
                        "amesh.mpc.refused",
                        "peer",
                        to.name(),
                        "reason",
                        why.name().toLowerCase(Locale.ROOT))
                .increment();
    }

    private Counter counter(Map<PeerIdentity, Counter> known, String name, PeerIdentity to) {
        return known.computeIfAbsent(to, key -> registry.counter(name, "peer", key.name()));
    }
}
