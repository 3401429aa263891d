package io.attestedmesh.transport.tunnel;

import io.attestedmesh.transport.connection.ConnectionLimits;
import java.time.Duration;

/**
 * What a stream may cost; each is one connection.
 *
 * @param connections how many, how long their handshake and they themselves last; {@code drainTime} is what streams get to
 *     end when the tunnel is stopped
 * @param connectTimeout to reach the target, or the tunnel's other end
 * @param idleTimeout without a byte in either direction a stream is cut, at most a quarter later
 */
public record TunnelLimits(ConnectionLimits connections, Duration connectTimeout, Duration idleTimeout) {
    /** 8192 streams, 1024 from one address, 10 s to connect and for a handshake, an hour of silence, a day of life. */
    public static final TunnelLimits DEFAULT = new TunnelLimits(
            new ConnectionLimits(8192, 1024, Duration.ofSeconds(10), Duration.ofDays(1), Duration.ofSeconds(10)),
            Duration.ofSeconds(10),
            Duration.ofHours(1));

    /** Nothing may be zero or negative: no limit is not a limit. */
    public TunnelLimits {
        if (connectTimeout.toMillis() <= 0 || idleTimeout.toMillis() <= 3) {
            throw new IllegalArgumentException("a limit of no time");
        }
    }
}
