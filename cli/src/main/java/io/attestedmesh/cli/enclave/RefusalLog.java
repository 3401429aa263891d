package io.attestedmesh.cli.enclave;

import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.enclave.vsock.BridgeEvents;
import io.attestedmesh.enclave.vsock.Refusal;
import java.time.Clock;
import java.time.Instant;

/** Says what a bridge refuses, ten times a minute at most: the rest is in the counts at the end. */
final class RefusalLog implements BridgeEvents {
    private static final int MOST_A_MINUTE = 10;
    private static final long MINUTE_SECONDS = 60;

    private final Terminal terminal;
    private final String bridge;
    private final Clock clock;
    private Instant minute = Instant.MIN;
    private int said;

    RefusalLog(Terminal terminal, String bridge) {
        this.terminal = terminal;
        this.bridge = bridge;
        this.clock = terminal.clock();
    }

    @Override
    public synchronized void refused(Refusal reason, String detail) {
        Instant now = clock.instant();
        if (minute.isBefore(now.minusSeconds(MINUTE_SECONDS))) {
            minute = now;
            said = 0;
        }
        said++;
        if (said <= MOST_A_MINUTE) {
            terminal.warn(bridge + ": " + reason + ": " + detail);
        }
    }
}
