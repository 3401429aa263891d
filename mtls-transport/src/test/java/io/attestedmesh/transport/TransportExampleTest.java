package io.attestedmesh.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.PinnedReleases;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.TrustedRoot;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.transport.grpc.AttestedChannel;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.PeerContext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.AttestedCredentials;
import io.attestedmesh.transport.identity.CertificateMint;
import io.attestedmesh.transport.identity.Issuance;
import io.attestedmesh.transport.identity.ReloadedFiles;
import io.attestedmesh.transport.identity.Upkeep;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import io.attestedmesh.transport.session.DocumentQueue;
import io.grpc.Server;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what docs/transport.md shows. */
class TransportExampleTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path folder;

    @Test
    void nodeOfTheDocumentation_talksToItself() throws Exception {
        Clock clock = Clock.systemUTC();
        Validity month = Validity.from(clock.instant(), Duration.ofDays(30));
        CertificateAuthority authority = CertificateAuthority.create(
                AuthorityProfile.named("Party A CA", month), PrivateKeys.generate(KeyKind.P256, RANDOM), RANDOM);
        Path crl = folder.resolve("ca.crl");
        Files.write(crl, Pem.encode(authority.revocationList(List.of(), BigInteger.ONE, month)));
        SimulatedNitro cloud = SimulatedNitro.inMemory(clock, RANDOM);
        Attester attester = cloud.launch(EnclaveSpec.of(SimulatedMesh.RELEASE));
        List<TrustedRoot> roots = List.of(cloud.trustedRoot());
        ReferenceValues releases = PinnedReleases.of(Map.of(
                "release-1",
                Map.of(
                        0,
                        SimulatedMesh.RELEASE.pcr0(),
                        1,
                        SimulatedMesh.RELEASE.pcr1(),
                        2,
                        SimulatedMesh.RELEASE.pcr2())));
        AttestationPolicy policy = AttestationPolicy.builder()
                .referenceValues(releases)
                .insecureAllowSimulated()
                .build();
        Roster roster = Roster.of(List.of(RosterEntry.fullAuto(
                new PeerIdentity("a.example"), TrustAnchors.of(List.of(authority.certificate())), Map.of())));
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        // [node]
        Upkeep upkeep = new Upkeep(clock, scheduler, meters);
        NitroVerifier verifier = new NitroVerifier(roots, CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
        Issuance issuance = Issuance.fullAuto(
                authority, "a.example", AlternativeNames.of(List.of("a.example"), List.of("127.0.0.1")));
        CertificateMint mint = new CertificateMint(
                issuance, EvidenceProfile.CMW, Bytes.EMPTY, attester, verifier, clock, new SecureRandom());
        AttestedCredentials credentials = AttestedCredentials.start(mint, upkeep, new SecureRandom());
        ReloadedFiles<RevocationLists> revocation = ReloadedFiles.watch(
                "revocation",
                List.of(crl),
                () -> RevocationLists.of(Pem.revocationLists(crl)),
                ReloadedFiles.DEFAULT_INTERVAL,
                upkeep);
        AttestedTls tls = AttestedTls.builder()
                .credentials(credentials)
                .roster(() -> roster)
                .verifier(verifier)
                .policy(() -> policy)
                .documents(new DocumentQueue(attester, meters))
                .revocation(revocation)
                .log(new ConnectionLog(meters, Optional.empty()))
                .build();
        // [node]
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var service = EchoService.answering(
                request -> PeerContext.current().identity().name().getBytes(StandardCharsets.UTF_8));
        // [grpc]
        try (AttestedGrpc grpc = new AttestedGrpc(tls, TransportLimits.DEFAULT)) {
            revocation.onChange(grpc::recheck);
            Server server = grpc.server(address).addService(service).build().start();
            try (AttestedChannel channel = grpc.channel("127.0.0.1", server.getPort(), "a.example")) {
                AttestedPeer peer = channel.peer(Duration.ofSeconds(10));
                // ... stubs are made on channel.channel()
                // [grpc]
                assertThat(peer.identity().name()).isEqualTo("a.example");
                assertThat(EchoService.call(channel.channel(), new byte[0]))
                        .asString()
                        .isEqualTo("a.example");
                assertThat(grpc.connections()).hasSize(2);
            }
            server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
        credentials.close();
        scheduler.shutdownNow();
    }

    @Test
    void everyExampleOfTheDocumentation_standsInATestThatIsCompiled() throws Exception {
        Path root = Path.of(System.getProperty("project.root", ".."));
        Path page = root.resolve("docs/transport.md");
        Assumptions.assumeTrue(Files.exists(page), "docs/transport.md is not here");
        String tests;
        try (Stream<Path> files = Files.walk(root.resolve("mtls-transport/src/test/java"))) {
            StringBuilder all = new StringBuilder();
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                all.append(Files.readString(file));
            }
            tests = all.toString().replaceAll("\\s+", "");
        }
        String[] blocks = Files.readString(page).split("```java\n", -1);
        assertThat(blocks.length).isGreaterThan(2);
        for (int i = 1; i < blocks.length; i++) {
            String example = blocks[i].substring(0, blocks[i].indexOf("```")).replaceAll("\\s+", "");
            assertThat(tests).contains(example);
        }
    }
}
