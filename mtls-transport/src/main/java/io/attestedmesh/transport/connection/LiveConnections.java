package io.attestedmesh.transport.connection;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerVerifier;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.AttestedTls;
import io.netty.channel.ChannelHandlerContext;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The connections that are open now, and what was verified about each. None outlives the verdict about its peer. */
final class LiveConnections {
    private static final System.Logger LOG = System.getLogger(LiveConnections.class.getName());
    // a verdict that tolerates a wrong clock may be reached again after its end
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);
    // a timer counts on where the clock is set forward, or the machine sleeps: the end of a verdict may come early
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /**
     * One of them.
     *
     * @param host the server name that was dialled, where the peer is a server
     * @param refused whether it was told that its peer is accepted no longer
     */
    record Live(
            AttestedPeer peer,
            List<X509Certificate> chain,
            Usage peerRole,
            Optional<String> host,
            Instant since,
            ChannelHandlerContext nearestToSocket,
            AtomicBoolean refused) {
        String remote() {
            return RemoteAddress.of(nearestToSocket.channel().remoteAddress());
        }

        /** At once: HTTP/2's own closing would first let open calls end. */
        void drop() {
            var unused = nearestToSocket.close();
        }
    }

    private final AttestedTls tls;
    private final ConnectionLimits limits;
    private final AccessRule rule;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private final Set<Live> open = ConcurrentHashMap.newKeySet();
    private final Map<Live, Future<?>> nextChecks = new ConcurrentHashMap<>();

    LiveConnections(
            AttestedTls tls, ConnectionLimits limits, AccessRule rule, Clock clock, ScheduledExecutorService timer) {
        this.tls = tls;
        this.limits = limits;
        this.rule = rule;
        this.clock = clock;
        this.timer = timer;
    }

    /**
     * Takes it up, then verifies its peer once more: what changed between the verdict and the end of the handshake was
     * seen by no recheck.
     *
     * @return false if the peer is no longer accepted; the connection is closed then
     */
    boolean add(Live connection) {
        open.add(connection);
        connection.nearestToSocket().channel().closeFuture().addListener(closed -> forget(connection));
        return keep(connection);
    }

    /** Whether a peer that was verified may connect at all. */
    void admit(AttestedPeer peer, X509Certificate leaf) throws RejectedCertificateException {
        rule.check(peer, leaf);
    }

    private void forget(Live connection) {
        open.remove(connection);
        Future<?> next = nextChecks.remove(connection);
        if (next != null) {
            next.cancel(false);
        }
    }

    /**
     * Runs {@code gracefully} when the connection reaches its age, and closes it when the time to drain is over too: by the
     * end of its evidence in the session at the latest, for nothing is attested again in a connection.
     */
    void retire(Live connection, Runnable gracefully) {
        Duration end = limits.connectionAge().plus(limits.drainTime());
        Optional<Duration> life = lifeOfEvidence(connection);
        if (life.isPresent() && life.get().compareTo(end) < 0) {
            retire(connection, gracefully, beforeEndOf(life.get()), life.get());
        } else {
            retire(connection, gracefully, limits.connectionAge(), end);
        }
    }

    /** The same of a connection whose age its server looks after: only the end of its evidence counts. */
    void retireByEvidence(Live connection, Runnable gracefully) {
        lifeOfEvidence(connection).ifPresent(life -> retire(connection, gracefully, beforeEndOf(life), life));
    }

    private Optional<Duration> lifeOfEvidence(Live connection) {
        return tls.verifier().sessionFreshUntil(connection.peer()).map(end -> Duration.between(clock.instant(), end));
    }

    /** Evidence that lives no longer than calls get to end leaves half of its life to new ones. */
    private Duration beforeEndOf(Duration life) {
        Duration drained = life.minus(limits.drainTime());
        Duration half = life.dividedBy(2);
        return drained.compareTo(half) < 0 ? half : drained;
    }

    private void retire(Live connection, Runnable gracefully, Duration age, Duration end) {
        Future<?> first = after(age, gracefully);
        Future<?> then = after(end, () -> {
            forget(connection); // it retired, and nobody has to refuse it
            connection.drop();
        });
        connection.nearestToSocket().channel().closeFuture().addListener(closed -> {
            first.cancel(false);
            then.cancel(false);
        });
    }

    List<Live> all() {
        return List.copyOf(open);
    }

    /** Verifies every peer again, as of now and under the rules of now, and closes what would no longer be accepted. */
    int recheck() {
        int dropped = 0;
        for (Live connection : open) {
            if (!keep(connection)) {
                dropped++;
            }
        }
        return dropped;
    }

    /** Closes it if its peer is refused now, else looks again when the verdict ends. */
    private boolean keep(Live connection) {
        try {
            checkAgainAt(acceptedUntil(connection), connection);
            return true;
        } catch (RejectedCertificateException e) {
            tell(connection, e);
        } catch (RuntimeException | Error e) {
            // what could not be verified was not accepted, and the other connections are checked all the same
            LOG.log(System.Logger.Level.ERROR, "event=recheck.failed: the connection is closed", e);
        }
        // whoever carries something over it shall know that it did not just break
        connection.nearestToSocket().fireUserEventTriggered(ConnectionEvent.NO_LONGER_ACCEPTED);
        connection.drop();
        return false;
    }

    /** Once: a recheck and the end of a verdict may come together. */
    private void tell(Live connection, RejectedCertificateException why) {
        if (connection.refused().compareAndSet(false, true)) {
            try {
                tls.log().dropped(why, connection.chain().get(0), connection.peerRole(), connection.remote());
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "event=recheck.untold: the connection is closed", e);
            }
        }
    }

    private void checkAgainAt(Instant end, Live connection) {
        Future<?> before = nextChecks.put(connection, after(wait(end), () -> checkAgain(connection)));
        if (before != null) {
            before.cancel(false);
        }
        if (!open.contains(connection)) {
            forget(connection); // it was closed meanwhile, and nobody would come by again
        }
    }

    private Duration wait(Instant until) {
        Duration past = Duration.between(clock.instant(), until).plusMillis(1);
        if (past.compareTo(SHORTEST_WAIT) < 0) {
            return SHORTEST_WAIT;
        }
        return past.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : past;
    }

    private void checkAgain(Live connection) {
        if (open.contains(connection)) {
            keep(connection);
        }
    }

    private Instant acceptedUntil(Live connection) throws RejectedCertificateException {
        PeerVerifier.Standing now = tls.verifier().recheck(connection.peer(), connection.chain(), connection.host());
        rule.check(now.peer(), connection.chain().get(0));
        return now.until();
    }

    private Future<?> after(Duration wait, Runnable task) {
        return timer.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
    }
}
