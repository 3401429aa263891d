package io.attestedmesh.transport.grpc;

import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;

/**
 * gRPC without TLS: anybody on the way reads and changes everything, and nobody's identity is known. For a laptop, and
 * for comparisons; a peer that speaks TLS refuses it. There is no {@link PeerContext#current} on such connections.
 */
public final class InsecurePlaintext {
    private static final System.Logger LOG = System.getLogger(InsecurePlaintext.class.getName());

    private final TransportLimits limits;

    private InsecurePlaintext(TransportLimits limits) {
        this.limits = limits;
    }

    /**
     * Warns, and goes on without TLS.
     *
     * @param why who asked for it, such as the flag {@code --insecure-no-tls}
     */
    public static InsecurePlaintext becauseOf(String why, TransportLimits limits) {
        LOG.log(
                System.Logger.Level.WARNING,
                "event=insecure.plaintext NO TLS: peers are not authenticated and messages are not encrypted, because of "
                        + why);
        return new InsecurePlaintext(limits);
    }

    public NettyServerBuilder server(InetSocketAddress address) {
        return limits.applyTo(NettyServerBuilder.forAddress(address));
    }

    public NettyChannelBuilder channel(String host, int port) {
        return limits.applyTo(NettyChannelBuilder.forAddress(host, port).usePlaintext());
    }
}
