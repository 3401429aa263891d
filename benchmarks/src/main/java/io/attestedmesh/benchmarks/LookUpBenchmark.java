package io.attestedmesh.benchmarks;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.trust.BundleVerifier;
import io.attestedmesh.releases.trust.ListedReleases;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Time to find the release of evidence by its registers, beside a hash table that is asked for the same three. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class LookUpBenchmark {
    /** How many different peers ask in turn. */
    private static final int PEERS = 1024;

    /** Registers that a document of an enclave shows. */
    private static final int SHOWN = 16;

    private record Code(Bytes pcr0, Bytes pcr1, Bytes pcr2) {}

    @Param({"10", "10000"})
    private int releases;

    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<PcrBank> evidence = new ArrayList<>();
    private final List<Code> codes = new ArrayList<>();
    private final Map<Code, Release> table = new HashMap<>();
    private ListedReleases listed;
    private int next;

    @Setup
    public void publish() throws Exception {
        ListPublisher publisher = new ListPublisher(List.of(SigningAlgorithm.ES256), now);
        List<Release> all = ListPublisher.releases(releases);
        listed = ListedReleases.of(
                new BundleVerifier(publisher.requirements()).verify(publisher.publish(publisher.list(1, all)), now));
        all.forEach(release -> table.put(code(release.pcrs()), release));
        for (int i = 0; i < PEERS; i++) {
            // Spread over the list, and copied: no peer's registers are the list's own objects.
            PcrBank shown = shown(all.get((int) ((long) i * releases / PEERS)).pcrs());
            evidence.add(shown);
            codes.add(code(shown));
        }
    }

    private static PcrBank shown(PcrBank named) {
        Map<Integer, Bytes> values = new TreeMap<>();
        for (int index = 0; index < SHOWN; index++) {
            byte[] filler = new byte[48];
            Arrays.fill(filler, (byte) index);
            values.put(index, Bytes.of(named.get(index).map(Bytes::toByteArray).orElse(filler)));
        }
        return PcrBank.of(values);
    }

    private static Code code(PcrBank pcrs) {
        return new Code(
                pcrs.get(0).orElseThrow(),
                pcrs.get(1).orElseThrow(),
                pcrs.get(2).orElseThrow());
    }

    @Benchmark
    public KnownRelease releaseOf() throws Exception {
        next = (next + 1) % PEERS;
        return listed.releaseOf(evidence.get(next), now);
    }

    @Benchmark
    public Release hashTable() {
        next = (next + 1) % PEERS;
        return table.get(codes.get(next));
    }
}
