package io.attestedmesh.transport.tunnel;

import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.connection.RemoteAddress;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** The end of a tunnel that attested clients come to, and that leads their streams to programs which know nothing of it. */
public final class TunnelServer extends Tunnel {
    /**
     * What an operator chooses.
     *
     * @param listen where clients come to
     * @param targets where streams lead
     * @param rule who, of the peers that are verified, may come
     * @param proxyHeader whether each target hears first who its client is
     */
    public record Settings(
            Endpoint listen, Targets targets, AccessRule rule, boolean proxyHeader, TunnelLimits limits) {}

    private final AttestedTls tls;
    private final Settings settings;
    private final SslContext context;

    private TunnelServer(
            AttestedTls tls,
            Settings settings,
            Clock clock,
            MeterRegistry meters,
            Optional<ScheduledExecutorService> timer)
            throws IOException {
        super("server", tls, settings.limits(), settings.rule(), clock, meters, timer);
        this.tls = tls;
        this.settings = settings;
        this.context = attested().serverContext(List.of(PROTOCOL));
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if it cannot listen there, or TLS cannot be set up
     */
    public static TunnelServer start(AttestedTls tls, Settings settings, Clock clock, MeterRegistry meters)
            throws IOException {
        return start(tls, settings, clock, meters, Optional.empty());
    }

    /** Has {@code timer} end what takes too long, instead of the event loops. */
    static TunnelServer start(
            AttestedTls tls,
            Settings settings,
            Clock clock,
            MeterRegistry meters,
            Optional<ScheduledExecutorService> timer)
            throws IOException {
        TunnelServer server = new TunnelServer(tls, settings, clock, meters, timer);
        try {
            server.listen(settings.listen(), server.attested().gate(child -> {}), true, new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel child) {
                    server.greet(child);
                }
            });
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void greet(Channel child) {
        SslHandler handler = context.newHandler(child.alloc());
        handler.setHandshakeTimeout(limits().connections().handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
        RequestedName requested = new RequestedName(handler);
        TunnelStream stream = new TunnelStream(
                all(),
                limits(),
                timer(),
                RemoteAddress.of(child.remoteAddress()),
                FrameParser.ofClient(),
                (asking, name) -> lead(child, handler, asking, name, requested.get()));
        CompletableFuture<AttestedPeer> outcome = new CompletableFuture<>();
        child.pipeline().addLast(handler, requested, stream.attestedSide(child));
        attested().watchClient(child, outcome);
        var unused = outcome.whenComplete((peer, why) -> stream.inLoop(() -> {
            if (peer != null && child.isActive()) {
                welcome(child, handler, stream, peer);
            } else {
                stream.end(StreamEnd.REFUSED, false);
            }
        }));
    }

    private void welcome(Channel child, SslHandler handler, TunnelStream stream, AttestedPeer peer) {
        stream.begin();
        String protocol = handler.applicationProtocol();
        if (!PROTOCOL.equals(protocol)) {
            refuse(child, handler, stream, TunnelReason.WRONG_PROTOCOL, PROTOCOL, protocol == null ? "none" : protocol);
            return;
        }
        stream.at(limits().connections().handshakeTimeout(), () -> {
            if (stream.seen().target().isEmpty()) {
                stream.end(StreamEnd.TIMEOUT, false);
            }
        });
        stream.accepted(peer);
    }

    private void lead(
            Channel child, SslHandler handler, TunnelStream stream, String asked, Optional<String> requested) {
        child.config().setAutoRead(false);
        Optional<String> name =
                Optional.of(asked).filter(text -> !text.isEmpty()).or(() -> requested);
        Optional<Endpoint> target = settings.targets().find(name);
        if (target.isEmpty()) {
            refuse(
                    child,
                    handler,
                    stream,
                    TunnelReason.UNKNOWN_TARGET,
                    "the name of a target here",
                    name.orElse("none"));
        } else {
            connect(child, stream, stream.seen().peer().orElseThrow(), name, target.get());
        }
    }

    private void refuse(
            Channel child, SslHandler handler, TunnelStream stream, Reason reason, String expected, String actual) {
        tls.log()
                .rejected(
                        new RejectedCertificateException(reason, expected, actual),
                        leaf(handler.engine().getSession()),
                        Usage.CLIENT,
                        RemoteAddress.of(child.remoteAddress()));
        all().refused(reason);
        stream.end(StreamEnd.REFUSED, false);
    }

    private void connect(
            Channel child, TunnelStream stream, AttestedPeer peer, Optional<String> name, Endpoint target) {
        stream.leadsTo(target.toString());
        var unused = connecting(target, child.eventLoop(), false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel plain) {
                        plain.pipeline().addLast(stream.plainSide(plain));
                    }
                })
                .connect()
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        all().unreachable(target.toString(), connected.cause());
                        stream.end(StreamEnd.UNREACHABLE, false);
                    } else if (!stream.hasEnded()) {
                        stream.open(plain -> {
                            if (settings.proxyHeader()) {
                                ProxyHeader.write(plain, child, peer, name);
                            }
                        });
                    }
                });
    }

    private static Optional<X509Certificate> leaf(SSLSession session) {
        try {
            return Optional.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }
}
