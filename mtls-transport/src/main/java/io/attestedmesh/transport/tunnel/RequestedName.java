package io.attestedmesh.transport.tunnel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSession;

/** The name that a client says in SNI. One engine knows it during the handshake alone, the others after it. */
final class RequestedName extends ChannelInboundHandlerAdapter {
    private final SslHandler tls;
    private Optional<String> seen = Optional.empty();

    /** Goes behind {@code tls} into the pipeline. */
    RequestedName(SslHandler tls) {
        this.tls = tls;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        look(tls.engine().getHandshakeSession());
        context.fireChannelReadComplete();
    }

    /** Once the handshake has ended. */
    Optional<String> get() {
        look(tls.engine().getSession());
        return seen;
    }

    private void look(SSLSession session) {
        if (seen.isEmpty() && session instanceof ExtendedSSLSession extended) {
            try {
                seen = extended.getRequestedServerNames().stream()
                        .filter(SNIHostName.class::isInstance)
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .findFirst();
            } catch (UnsupportedOperationException afterTheHandshake) {
                // what was seen during it stands
            }
        }
    }
}
