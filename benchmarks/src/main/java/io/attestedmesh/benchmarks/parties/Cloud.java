package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.PinnedReleases;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.identity.CertificateMint;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.identity.Issuance;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CaFolder;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Validity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One CA and one simulated Nitro, which the processes share by their folders. */
final class Cloud {
    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.systemUTC();
    private final SimulatedNitro nitro;
    private final CertificateAuthority authority;
    private final EnclaveImage image = EnclaveImage.of("benchmark", Bytes.of((byte) 1));

    /** Opens what is in {@code folder}. */
    Cloud(Path folder) throws Exception {
        nitro = SimulatedNitro.openOrCreate(folder.resolve("insecure-cloud"), clock, random);
        authority = CaFolder.open(folder.resolve("ca")).unlock(null, random);
    }

    static void create(Path folder) throws Exception {
        Validity month = Validity.from(Clock.systemUTC().instant(), Duration.ofDays(30));
        CaFolder.create(
                folder.resolve("ca"),
                AuthorityProfile.named("Benchmark CA", month),
                KeyKind.P256,
                null,
                new SecureRandom());
        SimulatedNitro.openOrCreate(folder.resolve("insecure-cloud"), Clock.systemUTC(), new SecureRandom());
    }

    static PeerIdentity identity(int party) {
        return new PeerIdentity("party-" + party + ".example");
    }

    RosterEntry entry(int party) throws Exception {
        // as the claims were first measured; SessionBenchmark has what evidence in the session adds
        return RosterEntry.fullAuto(identity(party), TrustAnchors.of(List.of(authority.certificate())), Map.of())
                .with(Freshness.CERTIFICATE);
    }

    /** What a party presents and demands; those of {@code contexts} may connect. */
    AttestedTls tls(int party, Contexts contexts) throws Exception {
        NitroVerifier verifier = new NitroVerifier(
                List.of(nitro.trustedRoot()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
        String name = identity(party).name();
        Issuance issuance =
                Issuance.fullAuto(authority, name, AlternativeNames.of(List.of(name), List.of("127.0.0.1")));
        CertificateMint mint = new CertificateMint(
                issuance,
                EvidenceProfile.CMW,
                Bytes.EMPTY,
                nitro.launch(EnclaveSpec.of(image)),
                verifier,
                clock,
                random);
        AttestationPolicy policy = AttestationPolicy.builder()
                .referenceValues(PinnedReleases.of(
                        Map.of("benchmark", Map.of(0, image.pcr0(), 1, image.pcr1(), 2, image.pcr2()))))
                .insecureAllowSimulated()
                .build();
        return AttestedTls.builder()
                .credentials(CredentialSource.of(mint.mint()))
                .roster(contexts::roster)
                .verifier(verifier)
                .policy(() -> policy)
                .log(new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()))
                .build();
    }
}
