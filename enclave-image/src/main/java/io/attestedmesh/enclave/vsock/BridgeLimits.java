package io.attestedmesh.enclave.vsock;

import java.time.Duration;

/**
 * What a bridge lets others use up. A connection holds two descriptors, and up to 128 KiB beside the kernel's buffers
 * where both readers are slow.
 *
 * @param connections open at once; more are accepted and closed, and counted
 * @param connectTimeout from the target's being known to a connection with it, over all its addresses
 * @param headerTimeout for an enclave to say its target
 * @param idleTimeout a connection without a byte in either direction for this long is closed; zero never
 * @param halfClosedTimeout the same of one of whose directions one has ended; never zero, for the other end may be gone
 *     without a word
 */
public record BridgeLimits(
        int connections,
        Duration connectTimeout,
        Duration headerTimeout,
        Duration idleTimeout,
        Duration halfClosedTimeout) {
    public static final BridgeLimits DEFAULT = new BridgeLimits(
            4096, Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(10));

    public BridgeLimits {
        if (connections < 1
                || !isPositive(connectTimeout)
                || !isPositive(headerTimeout)
                || idleTimeout.isNegative()
                || !isPositive(halfClosedTimeout)) {
            throw new IllegalArgumentException("no use: " + connections + " connections, connect timeout "
                    + connectTimeout + ", header timeout " + headerTimeout + ", idle timeout " + idleTimeout
                    + ", half-closed timeout " + halfClosedTimeout);
        }
    }

    /** Whether a connection in which nothing moved for {@code quiet} is to be closed. */
    boolean isIdle(Duration quiet, boolean halfClosed) {
        return (!idleTimeout.isZero() && quiet.compareTo(idleTimeout) > 0)
                || (halfClosed && quiet.compareTo(halfClosedTimeout) > 0);
    }

    /** The shorter of the two idle timeouts. */
    Duration shortestIdle() {
        boolean half = idleTimeout.isZero() || halfClosedTimeout.compareTo(idleTimeout) < 0;
        return half ? halfClosedTimeout : idleTimeout;
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    public BridgeLimits withConnections(int most) {
        return new BridgeLimits(most, connectTimeout, headerTimeout, idleTimeout, halfClosedTimeout);
    }

    public BridgeLimits withConnectTimeout(Duration longest) {
        return new BridgeLimits(connections, longest, headerTimeout, idleTimeout, halfClosedTimeout);
    }

    public BridgeLimits withHeaderTimeout(Duration longest) {
        return new BridgeLimits(connections, connectTimeout, longest, idleTimeout, halfClosedTimeout);
    }

    public BridgeLimits withIdleTimeout(Duration longest) {
        return new BridgeLimits(connections, connectTimeout, headerTimeout, longest, halfClosedTimeout);
    }

    public BridgeLimits withHalfClosedTimeout(Duration longest) {
        return new BridgeLimits(connections, connectTimeout, headerTimeout, idleTimeout, longest);
    }
}
