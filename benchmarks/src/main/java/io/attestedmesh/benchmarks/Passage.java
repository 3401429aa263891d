package io.attestedmesh.benchmarks;

import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.connection.AccessRule;
import io.attestedmesh.transport.connection.ConnectionLimits;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.tunnel.Endpoint;
import io.attestedmesh.transport.tunnel.PeerRule;
import io.attestedmesh.transport.tunnel.Targets;
import io.attestedmesh.transport.tunnel.Tunnel;
import io.attestedmesh.transport.tunnel.TunnelClient;
import io.attestedmesh.transport.tunnel.TunnelLimits;
import io.attestedmesh.transport.tunnel.TunnelServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A connection from a program to another, with two processes' worth of TLS between them. */
final class Passage implements AutoCloseable {
    /** What the programs are joined by. */
    enum Carrier {
        /** Two plain TLS proxies with the platform's validation. */
        PLAIN,
        /** The two ends of a tunnel. */
        TUNNEL
    }

    final Socket near;
    final Socket far;
    private final Runnable closing;

    Passage(Carrier carrier, TlsEngine engine) throws Exception {
        Parties parties = new Parties();
        try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port;
            if (carrier == Carrier.TUNNEL) {
                TunnelServer ending = server(parties, engine, target.getLocalPort(), TunnelLimits.DEFAULT);
                TunnelClient beginning = client(parties, engine, portOf(ending), TunnelLimits.DEFAULT);
                closing = () -> {
                    beginning.close();
                    ending.close();
                };
                port = portOf(beginning);
            } else {
                PlainProxy ending = new PlainProxy(
                        Optional.of(engine.nettyServer(
                                keys(parties.plain(Parties.SERVER)), new ExchangeableTrust(parties.platformTrust()))),
                        Optional.empty(),
                        target.getLocalPort());
                PlainProxy beginning = new PlainProxy(
                        Optional.empty(),
                        Optional.of(engine.nettyClient(
                                keys(parties.plain(Parties.CLIENT)), new ExchangeableTrust(parties.platformTrust()))),
                        ending.port());
                closing = () -> {
                    beginning.close();
                    ending.close();
                };
                port = beginning.port();
            }
            near = new Socket(InetAddress.getLoopbackAddress(), port);
            near.setTcpNoDelay(true);
            target.setSoTimeout(30_000);
            far = target.accept();
            far.setTcpNoDelay(true);
        }
    }

    static TunnelServer server(Parties parties, TlsEngine engine, int target, TunnelLimits limits) throws Exception {
        return TunnelServer.start(
                parties.tls(engine, Parties.SERVER).log(log()).build(),
                new TunnelServer.Settings(
                        loopback(0),
                        Targets.of(loopback(target)),
                        new PeerRule(Set.of(Parties.CLIENT), Set.of(), Set.of()),
                        false,
                        limits),
                Clock.systemUTC(),
                new SimpleMeterRegistry());
    }

    static TunnelClient client(Parties parties, TlsEngine engine, int server, TunnelLimits limits) throws Exception {
        return TunnelClient.start(
                parties.tls(engine, Parties.CLIENT).log(log()).build(),
                new TunnelClient.Settings(
                        loopback(0),
                        loopback(server),
                        Parties.SERVER,
                        Optional.empty(),
                        AccessRule.EVERY_VERIFIED_PEER,
                        Optional.empty(),
                        limits),
                Clock.systemUTC(),
                new SimpleMeterRegistry());
    }

    /** As the default, but for so many streams from one address. */
    static TunnelLimits limitsFor(int streams) {
        ConnectionLimits given = TunnelLimits.DEFAULT.connections();
        Duration patience = Duration.ofSeconds(60);
        return new TunnelLimits(
                new ConnectionLimits(streams, streams, patience, given.connectionAge(), given.drainTime()),
                patience,
                TunnelLimits.DEFAULT.idleTimeout());
    }

    static int portOf(Tunnel tunnel) {
        return ((Endpoint.Tcp) tunnel.listening()).port();
    }

    private static Endpoint loopback(int port) {
        return new Endpoint.Tcp(InetAddress.getLoopbackAddress().getHostAddress(), port);
    }

    private static ConnectionLog log() {
        return new ConnectionLog(new SimpleMeterRegistry(), Optional.empty());
    }

    private static CredentialKeyManager keys(Credential credential) {
        return new CredentialKeyManager(CredentialSource.of(credential), Clock.systemUTC());
    }

    @Override
    public void close() throws IOException {
        near.close();
        far.close();
        closing.run();
    }
}
