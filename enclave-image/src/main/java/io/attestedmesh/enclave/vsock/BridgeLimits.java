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
 */
public record BridgeLimits(int connections, Duration connectTimeout, Duration headerTimeout, Duration idleTimeout) {
    public static final BridgeLimits DEFAULT =
            new BridgeLimits(4096, Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ZERO);

    public BridgeLimits {
        if (connections < 1 || !isPositive(connectTimeout) || !isPositive(headerTimeout) || idleTimeout.isNegative()) {
            throw new IllegalArgumentException("no use: " + connections + " connections, connect timeout "
                    + connectTimeout + ", header timeout " + headerTimeout + ", idle timeout " + idleTimeout);
        }
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    public BridgeLimits withConnections(int most) {
        return new BridgeLimits(most, connectTimeout, headerTimeout, idleTimeout);
    }

    public BridgeLimits withConnectTimeout(Duration longest) {
        return new BridgeLimits(connections, longest, headerTimeout, idleTimeout);
    }

    public BridgeLimits withHeaderTimeout(Duration longest) {
        return new BridgeLimits(connections, connectTimeout, longest, idleTimeout);
    }

    public BridgeLimits withIdleTimeout(Duration longest) {
        return new BridgeLimits(connections, connectTimeout, headerTimeout, longest);
    }
}
