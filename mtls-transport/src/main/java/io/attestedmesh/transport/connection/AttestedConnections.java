package io.attestedmesh.transport.connection;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.transport.AttestedTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/**
 * Knows the attested connections of a Netty program, and drops those whose peers are no longer accepted. A connection that
 * ends its handshake without a verified peer, or receives a byte without TLS, is closed. Thread-safe.
 */
public final class AttestedConnections {
    /** An open connection. */
    public record Connection(AttestedPeer peer, Usage peerRole, String remote, Instant since) {}

    private final AttestedTls tls;
    private final ConnectionLimits limits;
    private final LiveConnections live;
    private final RejectedLeaves leaves = new RejectedLeaves();
    private final Predicate<ChannelPipeline> takesPlaintext;
    private final Clock clock;

    /**
     * None at first.
     *
     * @param takesPlaintext whether a pipeline without a TLS handler would take what comes next for its protocol; not while
     *     what comes is of a proxy, before TLS begins
     * @param timer ends connections at their age and at the end of a verdict
     */
    public AttestedConnections(
            AttestedTls tls,
            ConnectionLimits limits,
            AccessRule rule,
            Predicate<ChannelPipeline> takesPlaintext,
            Clock clock,
            ScheduledExecutorService timer) {
        this.tls = tls;
        this.limits = limits;
        this.takesPlaintext = takesPlaintext;
        this.clock = clock;
        this.live = new LiveConnections(tls, limits, rule, clock, timer);
    }

    /** TLS for the servers whose connections are watched here. */
    public SslContext serverContext(List<String> protocols) throws SSLException {
        return tls.nettyServer(leaves, protocols);
    }

    /** TLS for the clients whose connections are watched here. */
    public SslContext clientContext(List<String> protocols) throws SSLException {
        return tls.nettyClient(leaves, protocols);
    }

    /**
     * Goes first into the pipeline of one listening socket: closes what is too much.
     *
     * @param admitted told of each other connection, before anything is in its pipeline
     */
    public ChannelHandler gate(Consumer<Channel> admitted) {
        return new ConnectionGate(
                limits,
                (limit, remote) -> tls.log()
                        .rejected(
                                TransportReason.TOO_MANY_CONNECTIONS,
                                limit,
                                "one more",
                                Optional.empty(),
                                Usage.CLIENT,
                                remote),
                admitted);
    }

    /**
     * Watches a connection that was accepted; before anything else is put into its pipeline.
     *
     * @param outcome hears who the client is, or why it is none
     * @param retire has the connection end once what it carries has, before its evidence in the session ends; its age is the
     *     server's concern
     */
    public void watchClient(Channel accepted, CompletableFuture<AttestedPeer> outcome, Optional<Runnable> retire) {
        watch(accepted, Usage.CLIENT, Optional.empty(), outcome, retire);
    }

    /**
     * Watches a connection to be made to the server {@code name}; before anything else is put into its pipeline.
     *
     * @param outcome hears who the server is, or why there is no connection to it
     * @param retire has the connection end once what it carries has; empty if its user retires it
     */
    public void watchServer(
            Channel connecting, String name, CompletableFuture<AttestedPeer> outcome, Optional<Runnable> retire) {
        watch(connecting, Usage.SERVER, Optional.of(name), outcome, retire);
    }

    private void watch(
            Channel channel,
            Usage peerRole,
            Optional<String> host,
            CompletableFuture<AttestedPeer> outcome,
            Optional<Runnable> retire) {
        channel.pipeline()
                .addFirst(
                        new HandshakeWatch(tls, peerRole, host, live, leaves, clock, outcome, retire, takesPlaintext));
    }

    /**
     * Verifies the peer of every open connection again, under the rules of now, and closes what would be refused. To be
     * run when revocation lists, roster, policy or releases have changed.
     *
     * @return how many were closed
     */
    public int recheck() {
        return live.recheck();
    }

    /** Those that are open now. */
    public List<Connection> all() {
        return live.all().stream()
                .map(open -> new Connection(open.peer(), open.peerRole(), open.remote(), open.since()))
                .toList();
    }
}
