package io.attestedmesh.mpc.session;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.transport.LineLimit;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Counts, logs and tells why messages were refused. A sender that is refused all the time fills no log: so many lines a
 * second, and then how many were left out. Thread-safe.
 */
public final class Refusals {
    private static final System.Logger LOG = System.getLogger(Refusals.class.getName());

    /**
     * One refusal.
     *
     * @param peer what its certificate proves, or {@code unknown}
     * @param actual printable, and bounded
     */
    public record Refused(Instant at, String peer, Acceptance reason, String expected, String actual) {}

    private final MeterRegistry registry;
    private final Clock clock;
    private final Consumer<Refused> listener;
    private final LineLimit lines = new LineLimit();

    /** @param listener hears of each, on a thread of the network: it must not block */
    public Refusals(MeterRegistry registry, Clock clock, Consumer<Refused> listener) {
        this.registry = registry;
        this.clock = clock;
        this.listener = listener;
    }

    /** A message was refused after its sender was known. */
    public void refused(Origin from, Tag tag, Acceptance reason) {
        String session = "session " + tag.session();
        String peer = from.identity().name();
        switch (reason) {
            case UNKNOWN_PARTY -> refused(peer, reason, "a party of a context of this node", peer);
            case NOT_IN_CONTEXT -> refused(peer, reason, "a party of the context of " + session, peer);
            case WRONG_RELEASE ->
                refused(peer, reason, "a release that the context of " + session + " allows", release(from));
            case EQUIVOCATION ->
                refused(peer, reason, "one message for round " + tag.round() + " of " + session, "two that differ");
            case OTHER_INCARNATION ->
                refused(peer, reason, session + " from one process", "another one, " + from.incarnation());
            case TOO_LARGE -> refused(peer, reason, "a message of bounded size", "a larger one, of " + session);
            case SINK_FAILED -> refused(peer, reason, "a receiver that takes the stream of " + session, "none did");
            case SESSION_ABORTED -> refused(peer, reason, session + " open here", "it was given up");
            default -> refused(peer, reason, "a message of the wire format", "another, of " + session);
        }
    }

    private static String release(Origin from) {
        return from.proved()
                .flatMap(AttestedPeer::attestation)
                .map(AttestationResult::releaseName)
                .map(OneLine::of)
                .orElse("no evidence of one");
    }

    /** A message was refused; the texts are printable and bounded. */
    public void refused(String peer, Acceptance reason, String expected, String actual) {
        registry.counter("amesh.mpc.rejections", "reason", reason.name().toLowerCase(Locale.ROOT))
                .increment();
        Instant now = clock.instant();
        int left = lines.leftOutBefore(now);
        if (left >= 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "event=mpc.rejected peer=" + OneLine.of(peer) + " reason=" + reason + " expected=\""
                            + expected + "\" actual=\"" + actual + "\"" + (left > 0 ? " left-out=" + left : ""));
        }
        listener.accept(new Refused(now, peer, reason, expected, actual));
    }
}
