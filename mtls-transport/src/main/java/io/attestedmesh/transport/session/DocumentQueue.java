package io.attestedmesh.transport.session;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The attester, asked on threads of its own and by so many at once: connections wait for their documents here, and never
 * on an event loop. Threads end when nothing is asked for; there is nothing to close.
 *
 * <p>Counts {@code amesh.session.documents} (a timer, by {@code result} = {@code ok} or {@code failed}; what waits is
 * {@code amesh.session.documents.waiting}).
 */
public final class DocumentQueue {
    /** Documents asked for and not yet begun. */
    public static final int DEFAULT_CAPACITY = 256;

    /** From the question to the document. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    // an NSM answers one question at a time: a second thread has the next one ready
    private static final int THREADS = 2;
    private static final int IDLE_SECONDS = 10;

    private final Attester attester;
    private final Duration timeout;
    private final Timer made;
    private final Timer failed;
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;

    /** With the defaults. */
    public DocumentQueue(Attester attester, MeterRegistry meters) {
        this(attester, DEFAULT_CAPACITY, DEFAULT_TIMEOUT, meters);
    }

    /**
     * In front of {@code attester}.
     *
     * @throws IllegalArgumentException if capacity or time are not positive
     */
    public DocumentQueue(Attester attester, int capacity, Duration timeout, MeterRegistry meters) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("documents within " + timeout);
        }
        this.attester = attester;
        this.timeout = timeout;
        this.made = documents("ok", meters);
        this.failed = documents("failed", meters);
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(capacity),
                work -> daemon(work, "session-documents"));
        threads.allowCoreThreadTimeOut(true);
        this.timer = new ScheduledThreadPoolExecutor(1, work -> daemon(work, "session-documents-timer"));
        timer.setRemoveOnCancelPolicy(true); // or it would hold each document until its time is over
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        Gauge.builder(
                        "amesh.session.documents.waiting",
                        threads,
                        t -> t.getQueue().size())
                .description("documents that connections wait for and that are not begun")
                .register(meters);
    }

    private static Timer documents(String result, MeterRegistry meters) {
        return Timer.builder("amesh.session.documents")
                .description("documents for sessions, from the question to the answer")
                .tag("result", result)
                .register(meters);
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Fails with an {@link AttesterException} if the queue is full or the attester fails, with a time-out if it is slow. Who
     * cancels it before it was begun has none made.
     */
    CompletableFuture<Bytes> ask(AttestationRequest request) {
        long asked = System.nanoTime();
        CompletableFuture<Bytes> document = new CompletableFuture<>();
        Future<?> late = timer.schedule(
                () -> document.completeExceptionally(new TimeoutException("no document within " + timeout)),
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
        var unused = document.whenComplete((bytes, failure) -> {
            late.cancel(false);
            (failure == null ? made : failed).record(System.nanoTime() - asked, TimeUnit.NANOSECONDS);
        });
        try {
            threads.execute(() -> make(request, document));
        } catch (RejectedExecutionException e) {
            document.completeExceptionally(new AttesterException("too many connections wait for documents", e));
        }
        return document;
    }

    private void make(AttestationRequest request, CompletableFuture<Bytes> document) {
        if (document.isDone()) {
            return; // nobody waits for it any more
        }
        try {
            document.complete(attester.attest(request));
        } catch (AttesterException | RuntimeException e) {
            document.completeExceptionally(e);
        }
    }
}
