package io.attestedmesh.transport.tunnel;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.connection.ConnectionGate;
import io.attestedmesh.transport.connection.ConnectionLimits;
import io.attestedmesh.transport.connection.RemoteAddress;
import io.attestedmesh.transport.connection.TransportReason;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The end of a tunnel that programs which know nothing of it come to, and that leads their streams to an attested server. */
public final class TunnelClient extends Tunnel {
    /**
     * What an operator chooses.
     *
     * @param listen where programs come to
     * @param server the other end of the tunnel
     * @param name what its certificate must prove
     * @param service the target to ask it for; without one the server goes by {@code name}, which SNI says
     * @param rule of which servers with that name and a verdict the tunnel makes use
     * @param plainTls where programs shall find TLS with a certificate of the server alone: a context for each connection
     */
    public record Settings(
            Endpoint listen,
            Endpoint server,
            String name,
            Optional<String> service,
            AccessRule rule,
            Optional<Supplier<SslContext>> plainTls,
            TunnelLimits limits) {}

    private final AttestedTls tls;
    private final Settings settings;
    private final SslContext context;
    private final Duration patience;

    private TunnelClient(
            AttestedTls tls,
            Settings settings,
            Clock clock,
            MeterRegistry meters,
            Optional<ScheduledExecutorService> timer)
            throws IOException {
        super("client", tls, settings.limits(), settings.rule(), clock, meters, timer);
        this.tls = tls;
        this.settings = settings;
        this.context = attested().clientContext(List.of(PROTOCOL));
        // ours to the server, the handshake, the server's to its target
        this.patience = limits().connectTimeout()
                .multipliedBy(2)
                .plus(limits().connections().handshakeTimeout());
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if it cannot listen there, or TLS cannot be set up
     */
    public static TunnelClient start(AttestedTls tls, Settings settings, Clock clock, MeterRegistry meters)
            throws IOException {
        return start(tls, settings, clock, meters, Optional.empty());
    }

    /** Has {@code timer} end what takes too long, instead of the event loops. */
    static TunnelClient start(
            AttestedTls tls,
            Settings settings,
            Clock clock,
            MeterRegistry meters,
            Optional<ScheduledExecutorService> timer)
            throws IOException {
        TunnelClient client = new TunnelClient(tls, settings, clock, meters, timer);
        try {
            client.listen(
                    settings.listen(), client.gate(), settings.plainTls().isPresent(), new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel child) {
                            client.take(child);
                        }
                    });
            return client;
        } catch (IOException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** All programs come from one address. */
    private ConnectionGate gate() {
        ConnectionLimits given = limits().connections();
        ConnectionLimits inAll = new ConnectionLimits(
                given.connections(),
                given.connections(),
                given.handshakeTimeout(),
                given.connectionAge(),
                given.drainTime());
        return new ConnectionGate(
                inAll,
                (limit, remote) -> all().tooMany(TransportReason.TOO_MANY_CONNECTIONS, limit, remote),
                child -> {});
    }

    private void take(Channel plain) {
        plain.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        TunnelStream stream = new TunnelStream(
                all(),
                limits(),
                timer(),
                RemoteAddress.of(plain.remoteAddress()),
                FrameParser.ofServer(),
                (opened, nothing) -> opened.flow());
        stream.leadsTo(settings.service().orElse(settings.server().toString()));
        if (settings.plainTls().isPresent()) {
            SslHandler handler = settings.plainTls().get().get().newHandler(plain.alloc());
            handler.setHandshakeTimeout(
                    limits().connections().handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
            plain.pipeline().addLast(handler, new AfterPlainTls(stream));
        }
        plain.pipeline().addLast(stream.plainSide(plain));
        stream.begin();
        if (settings.plainTls().isEmpty()) {
            lead(plain, stream);
        }
    }

    private final class AfterPlainTls extends ChannelInboundHandlerAdapter {
        private final TunnelStream stream;

        AfterPlainTls(TunnelStream stream) {
            this.stream = stream;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == SslHandshakeCompletionEvent.SUCCESS) {
                context.channel().config().setAutoRead(false);
                lead(context.channel(), stream);
            }
            context.fireUserEventTriggered(event);
        }
    }

    private void lead(Channel plain, TunnelStream stream) {
        stream.at(patience, () -> {
            if (!stream.isFlowing()) {
                stream.end(StreamEnd.TIMEOUT, false);
            }
        });
        var unused = connecting(settings.server(), plain.eventLoop(), true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel attested) {
                        introduce(attested, stream);
                    }
                })
                .connect()
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        all().unreachable(settings.server().toString(), connected.cause());
                        stream.end(StreamEnd.UNREACHABLE, false);
                    }
                });
    }

    private void introduce(Channel attested, TunnelStream stream) {
        SslHandler handler = context.newHandler(attested.alloc(), settings.name(), port());
        handler.setHandshakeTimeout(limits().connections().handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<AttestedPeer> outcome = new CompletableFuture<>();
        attested.pipeline().addLast(handler, stream.attestedSide(attested));
        attested().watchServer(attested, settings.name(), outcome, Optional.empty());
        var unused = outcome.whenComplete((peer, why) -> stream.inLoop(() -> {
            if (peer == null) {
                stream.end(
                        why instanceof SslHandshakeTimeoutException ? StreamEnd.TIMEOUT : StreamEnd.REFUSED,
                        !(why instanceof RejectedCertificateException));
            } else if (!PROTOCOL.equals(handler.applicationProtocol())) {
                refuse(attested, stream, handler.applicationProtocol());
            } else {
                stream.ask(settings.service().orElse(""));
                stream.accepted(peer);
            }
        }));
    }

    private int port() {
        return settings.server() instanceof Endpoint.Tcp tcp ? tcp.port() : -1;
    }

    private void refuse(Channel attested, TunnelStream stream, String protocol) {
        tls.log()
                .rejected(
                        new RejectedCertificateException(
                                TunnelReason.WRONG_PROTOCOL, PROTOCOL, protocol == null ? "none" : protocol),
                        Optional.empty(),
                        Usage.SERVER,
                        RemoteAddress.of(attested.remoteAddress()));
        all().refused(TunnelReason.WRONG_PROTOCOL);
        stream.end(StreamEnd.REFUSED, false);
    }
}
