package io.attestedmesh.benchmarks;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerVerifier;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Time to verify a peer that presents the same certificate again, as it does on each new connection. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class KnownPeerBenchmark {
    private PeerVerifier verifier;
    private List<X509Certificate> chain;

    @Setup
    public void meet() throws Exception {
        Parties parties = new Parties();
        verifier = parties.verifier();
        chain = parties.attested(Parties.CLIENT).chain();
        verifier.verifyClient(chain);
    }

    @Benchmark
    public AttestedPeer sameCertificateAgain() throws Exception {
        return verifier.verifyClient(chain);
    }
}
