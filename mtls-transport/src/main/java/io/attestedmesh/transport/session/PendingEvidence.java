package io.attestedmesh.transport.session;

import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * The wait of one engine for its own document. Whoever drives the engine from an event loop asks to be woken, and goes on
 * with {@code wrap} then; for whoever does not, the engine waits in a delegated task.
 */
public final class PendingEvidence {
    static final String KEY = PendingEvidence.class.getName();

    private volatile Runnable wake;

    PendingEvidence() {}

    /** Of an engine whose handshake has not ended, by {@code SSLEngine.getSession}; empty if it will wait for none. */
    public static Optional<PendingEvidence> of(SSLSession session) {
        return session.getValue(KEY) instanceof PendingEvidence pending ? Optional.of(pending) : Optional.empty();
    }

    /** To be called before the TLS handshake ends; {@code wake} runs on any thread and must not block. */
    public void onReady(Runnable wake) {
        this.wake = wake;
    }

    boolean isAwaited() {
        return wake != null;
    }

    void ready() {
        Runnable awaiting = wake;
        if (awaiting != null) {
            awaiting.run();
        }
    }
}
