package io.attestedmesh.transport.connection;

import java.time.Duration;

/**
 * What connections may cost, whatever they carry.
 *
 * @param connections accepted by one server at once
 * @param connectionsPerAddress of these, from one remote address
 * @param handshakeTimeout from TCP to the end of the TLS handshake
 * @param connectionAge after which a connection is retired
 * @param drainTime what it gets to end after that
 */
public record ConnectionLimits(
        int connections,
        int connectionsPerAddress,
        Duration handshakeTimeout,
        Duration connectionAge,
        Duration drainTime) {
    /** Nothing may be zero or negative: no limit is not a limit. */
    public ConnectionLimits {
        if (Math.min(connections, connectionsPerAddress) <= 0) {
            throw new IllegalArgumentException("a limit of no connection");
        }
        if (Math.min(Math.min(handshakeTimeout.toMillis(), connectionAge.toMillis()), drainTime.toMillis()) <= 0) {
            throw new IllegalArgumentException("a limit of no time");
        }
    }
}
