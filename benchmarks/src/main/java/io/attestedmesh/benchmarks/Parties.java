package io.attestedmesh.benchmarks;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.PinnedReleases;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.simulator.SimulatedNsm;
import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.PeerVerifier;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.CertificateMint;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.identity.Issuance;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CaFolder;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import io.attestedmesh.transport.session.DocumentQueue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** One CA and one image, and what a server and a client under them need: with evidence, and plainly without. */
final class Parties {
    static final String SERVER = "server.example";
    static final String CLIENT = "client.example";
    private static final Duration LIFE = Duration.ofDays(30);
    private static final String CLOUD = "insecure-cloud";
    private static final String CA = "ca";

    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.systemUTC();
    private final SimulatedNitro cloud;
    private final EnclaveImage image = EnclaveImage.of("benchmark", Bytes.of((byte) 1));
    private final CertificateAuthority authority;
    private final Freshness freshness;

    /** Evidence in certificates alone. */
    Parties() throws Exception {
        this(Freshness.CERTIFICATE);
    }

    /** With that evidence demanded of both. */
    Parties(Freshness freshness) throws Exception {
        this.freshness = freshness;
        cloud = SimulatedNitro.inMemory(clock, random);
        authority = CertificateAuthority.create(
                AuthorityProfile.named("Benchmark CA", Validity.from(clock.instant(), LIFE)),
                PrivateKeys.generate(KeyKind.P256, random),
                random);
    }

    /** Those that several processes share, by a folder that {@link #create} has filled. */
    Parties(Path folder, Freshness freshness) throws Exception {
        this.freshness = freshness;
        cloud = SimulatedNitro.openOrCreate(folder.resolve(CLOUD), clock, random);
        authority = CaFolder.open(folder.resolve(CA)).unlock(null, random);
    }

    /** Makes CA and cloud for {@link #Parties(Path, Freshness)}. */
    static void create(Path folder) throws Exception {
        Validity month = Validity.from(Clock.systemUTC().instant(), LIFE);
        CaFolder.create(
                folder.resolve(CA),
                AuthorityProfile.named("Benchmark CA", month),
                KeyKind.P256,
                null,
                new SecureRandom());
        SimulatedNitro.openOrCreate(folder.resolve(CLOUD), Clock.systemUTC(), new SecureRandom());
    }

    Credential attested(String name) throws Exception {
        return attested(name, enclave());
    }

    SimulatedNsm enclave() {
        return cloud.launch(EnclaveSpec.of(image));
    }

    private Credential attested(String name, SimulatedNsm enclave) throws Exception {
        return new CertificateMint(
                        Issuance.fullAuto(authority, name, names(name)),
                        EvidenceProfile.CMW,
                        Bytes.EMPTY,
                        enclave,
                        nitroVerifier(),
                        clock,
                        random)
                .mint();
    }

    Credential plain(String name) throws Exception {
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, random);
        CertificateProfile profile = CertificateProfile.node(
                name, names(name), EnumSet.allOf(Usage.class), Validity.from(clock.instant(), Duration.ofDays(1)));
        return new Credential(
                keys.getPrivate(), List.of(authority.issue(keys.getPublic(), profile), authority.certificate()));
    }

    /** A verifier that has seen nobody yet. */
    PeerVerifier verifier() throws Exception {
        AttestationPolicy policy = policy();
        return verifier(() -> policy);
    }

    PeerVerifier verifier(Supplier<AttestationPolicy> policy) throws Exception {
        Roster roster = roster();
        return new PeerVerifier(() -> roster, nitroVerifier(), policy, () -> RevocationLists.NONE, clock);
    }

    /** The registers of the image that both run. */
    PcrBank code() {
        return PcrBank.of(Map.of(0, image.pcr0(), 1, image.pcr1(), 2, image.pcr2()));
    }

    Supplier<AttestationPolicy> following(Supplier<? extends ReferenceValues> list) {
        return AttestationPolicy.builder().insecureAllowSimulated().following(list);
    }

    /** A node in the making that presents evidence and demands it; what is missing is its log. */
    AttestedTls.Builder tls(TlsEngine engine, String name) throws Exception {
        return tls(engine, name, roster());
    }

    /** The same, among those of {@code roster}. */
    AttestedTls.Builder tls(TlsEngine engine, String name, Roster roster) throws Exception {
        AttestationPolicy policy = policy();
        SimulatedNsm enclave = enclave();
        AttestedTls.Builder builder = AttestedTls.builder()
                .engine(engine)
                .credentials(CredentialSource.of(attested(name, enclave)))
                .roster(() -> roster)
                .verifier(nitroVerifier())
                .policy(() -> policy);
        return freshness == Freshness.CERTIFICATE
                ? builder
                : builder.documents(new DocumentQueue(enclave, new SimpleMeterRegistry()));
    }

    private Roster roster() throws Exception {
        return roster(List.of(SERVER, CLIENT));
    }

    Roster roster(List<String> names) throws Exception {
        TrustAnchors anchors = TrustAnchors.of(List.of(authority.certificate()));
        return Roster.of(names.stream()
                .map(name -> RosterEntry.fullAuto(new PeerIdentity(name), anchors, Map.of())
                        .with(freshness))
                .toList());
    }

    private AttestationPolicy policy() {
        return AttestationPolicy.builder()
                .referenceValues(PinnedReleases.of(Map.of("benchmark", code().values())))
                .insecureAllowSimulated()
                .build();
    }

    /** The platform's own PKIX validation under the same CA, as mutual TLS without evidence has it. */
    X509ExtendedTrustManager platformTrust() throws Exception {
        KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
        anchors.load(null, null);
        anchors.setCertificateEntry("ca", authority.certificate());
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    NitroVerifier nitroVerifier() {
        return new NitroVerifier(
                List.of(cloud.trustedRoot()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
    }

    private static AlternativeNames names(String name) throws Exception {
        return AlternativeNames.of(List.of(name, "localhost"), List.of("127.0.0.1"));
    }
}
