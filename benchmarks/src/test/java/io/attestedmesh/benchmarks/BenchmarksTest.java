package io.attestedmesh.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Every benchmark does its work: each is run once, without looking at the time it takes. */
class BenchmarksTest {
    @Test
    void benchmarks_runOnce_allSucceed() throws Exception {
        var once = new OptionsBuilder()
                .forks(0)
                .mode(Mode.SingleShotTime)
                .warmupIterations(0)
                .measurementIterations(1)
                .shouldFailOnError(true)
                .build();

        Set<String> ran = new TreeSet<>();
        Measurements measured = new Measurements();
        for (RunResult result : new Runner(once).run()) {
            String name = result.getParams().getBenchmark();
            measured.add(result);
            ran.add(name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1));
        }

        assertThat(ran)
                .containsExactly(
                        "BridgeBenchmark.transfer",
                        "CallBenchmark.unary",
                        "EchoBenchmark.echo",
                        "FedAvgBenchmark.copy",
                        "FedAvgBenchmark.fedAvg",
                        "HandshakeBenchmark.handshake",
                        "KnownPeerBenchmark.sameCertificateAgain",
                        "ListLoadingBenchmark.fiveHashes",
                        "ListLoadingBenchmark.fiveSignatures",
                        "ListLoadingBenchmark.load",
                        "ListLoadingBenchmark.readOnly",
                        "ListLoadingBenchmark.requireThreshold",
                        "LookUpBenchmark.hashTable",
                        "LookUpBenchmark.releaseOf",
                        "ReloadBenchmark.handshake",
                        "SessionBenchmark.check",
                        "SessionBenchmark.document",
                        "SessionBenchmark.handshake",
                        "SessionBenchmark.signature",
                        "SessionBenchmark.verification",
                        "TunnelBenchmark.transfer",
                        "VerificationBenchmark.fiveSignatures",
                        "VerificationBenchmark.freshDocument",
                        "VerificationBenchmark.knownIssuers",
                        "VerificationBenchmark.knownLeaf");
        String documented = Files.readString(Path.of(System.getProperty("project.root"), "docs", "performance.md"));
        assertThat(Claim.of(measured))
                .hasSize(62)
                .allSatisfy(claim -> assertThat(documented).contains("| " + claim.title() + " |"));
    }

    @Test
    void claims_withoutMeasurements_areNone() {
        assertThat(Claim.of(new Measurements())).isEqualTo(List.of());
    }

    @Test
    void claim_beyondItsBound_isNotMet() {
        assertThat(new Claim("a", 1.31, Optional.of(1.3), true).met()).isFalse();
        assertThat(new Claim("a", 1.3, Optional.of(1.3), true).met()).isTrue();
        assertThat(new Claim("a", 0.84, Optional.of(0.85), false).met()).isFalse();
    }
}
