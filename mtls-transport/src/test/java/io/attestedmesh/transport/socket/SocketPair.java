package io.attestedmesh.transport.socket;

import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Assumptions;

/** A server socket on loopback, a client connected to it, and what the server accepted. */
final class SocketPair implements AutoCloseable {
    static final int SHORT_MILLIS = 200;

    private static final int BACKLOG = 5;
    private static final int MILLIS = 15_000;

    final ExecutorService threads = Executors.newCachedThreadPool();
    final SSLServerSocket listening;
    final SSLSocket client;
    final SSLSocket server;

    SocketPair(SSLContext ofClient, SSLContext ofServer) throws Exception {
        this(ofClient, ofServer, SimulatedMesh.LOCALHOST);
    }

    SocketPair(SSLContext ofClient, SSLContext ofServer, String host) throws Exception {
        listening = listen(ofServer);
        Future<SSLSocket> accepted = threads.submit(() -> (SSLSocket) listening.accept());
        client = (SSLSocket) ofClient.getSocketFactory().createSocket(host, listening.getLocalPort());
        server = accepted.get(MILLIS, TimeUnit.MILLISECONDS);
        client.setSoTimeout(MILLIS);
        server.setSoTimeout(MILLIS);
    }

    static SSLServerSocket listen(SSLContext context) throws IOException {
        return (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    }

    static SSLContext context(SimulatedMesh mesh, String engine, Credential credential) throws Exception {
        TlsEngine found = TlsEngine.byName(engine);
        Assumptions.assumeTrue(found.unavailable().isEmpty());
        return mesh.tls(found, CredentialSource.of(credential), new SimpleMeterRegistry())
                .sslContext();
    }

    /** For connections with {@code other}: evidence in the session if both engines can. */
    static SSLContext context(SimulatedMesh mesh, String engine, String other, Credential credential) throws Exception {
        TlsEngine found = TlsEngine.byName(engine);
        Assumptions.assumeTrue(found.unavailable().isEmpty());
        boolean both = found.hasExporter() && TlsEngine.byName(other).hasExporter();
        return mesh.builder(
                        found,
                        CredentialSource.of(credential),
                        new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()))
                .roster(() -> mesh.roster(both ? Freshness.SESSION : Freshness.CERTIFICATE))
                .build()
                .sslContext();
    }

    /** Both handshakes, at the same time. */
    SocketPair shaken() throws Exception {
        Future<?> theirs = threads.submit(() -> {
            server.startHandshake();
            return null;
        });
        client.startHandshake();
        theirs.get(MILLIS, TimeUnit.MILLISECONDS);
        return this;
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        listening.close();
        threads.shutdownNow();
    }
}
