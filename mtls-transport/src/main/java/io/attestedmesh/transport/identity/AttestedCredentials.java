package io.attestedmesh.transport.identity;

import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.transport.pki.PkiException;
import io.micrometer.core.instrument.Counter;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * The modes {@code semi-auto} and {@code full-auto}: a certificate with evidence, renewed with a new key at two thirds of
 * its remaining life. New connections use the new one; connections made with the old one live on.
 *
 * <p>Counts {@code amesh.credential.renewals} with {@code result} = {@code ok} or {@code failed}.
 */
public final class AttestedCredentials implements CredentialSource {
    static final Duration SHORTEST_WAIT = Duration.ofSeconds(10);
    static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);
    private static final System.Logger LOG = System.getLogger(AttestedCredentials.class.getName());
    private static final int FAILURES_UNTIL_UNHEALTHY = 3;

    private final CertificateMint mint;
    private final Upkeep upkeep;
    private final RandomGenerator jitter;
    private final Counter renewed;
    private final Counter failed;
    private final Listeners listeners = new Listeners();
    private volatile Credential current;
    private final AtomicInteger failures = new AtomicInteger();
    private ScheduledFuture<?> next;
    private boolean closed;

    private AttestedCredentials(CertificateMint mint, Upkeep upkeep, RandomGenerator jitter, Credential first) {
        this.mint = mint;
        this.upkeep = upkeep;
        this.jitter = jitter;
        this.current = first;
        this.renewed = upkeep.meters().counter("amesh.credential.renewals", "result", "ok");
        this.failed = upkeep.meters().counter("amesh.credential.renewals", "result", "failed");
    }

    /** Makes the first credential, which must succeed, and renews it from then on. */
    public static AttestedCredentials start(CertificateMint mint, Upkeep upkeep, RandomGenerator jitter)
            throws AttesterException, PkiException, MalformedEvidenceException, RejectedEvidenceException,
                    GeneralSecurityException {
        AttestedCredentials credentials = new AttestedCredentials(mint, upkeep, jitter, mint.mint());
        CredentialMeters.register(credentials, upkeep);
        credentials.schedule(credentials.untilRenewal());
        return credentials;
    }

    @Override
    public Credential current() {
        return current;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /** False after three failed renewals in a row, or once the certificate has expired. */
    @Override
    public boolean healthy() {
        return failures.get() < FAILURES_UNTIL_UNHEALTHY
                && !upkeep.clock().instant().isAfter(current.notAfter());
    }

    @Override
    public synchronized void close() {
        closed = true;
        next.cancel(false);
    }

    private synchronized void schedule(Duration wait) {
        if (!closed) {
            next = upkeep.scheduler().schedule(this::renew, wait.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void renew() {
        try {
            current = mint.mint();
        } catch (AttesterException
                | PkiException
                | MalformedEvidenceException
                | RejectedEvidenceException
                | GeneralSecurityException
                // the edge of the scheduler's thread: whatever it was, there is another attempt
                | RuntimeException e) {
            int count = failures.incrementAndGet();
            failed.increment();
            Duration wait = backOff();
            LOG.log(
                    failures.get() < FAILURES_UNTIL_UNHEALTHY ? System.Logger.Level.WARNING : System.Logger.Level.ERROR,
                    "event=renewal.failed id=" + current.correlationId() + " failures=" + count + " expires="
                            + current.notAfter() + " retryIn=" + wait,
                    e);
            schedule(wait);
            return;
        }
        failures.set(0);
        renewed.increment();
        LOG.log(
                System.Logger.Level.INFO,
                "event=renewed id=" + current.correlationId() + " expires=" + current.notAfter());
        schedule(untilRenewal());
        listeners.tell("credential");
    }

    /**
     * Two thirds of what is left, up to a tenth of that earlier, so that parties started together do not renew together.
     * The module may reuse a leaf that is about to end: then not before {@link #SHORTEST_WAIT}, but in the second after it ended, when the module must have another.
     */
    private Duration untilRenewal() {
        Duration left = Duration.between(upkeep.clock().instant(), current.notAfter());
        double share = 2.0 / 3 * (1 - jitter.nextDouble() / 10);
        Duration wanted = max(Duration.ofMillis((long) (left.toMillis() * share)), SHORTEST_WAIT);
        return wanted.compareTo(left) < 0 ? wanted : left.plusSeconds(1);
    }

    private Duration backOff() {
        Duration wait = Duration.ofSeconds(1L << Math.min(failures.get(), 10));
        return wait.compareTo(LONGEST_BACK_OFF) < 0 ? wait : LONGEST_BACK_OFF;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    /** When the certificate ends, for status pages. */
    public Instant expiresAt() {
        return current.notAfter();
    }
}
