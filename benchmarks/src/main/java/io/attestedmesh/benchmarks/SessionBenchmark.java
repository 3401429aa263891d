package io.attestedmesh.benchmarks;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.SimulatedNsm;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.engine.TlsEngine;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.SslContext;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * What evidence in the session adds to a full mutual handshake with a known peer, both ends in memory, and its parts: one
 * document of a simulated NSM, one verification of it with its chain known, and the bare P-384 signature and verification
 * that these cannot do without, by the same providers over as many bytes.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Threads(Threads.MAX)
public class SessionBenchmark {
    private static final String ENGINE = "conscrypt";

    /** Two nodes that have met before: verdicts and the chains of both NSMs are remembered. */
    @State(Scope.Benchmark)
    public static class Nodes {
        @Param
        private Freshness level;

        private SslContext client;
        private SslContext server;

        @Setup
        public void make() throws Exception {
            Parties parties = new Parties(level);
            client = node(parties, Parties.CLIENT).nettyClient(PeerEvents.NONE, List.of("h2"));
            server = node(parties, Parties.SERVER).nettyServer(PeerEvents.NONE, List.of("h2"));
            new EnginePair(client, server).handshake();
        }

        private static AttestedTls node(Parties parties, String name) throws Exception {
            return parties.tls(TlsEngine.byName(ENGINE), name)
                    .log(new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()))
                    .build();
        }
    }

    /** The handshakes of one thread, side by side as in an event loop: one that waits for evidence keeps no other waiting. */
    @State(Scope.Thread)
    public static class Loop {
        private static final int AT_ONCE = 4;

        private final BlockingQueue<EnginePair> ready = new LinkedBlockingQueue<>();
        private final Set<EnginePair> open = new HashSet<>();

        void handshake(Nodes nodes) throws SSLException, InterruptedException {
            while (open.size() < AT_ONCE) {
                EnginePair pair = new EnginePair(nodes.client, nodes.server);
                pair.onEvidence(() -> ready.add(pair));
                pair.begin();
                open.add(pair);
                ready.add(pair);
            }
            endOne();
        }

        private void endOne() throws SSLException, InterruptedException {
            while (true) {
                EnginePair pair = ready.take();
                if (open.contains(pair) && pair.advance()) {
                    open.remove(pair);
                    pair.close();
                    return;
                }
            }
        }

        @TearDown
        public void endAll() throws SSLException, InterruptedException {
            while (!open.isEmpty()) {
                endOne();
            }
        }
    }

    /** A document as sessions have them. */
    @State(Scope.Thread)
    public static class Evidence {
        private final AttestationRequest request = new AttestationRequest(
                Optional.of(Bytes.of(new byte[91])),
                Optional.of(Bytes.of(new byte[65])),
                Optional.of(Bytes.of(new byte[32])));
        private SimulatedNsm enclave;
        private NitroVerifier verifier;
        private Bytes document;
        private byte[] signedBytes;
        private Signature signer;
        private Signature checker;
        private byte[] signature;

        @Setup
        public void make() throws Exception {
            Parties parties = new Parties();
            enclave = parties.enclave();
            document = enclave.attest(request);
            verifier = parties.nitroVerifier();
            verifier.verify(document, Instant.now());
            signedBytes =
                    AttestationDocument.parse(document).envelope().toBeSigned().toByteArray();
            KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
            keys.initialize(new ECGenParameterSpec("secp384r1"));
            KeyPair pair = keys.generateKeyPair();
            signer = Signature.getInstance("SHA384withECDSA", new BouncyCastleProvider());
            signer.initSign(pair.getPrivate());
            signer.update(signedBytes);
            signature = signer.sign();
            checker = Signature.getInstance(
                    "SHA384withECDSA", CryptoProvider.fastest().provider());
            checker.initVerify(pair.getPublic());
        }
    }

    @Benchmark
    public void handshake(Nodes nodes, Loop loop) throws Exception {
        loop.handshake(nodes);
    }

    /** By the simulated NSM, whose signatures are Bouncy Castle's. */
    @Benchmark
    public Bytes document(Evidence evidence) throws Exception {
        return evidence.enclave.attest(evidence.request);
    }

    @Benchmark
    public VerifiedEvidence verification(Evidence evidence) throws Exception {
        return evidence.verifier.verify(evidence.document, Instant.now());
    }

    @Benchmark
    public byte[] signature(Evidence evidence) throws Exception {
        evidence.signer.update(evidence.signedBytes);
        return evidence.signer.sign();
    }

    @Benchmark
    public boolean check(Evidence evidence) throws Exception {
        evidence.checker.update(evidence.signedBytes);
        if (!evidence.checker.verify(evidence.signature)) {
            throw new IllegalStateException("the baseline does not verify");
        }
        return true;
    }
}
