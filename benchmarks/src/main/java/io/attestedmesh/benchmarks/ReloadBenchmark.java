package io.attestedmesh.benchmarks;

import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.tls.AttestedClientVerifier;
import io.attestedmesh.attest.tls.AttestedServerVerifier;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.trust.TrustedReleases;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import io.netty.handler.ssl.SslContext;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Handshakes a second while another thread publishes, verifies and puts in force one version of a list of 10,000
 * releases after the other. That thread takes processor time and memory bandwidth whatever becomes of its lists, so the
 * baseline is the same thread doing the same for a list that no handshake asks: what is left is waiting for the reload,
 * and verdicts that each reload forgets.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@State(Scope.Thread)
public class ReloadBenchmark {
    /** What happens beside the handshakes. */
    public enum Beside {
        /** Nothing. */
        NOTHING,
        /** New versions come into force somewhere else. */
        ELSEWHERE,
        /** New versions come into force for these handshakes. */
        HERE
    }

    @Param({"conscrypt"})
    private String engine;

    @Param
    private Beside beside;

    private Parties parties;
    private ListPublisher publisher;
    private List<Release> releases;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "benchmark-reloads");
        thread.setDaemon(true);
        return thread;
    });
    private TrustedReleases followed;
    private TrustedReleases elsewhere;
    private volatile boolean ending;
    private Optional<Future<Long>> reloads = Optional.empty();
    private SslContext client;
    private SslContext server;

    @Setup
    public void begin() throws Exception {
        parties = new Parties();
        publisher = new ListPublisher(
                List.of(SigningAlgorithm.ES384), Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS));
        releases = new ArrayList<>(ListPublisher.releases(ListLoadingBenchmark.RELEASES - 1));
        releases.add(Release.of("benchmark", "1.0.0", parties.code()));
        followed = TrustedReleases.open(publisher.requirements(), Optional.empty(), Clock.systemUTC());
        elsewhere = TrustedReleases.open(publisher.requirements(), Optional.empty(), Clock.systemUTC());
        offer(followed, 1);
        offer(elsewhere, 1);
        Supplier<AttestationPolicy> policy = parties.following(followed);
        TlsEngine tls = TlsEngine.byName(engine);
        client = tls.nettyClient(
                keys(Parties.CLIENT), new AttestedServerVerifier(parties.verifier(policy), PeerEvents.NONE));
        server = tls.nettyServer(
                keys(Parties.SERVER), new AttestedClientVerifier(parties.verifier(policy), PeerEvents.NONE));
        if (beside != Beside.NOTHING) {
            TrustedReleases changing = beside == Beside.HERE ? followed : elsewhere;
            reloads = Optional.of(worker.submit(() -> reload(changing)));
        }
    }

    private long reload(TrustedReleases changing) throws Exception {
        long version = 1;
        while (!ending) {
            offer(changing, ++version);
        }
        return version;
    }

    private void offer(TrustedReleases changing, long version) throws Exception {
        TrustedReleases.Outcome outcome = changing.offer(
                publisher.publish(publisher.list(version, releases)).encode());
        if (outcome != TrustedReleases.Outcome.UPDATED) {
            throw new IllegalStateException("version " + version + " changed nothing");
        }
    }

    @Benchmark
    public void handshake() throws Exception {
        new EnginePair(client, server).handshake();
    }

    /** A thread that broke off would be a baseline of nothing. */
    @TearDown
    public void end() throws Exception {
        ending = true;
        if (reloads.isPresent()) {
            reloads.get().get();
        }
        worker.shutdown();
        followed.close();
        elsewhere.close();
    }

    private CredentialKeyManager keys(String name) throws Exception {
        return new CredentialKeyManager(CredentialSource.of(parties.attested(name)), Clock.systemUTC());
    }
}
