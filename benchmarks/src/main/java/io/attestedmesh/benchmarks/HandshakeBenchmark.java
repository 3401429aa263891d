package io.attestedmesh.benchmarks;

import io.attestedmesh.attest.tls.AttestedClientVerifier;
import io.attestedmesh.attest.tls.AttestedServerVerifier;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.attest.tls.PeerVerifier;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import io.netty.handler.ssl.SslContext;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509ExtendedTrustManager;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Full mutual TLS 1.3 handshakes a second, both ends in one thread and without sockets: certificates with evidence
 * beside plain ones, by the same engine.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
public class HandshakeBenchmark {
    /** What the two ends present, and how each checks the other. */
    public enum Peers {
        /** No evidence; the platform's PKIX validation. */
        PLAIN,
        /** No evidence, and a trust manager that accepts without looking: TLS alone, the physical limit. */
        UNCHECKED,
        /** Evidence, and a verifier that remembers the peer. */
        ATTESTED_KNOWN,
        /** Evidence, and a verifier that has never seen anybody. */
        ATTESTED_NEW
    }

    @Param({"conscrypt", "bcjsse", "boringssl", "jdk"})
    private String engine;

    @Param
    private Peers peers;

    private Parties parties;
    private ExchangeableTrust clientTrust;
    private ExchangeableTrust serverTrust;
    private SslContext client;
    private SslContext server;

    @Setup
    public void makeContexts() throws Exception {
        parties = new Parties();
        boolean evidence = peers == Peers.ATTESTED_KNOWN || peers == Peers.ATTESTED_NEW;
        clientTrust = new ExchangeableTrust(trustInServer());
        serverTrust = new ExchangeableTrust(trustInClient());
        TlsEngine tls = TlsEngine.byName(engine);
        client = tls.nettyClient(keys(evidence, Parties.CLIENT), clientTrust);
        server = tls.nettyServer(keys(evidence, Parties.SERVER), serverTrust);
    }

    @Setup(Level.Invocation)
    public void forget() throws Exception {
        if (peers == Peers.ATTESTED_NEW) {
            clientTrust.exchange(trustInServer());
            serverTrust.exchange(trustInClient());
        }
    }

    @Benchmark
    public void handshake() throws Exception {
        new EnginePair(client, server).handshake();
    }

    private X509ExtendedTrustManager trustInServer() throws Exception {
        return switch (peers) {
            case PLAIN -> parties.platformTrust();
            case UNCHECKED -> new UncheckedTrust();
            case ATTESTED_KNOWN, ATTESTED_NEW -> new AttestedServerVerifier(verifier(), PeerEvents.NONE);
        };
    }

    private X509ExtendedTrustManager trustInClient() throws Exception {
        return switch (peers) {
            case PLAIN -> parties.platformTrust();
            case UNCHECKED -> new UncheckedTrust();
            case ATTESTED_KNOWN, ATTESTED_NEW -> new AttestedClientVerifier(verifier(), PeerEvents.NONE);
        };
    }

    private PeerVerifier verifier() throws Exception {
        return parties.verifier();
    }

    private CredentialKeyManager keys(boolean evidence, String name) throws Exception {
        Credential credential = evidence ? parties.attested(name) : parties.plain(name);
        return new CredentialKeyManager(CredentialSource.of(credential), Clock.systemUTC());
    }
}
