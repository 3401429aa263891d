package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.transport.LineLimit;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts and logs what was refused, of whom. Who is refused all the time fills no log: so many lines a second, and then how
 * many were left out. Thread-safe.
 */
final class Refusals {
    private static final System.Logger LOG = System.getLogger(Refusals.class.getName());
    private static final int MOST_PEERS = 1024;

    private final MeterRegistry meters;
    private final Clock clock;
    private final Map<GossipReason, Long> byReason = new EnumMap<>(GossipReason.class);
    private final Map<String, Long> byPeer = new LinkedHashMap<>();
    private final LineLimit lines = new LineLimit();

    Refusals(MeterRegistry meters, Clock clock) {
        this.meters = meters;
        this.clock = clock;
    }

    /** @param peer who called: a proved identity, or where nothing is proved the address that it claims */
    void refused(String peer, RefusedMessageException why) {
        meters.counter("amesh.gossip.refused", "reason", why.reason().name().toLowerCase(Locale.ROOT))
                .increment();
        count(OneLine.of(peer), why.reason());
        int left = lines.leftOutBefore(clock.instant());
        if (left >= 0) {
            LOG.log(
                    why.reason().isRoutine() ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                    () -> "event=federated.gossip.refused peer=" + OneLine.of(peer) + " reason=" + why.reason()
                            + " expected=\"" + why.expected() + "\" actual=\"" + why.actual() + "\""
                            + (left > 0 ? " left-out=" + left : ""));
        }
    }

    private synchronized void count(String peer, GossipReason reason) {
        byReason.merge(reason, 1L, Long::sum);
        byPeer.merge(byPeer.size() < MOST_PEERS || byPeer.containsKey(peer) ? peer : "others", 1L, Long::sum);
    }

    synchronized Map<GossipReason, Long> byReason() {
        return Collections.unmodifiableMap(new EnumMap<>(byReason));
    }

    synchronized Map<String, Long> byPeer() {
        return Map.copyOf(byPeer);
    }
}
