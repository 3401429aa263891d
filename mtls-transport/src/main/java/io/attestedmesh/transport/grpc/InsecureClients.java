package io.attestedmesh.transport.grpc;

import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;

/**
 * gRPC over TLS in which the server alone has a certificate, for programs that cannot present one: whoever reaches it is
 * served, and there is no {@link PeerContext#current} in its calls.
 */
public final class InsecureClients {
    private static final System.Logger LOG = System.getLogger(InsecureClients.class.getName());

    private final TransportLimits limits;

    private InsecureClients(TransportLimits limits) {
        this.limits = limits;
    }

    /**
     * Warns, and goes on without knowing who calls.
     *
     * @param why who asked for it, such as a key of the configuration
     */
    public static InsecureClients becauseOf(String why, TransportLimits limits) {
        LOG.log(
                System.Logger.Level.WARNING,
                "event=insecure.clients NO CLIENT IS AUTHENTICATED: whoever reaches this server is served, because of "
                        + why);
        return new InsecureClients(limits);
    }

    /** A server in the making; the context's ALPN must offer h2. */
    public NettyServerBuilder server(InetSocketAddress address, SslContext tls) {
        return limits.applyTo(NettyServerBuilder.forAddress(address).sslContext(tls));
    }
}
