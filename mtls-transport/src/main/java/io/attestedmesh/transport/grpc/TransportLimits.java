package io.attestedmesh.transport.grpc;

import io.attestedmesh.transport.connection.ConnectionLimits;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a peer may cost.
 *
 * @param connections accepted by one server at once
 * @param connectionsPerAddress of these, from one remote address
 * @param callsPerConnection at once
 * @param handshakeTimeout from TCP to the end of the TLS handshake
 * @param connectionAge after which a server drains a connection; a client then connects anew and both verify again
 * @param drainTime what calls get to end after that
 * @param keepalive silence after which a ping is sent
 * @param keepaliveTimeout without an answer to it the connection is closed
 * @param permittedKeepalive pings of a client that come faster end its connection
 * @param messageBytes largest message received
 * @param metadataBytes largest headers received
 */
public record TransportLimits(
        int connections,
        int connectionsPerAddress,
        int callsPerConnection,
        Duration handshakeTimeout,
        Duration connectionAge,
        Duration drainTime,
        Duration keepalive,
        Duration keepaliveTimeout,
        Duration permittedKeepalive,
        int messageBytes,
        int metadataBytes) {
    /** Room for some hundred parties, an hour a connection, 64 MiB a message. */
    public static final TransportLimits DEFAULT = new TransportLimits(
            1024,
            128,
            256,
            Duration.ofSeconds(10),
            Duration.ofHours(1),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            64 << 20,
            16 << 10);

    private static final int SMALLEST_READ = 1 << 10;
    private static final int FIRST_READ = 4 << 10;
    private static final int LARGEST_READ = 512 << 10;

    /** Nothing may be zero or negative: no limit is not a limit. */
    public TransportLimits {
        requirePositive(connections, connectionsPerAddress, callsPerConnection, messageBytes, metadataBytes);
        requirePositive(
                handshakeTimeout.toMillis(),
                connectionAge.toMillis(),
                drainTime.toMillis(),
                keepalive.toMillis(),
                keepaliveTimeout.toMillis(),
                permittedKeepalive.toMillis());
    }

    private static void requirePositive(long... values) {
        for (long value : values) {
            if (value <= 0) {
                throw new IllegalArgumentException("a transport limit of " + value);
            }
        }
    }

    public TransportLimits withConnections(int inAll, int perAddress) {
        return new TransportLimits(
                inAll,
                perAddress,
                callsPerConnection,
                handshakeTimeout,
                connectionAge,
                drainTime,
                keepalive,
                keepaliveTimeout,
                permittedKeepalive,
                messageBytes,
                metadataBytes);
    }

    public TransportLimits withMessageBytes(int bytes) {
        return new TransportLimits(
                connections,
                connectionsPerAddress,
                callsPerConnection,
                handshakeTimeout,
                connectionAge,
                drainTime,
                keepalive,
                keepaliveTimeout,
                permittedKeepalive,
                bytes,
                metadataBytes);
    }

    public TransportLimits withHandshakeTimeout(Duration timeout) {
        return new TransportLimits(
                connections,
                connectionsPerAddress,
                callsPerConnection,
                timeout,
                connectionAge,
                drainTime,
                keepalive,
                keepaliveTimeout,
                permittedKeepalive,
                messageBytes,
                metadataBytes);
    }

    public TransportLimits withConnectionAge(Duration age) {
        return new TransportLimits(
                connections,
                connectionsPerAddress,
                callsPerConnection,
                handshakeTimeout,
                age,
                drainTime,
                keepalive,
                keepaliveTimeout,
                permittedKeepalive,
                messageBytes,
                metadataBytes);
    }

    ConnectionLimits ofConnections() {
        return new ConnectionLimits(connections, connectionsPerAddress, handshakeTimeout, connectionAge, drainTime);
    }

    NettyServerBuilder applyTo(NettyServerBuilder builder) {
        return builder.withChildOption(ChannelOption.RECVBUF_ALLOCATOR, reads())
                .maxConcurrentCallsPerConnection(callsPerConnection)
                .handshakeTimeout(handshakeTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionAge(connectionAge.toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(drainTime.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTime(keepalive.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(keepaliveTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(permittedKeepalive.toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxInboundMessageSize(messageBytes)
                .maxInboundMetadataSize(metadataBytes);
    }

    NettyChannelBuilder applyTo(NettyChannelBuilder builder) {
        return builder.withOption(ChannelOption.RECVBUF_ALLOCATOR, reads())
                .keepAliveTime(keepalive.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(keepaliveTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveWithoutCalls(true)
                .maxInboundMessageSize(messageBytes)
                .maxInboundMetadataSize(metadataBytes);
    }

    /**
     * How much is read at once of a connection on which much comes in. What is left over at the end of a read, a part of a TLS
     * record, has the next one copied behind it: that happens less often.
     */
    private static AdaptiveRecvByteBufAllocator reads() {
        return new AdaptiveRecvByteBufAllocator(SMALLEST_READ, FIRST_READ, LARGEST_READ);
    }
}
