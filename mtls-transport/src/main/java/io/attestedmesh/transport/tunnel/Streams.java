package io.attestedmesh.transport.tunnel;

import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.transport.Quoted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The streams of one end of a tunnel: those that are open, a line for each at its end, and their numbers. */
final class Streams {
    private static final System.Logger LOG = System.getLogger(Streams.class.getName());

    private final String role;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Counter received;
    private final Counter sent;
    private final Set<TunnelStream> open = ConcurrentHashMap.newKeySet();
    private final Object lastOne = new Object();

    Streams(String role, MeterRegistry meters, Clock clock) {
        this.role = role;
        this.meters = meters;
        this.clock = clock;
        this.received = meters.counter("amesh.tunnel.bytes", "role", role, "direction", "received");
        this.sent = meters.counter("amesh.tunnel.bytes", "role", role, "direction", "sent");
        meters.gauge("amesh.tunnel.streams", List.of(Tag.of("role", role)), open, Set::size);
    }

    Instant now() {
        return clock.instant();
    }

    void began(TunnelStream stream) {
        open.add(stream);
    }

    void received(int bytes) {
        received.increment(bytes);
    }

    void sent(int bytes) {
        sent.increment(bytes);
    }

    void ended(TunnelStream stream, StreamEnd how, boolean byPeer) {
        forget(stream);
        Tunnel.Stream seen = stream.seen();
        Duration life = Duration.between(seen.since(), clock.instant());
        LOG.log(
                System.Logger.Level.INFO,
                () -> "event=tunnel.closed role=" + role + " remote=" + Quoted.of(seen.remote()) + " peer="
                        + Quoted.of(
                                seen.peer().map(peer -> peer.identity().name()).orElse("-")) + " release="
                        + Quoted.of(seen.peer()
                                .flatMap(AttestedPeer::attestation)
                                .map(AttestationResult::releaseName)
                                .orElse("-"))
                        + " level="
                        + seen.peer().map(peer -> peer.freshness().label()).orElse("-") + " target="
                        + Quoted.of(seen.target().orElse("-")) + " received=" + seen.received() + " sent="
                        + seen.sent() + " seconds=" + life.toMillis() / 1000.0 + " end=" + how + " by="
                        + (byPeer ? "peer" : "here"));
        meters.counter("amesh.tunnel.closed", "role", role, "end", how.name(), "by", byPeer ? "peer" : "here")
                .increment();
    }

    /** Counts a peer that was verified, and refused by the tunnel itself. */
    void refused(Reason reason) {
        meters.counter("amesh.tunnel.refused", "role", role, "reason", reason.name())
                .increment();
    }

    /** A program of this machine was turned away before it had a stream. */
    void tooMany(Reason reason, String limit, String remote) {
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "event=tunnel.refused role=" + role + " remote=" + Quoted.of(remote) + " reason=" + reason.name()
                        + " expected=" + Quoted.of(limit));
        refused(reason);
    }

    /** What a stream leads to, or the other end of the tunnel, was not reached. */
    void unreachable(String what, Throwable why) {
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "event=tunnel.unreachable role=" + role + " what=" + Quoted.of(what) + " cause="
                        + Quoted.of(String.valueOf(why.getMessage())));
    }

    void violated(String remote, FramingException what) {
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "event=tunnel.violation role=" + role + " remote=" + Quoted.of(remote) + " actual="
                        + Quoted.of(Optional.ofNullable(what.getMessage()).orElse("-")));
    }

    List<TunnelStream> all() {
        return List.copyOf(open);
    }

    private void forget(TunnelStream stream) {
        open.remove(stream);
        synchronized (lastOne) {
            lastOne.notifyAll();
        }
    }

    /** False if some are open still after {@code patience}. */
    boolean awaitNone(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        synchronized (lastOne) {
            while (!open.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                lastOne.wait(left);
            }
        }
        return true;
    }
}
