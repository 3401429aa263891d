package io.attestedmesh.cli.demo;

import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.simulator.SimulatedNsm;
import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.trust.Requirements;
import io.attestedmesh.releases.trust.TrustedReleases;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.CertificateMint;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.identity.Issuance;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The simulated cloud of the demo, and everything that is made in it: images, enclaves, parties, certificates. */
final class Cloud {
    private static final String NAME = "demo";
    private static final String NEW_VERSION = "1.0.0";
    private static final String OLD_VERSION = "0.9.0";
    private static final Duration PARTY_LIFE = Duration.ofDays(30);

    private final Path folder;
    private final Clock clock;
    private final SecureRandom random;
    private final SimulatedNitro nitro;
    private final TlsEngine engine = TlsEngine.preferred();
    private final EnclaveImage image = image(NAME + " " + NEW_VERSION);
    private final EnclaveImage oldImage = image(NAME + " " + OLD_VERSION);

    Cloud(Path folder, Clock clock, SecureRandom random) throws IOException {
        this.folder = folder;
        this.clock = clock;
        this.random = random;
        // its root is a day old, so that it can have vouched for evidence that has expired since
        ago(Duration.ofDays(1));
        this.nitro = ago(Duration.ZERO);
    }

    /** The same cloud as it was a while ago. */
    SimulatedNitro ago(Duration time) throws IOException {
        return SimulatedNitro.openOrCreate(folder, Clock.offset(clock, time.negated()), random);
    }

    static EnclaveImage image(String name) {
        return EnclaveImage.of(name, Bytes.of(name.getBytes(StandardCharsets.UTF_8)));
    }

    TlsEngine engine() {
        return engine;
    }

    /** What the parties demand of each other: as much as can be had here, which the demo says. */
    Freshness level() {
        return engine.hasExporter() ? Freshness.SESSION : Freshness.CERTIFICATE;
    }

    /** The image that most parties run. */
    EnclaveImage image() {
        return image;
    }

    /** The image of the release before. */
    EnclaveImage oldImage() {
        return oldImage;
    }

    /** What {@link #image} is on the list of releases. */
    Release release() {
        return release(NEW_VERSION, image);
    }

    /** What {@link #oldImage} is on the list of releases. */
    Release oldRelease() {
        return release(OLD_VERSION, oldImage);
    }

    private static Release release(String version, EnclaveImage image) {
        return Release.of(NAME, version, PcrBank.of(Map.of(0, image.pcr0(), 1, image.pcr1(), 2, image.pcr2())));
    }

    SimulatedNsm launch(EnclaveSpec spec) {
        return nitro.launch(spec);
    }

    /** Whose CA key lives in its enclave. */
    Party fullAuto(String name, EnclaveImage runs) throws PkiException, CertificateException {
        CertificateAuthority authority = authority(name);
        return new Party(
                name,
                authority,
                Optional.empty(),
                launch(EnclaveSpec.of(runs)),
                Issuance.fullAuto(authority, name, names(name)),
                RosterEntry.fullAuto(new PeerIdentity(name), anchors(authority), Map.of())
                        .with(level()));
    }

    /** Whose image is signed with a certificate of its own; the instance it runs on is pinned by PCR4. */
    Party semiAuto(String name, String instanceId) throws PkiException, CertificateException {
        CertificateAuthority authority = authority(name);
        X509Certificate signer = plain(authority, name).leaf();
        SimulatedNsm enclave = launch(signedImageOn(signer, instanceId));
        Map<Integer, Bytes> pins = Map.of(4, enclave.pcrs().get(4).orElseThrow());
        return new Party(
                name,
                authority,
                Optional.of(signer),
                enclave,
                Issuance.semiAuto(signer, random),
                RosterEntry.semiAuto(new PeerIdentity(name), anchors(authority), pins)
                        .with(level()));
    }

    EnclaveSpec signedImageOn(X509Certificate signer, String instanceId) {
        return EnclaveSpec.of(image.signedBy(signer)).withInstance(instanceId);
    }

    CertificateAuthority authority(String owner) throws PkiException {
        return CertificateAuthority.create(
                AuthorityProfile.named("CA of " + owner, Validity.from(clock.instant(), PARTY_LIFE)),
                newKeys(),
                random);
    }

    /** A certificate for server and client without evidence. */
    Credential plain(CertificateAuthority authority, String name) throws PkiException {
        KeyPair keys = newKeys();
        return new Credential(
                keys.getPrivate(), List.of(authority.issue(keys.getPublic(), profile(name)), authority.certificate()));
    }

    CertificateProfile profile(String name) throws PkiException {
        Set<Usage> both = EnumSet.allOf(Usage.class);
        return CertificateProfile.node(name, names(name), both, Validity.from(clock.instant(), Duration.ofHours(1)));
    }

    KeyPair newKeys() {
        return PrivateKeys.generate(KeyKind.P256, random);
    }

    /** What makes certificates with evidence of {@code enclave}. */
    CertificateMint mint(Issuance issuance, SimulatedNsm enclave) {
        return new CertificateMint(issuance, EvidenceProfile.CMW, Bytes.EMPTY, enclave, nitroVerifier(), clock, random);
    }

    Credential attested(Issuance issuance, SimulatedNsm enclave)
            throws PkiException, AttesterException, MalformedEvidenceException, RejectedEvidenceException,
                    GeneralSecurityException {
        return mint(issuance, enclave).mint();
    }

    NitroVerifier nitroVerifier() {
        return new NitroVerifier(
                List.of(nitro.trustedRoot()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
    }

    /** The releases of the list are known, and their evidence may come from this simulated cloud. */
    static Supplier<AttestationPolicy> policy(TrustedReleases list) {
        return AttestationPolicy.builder().insecureAllowSimulated().following(list);
    }

    static AlternativeNames names(String name) throws PkiException {
        return AlternativeNames.of(List.of(name), List.of());
    }

    private static TrustAnchors anchors(CertificateAuthority authority) throws CertificateException {
        return TrustAnchors.of(List.of(authority.certificate()));
    }

    Clock clock() {
        return clock;
    }

    SecureRandom random() {
        return random;
    }

    /** A node for each, which accept each other by one list that has {@link #release} alone. */
    Map<String, Node> start(List<Party> parties) throws Exception {
        Roster roster = Roster.of(parties.stream().map(Party::entry).toList());
        Signers signers = new Signers(NAME, clock);
        TrustedReleases releases =
                TrustedReleases.open(Requirements.of(SignedRoot.of(signers.root())), Optional.empty(), clock);
        releases.offer(signers.publish(release()));
        Map<String, Node> nodes = new LinkedHashMap<>();
        for (Party party : parties) {
            CredentialSource credential = CredentialSource.of(attested(party.issuance(), party.enclave()));
            nodes.put(party.name(), new Node(this, party.enclave(), credential, roster, policy(releases)));
        }
        return nodes;
    }
}
