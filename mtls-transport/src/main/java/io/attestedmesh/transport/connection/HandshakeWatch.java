package io.attestedmesh.transport.connection;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.connection.LiveConnections.Live;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.session.PendingEvidence;
import io.attestedmesh.transport.session.Refusal;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * Sees the end of the TLS handshake of one connection, which neither Netty nor gRPC tells about, and writes it down with the
 * remote address. A connection that ends it without a verified peer is closed.
 */
final class HandshakeWatch extends ChannelInboundHandlerAdapter {
    private final AttestedTls tls;
    private final Usage peerRole;
    private final Optional<String> host;
    private final LiveConnections live;
    private final RejectedLeaves leaves;
    private final Clock clock;
    private final CompletableFuture<AttestedPeer> peer;
    private final Optional<Runnable> retire;
    private final Predicate<ChannelPipeline> takesPlaintext;
    private final Credential own;
    private boolean attached;
    private Optional<SSLEngine> engine = Optional.empty();

    /**
     * Watches one connection.
     *
     * @param host the server that is dialled, where the peer is a server
     * @param peer hears the outcome
     * @param retire has the connection end once what it carries has; empty if that is somebody else's concern
     */
    HandshakeWatch(
            AttestedTls tls,
            Usage peerRole,
            Optional<String> host,
            LiveConnections live,
            RejectedLeaves leaves,
            Clock clock,
            CompletableFuture<AttestedPeer> peer,
            Optional<Runnable> retire,
            Predicate<ChannelPipeline> takesPlaintext) {
        this.tls = tls;
        this.peerRole = peerRole;
        this.host = host;
        this.live = live;
        this.leaves = leaves;
        this.clock = clock;
        this.peer = peer;
        this.retire = retire;
        this.takesPlaintext = takesPlaintext;
        this.own = tls.credentials().current();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
        attach(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        attach(context);
        if (!attached && takesPlaintext.test(context.pipeline())) {
            ReferenceCountUtil.release(message);
            unverified(context, Optional.empty(), "no TLS");
            return;
        }
        context.fireChannelRead(message);
    }

    /** A connection that one side has closed leaves its engine half open, and one of Conscrypt holds two descriptors then. */
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
        engine.ifPresent(ended -> {
            ended.closeOutbound();
            try {
                ended.closeInbound();
            } catch (SSLException withoutCloseNotify) {
                // it is closed all the same, and whoever reads the connection has decided what that means
            }
        });
    }

    private void attach(ChannelHandlerContext context) {
        if (attached) {
            return;
        }
        SslHandler handler = context.pipeline().get(SslHandler.class);
        if (handler == null) {
            return;
        }
        attached = true;
        engine = Optional.of(handler.engine());
        Channel channel = context.channel();
        AlertWatch behindTls = new AlertWatch();
        context.pipeline().addAfter(context.pipeline().context(handler).name(), null, behindTls);
        wakeWithEvidence(context.pipeline().context(behindTls), handler);
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                succeeded(context, handler.engine().getSession());
            } else {
                failed(channel, handler.engine().getSession(), done.cause());
            }
        });
    }

    /** An engine that waits for its own document goes on when that is there, without a thread that waits. */
    private static void wakeWithEvidence(ChannelHandlerContext behindTls, SslHandler handler) {
        PendingEvidence.of(handler.engine().getSession())
                .ifPresent(pending -> pending.onReady(() -> behindTls.executor().execute(behindTls::flush)));
    }

    private void succeeded(ChannelHandlerContext context, SSLSession session) {
        Optional<AttestedPeer> verified = AttestedPeer.of(session);
        List<X509Certificate> chain = TlsEngine.peerChain(session);
        if (verified.isEmpty() || chain.isEmpty()) {
            unverified(context, chain.stream().findFirst(), "none on the session");
            return;
        }
        try {
            live.admit(verified.get(), chain.get(0));
        } catch (RejectedCertificateException e) {
            rejected(context, Optional.of(chain.get(0)), e);
            return;
        }
        Live connection =
                new Live(verified.get(), chain, peerRole, host, clock.instant(), context, new AtomicBoolean());
        if (!live.add(connection)) {
            peer.completeExceptionally(new SSLException("the peer is no longer accepted"));
            return;
        }
        try {
            retire.ifPresent(gracefully -> retireInTime(connection, gracefully));
        } catch (RuntimeException e) {
            // nothing would end it: such as when the timer is shut down already
            connection.drop();
            tls.log().refused(own.correlationId(), peerRole, connection.remote(), e);
            peer.completeExceptionally(e);
            return;
        }
        tls.log().accepted(verified.get(), chain.get(0), peerRole, remote(context.channel()));
        peer.complete(verified.get());
    }

    private void retireInTime(Live connection, Runnable gracefully) {
        if (peerRole == Usage.SERVER) {
            live.retire(connection, gracefully);
        } else {
            live.retireByEvidence(connection, gracefully);
        }
    }

    private void unverified(ChannelHandlerContext context, Optional<X509Certificate> leaf, String actual) {
        rejected(
                context,
                leaf,
                new RejectedCertificateException(
                        CertificateReason.NO_CERTIFICATE, "a peer verified in this handshake", actual));
    }

    private void rejected(
            ChannelHandlerContext context, Optional<X509Certificate> leaf, RejectedCertificateException why) {
        tls.log().rejected(why, leaf, peerRole, remote(context.channel()));
        peer.completeExceptionally(why);
        var unused = context.close();
    }

    private void failed(Channel channel, SSLSession session, Throwable cause) {
        // a peer that does not go when it is refused fails the handshake by its time, which is not why
        Optional<Refusal> inSession = Refusal.of(session);
        if (inSession.isPresent()) {
            Refusal refusal = inSession.get();
            tls.log().rejected(refusal.why(), refusal.chain().stream().findFirst(), peerRole, remote(channel));
            peer.completeExceptionally(refusal.why());
            return;
        }
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof RejectedCertificateException rejected) {
                tls.log().rejected(rejected, leaves.leafOf(rejected), peerRole, remote(channel));
                peer.completeExceptionally(rejected);
                return;
            }
        }
        tls.log().refused(own.correlationId(), peerRole, remote(channel), cause);
        peer.completeExceptionally(cause);
    }

    private static String remote(Channel channel) {
        return RemoteAddress.of(channel.remoteAddress());
    }

    /** In TLS 1.3 a server refuses a client's certificate after the client has finished its handshake. */
    private final class AlertWatch extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            for (Throwable at = cause; at != null; at = at.getCause()) {
                if (at instanceof SSLException && peer.isDone() && !peer.isCompletedExceptionally()) {
                    tls.log().refused(own.correlationId(), peerRole, remote(context.channel()), at);
                    break;
                }
            }
            context.fireExceptionCaught(cause);
        }
    }
}
