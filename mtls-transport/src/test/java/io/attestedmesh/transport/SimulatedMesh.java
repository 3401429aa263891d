package io.attestedmesh.transport;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.PinnedReleases;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.simulator.SimulatedNsm;
import io.attestedmesh.attest.tls.CertificateBinding;
import io.attestedmesh.attest.tls.EvidenceExtension;
import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.CertificateMint;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.identity.Issuance;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateDraft;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Revocation;
import io.attestedmesh.transport.pki.Validity;
import io.attestedmesh.transport.session.DocumentQueue;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** A simulated cloud in which a.example, b.example and whoever else is asked for run one release, each with a CA of its own. */
public final class SimulatedMesh {
    private static final SecureRandom RANDOM = new SecureRandom();

    public static final String A = "a.example";
    public static final String B = "b.example";
    /** A name that resolves to loopback, for users whose connections cannot be told another. */
    public static final String LOCALHOST = "localhost";

    public static final String INSTANCE_OF_B = "i-0bbbbbbbbbbbbbbbb";
    public static final EnclaveImage RELEASE = image("release 1");

    /** Read by every party; set to allow other code. */
    public final AtomicReference<ReferenceValues> releases = new AtomicReference<>(
            PinnedReleases.of(Map.of("release-1", Map.of(0, RELEASE.pcr0(), 1, RELEASE.pcr1(), 2, RELEASE.pcr2()))));

    private final Instant now = Instant.now();
    private final HandDriven cloudTime = new HandDriven(now.minus(Duration.ofDays(1)));
    private final SimulatedNitro cloud = SimulatedNitro.inMemory(cloudTime.clock(), RANDOM);
    private final CertificateAuthority authorityOfA = authority("Party A CA");
    private final CertificateAuthority authorityOfB = authority("Party B CA");
    private final NitroVerifier verifier =
            new NitroVerifier(List.of(cloud.trustedRoot()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
    private final Supplier<AttestationPolicy> policy =
            AttestationPolicy.builder().insecureAllowSimulated().following(releases::get);
    private final List<RosterEntry> entries = new ArrayList<>();
    private final Map<String, CertificateAuthority> authoritiesOfOthers = new HashMap<>();
    private final Map<Credential, Attester> enclaves = new ConcurrentHashMap<>();
    private final Roster roster;
    private final Roster rosterOfCertificates;

    /** Read by every party; set to revoke something. */
    public final AtomicReference<RevocationLists> revocation = new AtomicReference<>(RevocationLists.NONE);

    /** With {@code others} beside a and b. */
    public SimulatedMesh(String... others) throws Exception {
        cloudTime.set(now);
        Bytes instance = nsm(RELEASE, INSTANCE_OF_B).pcrs().get(4).orElseThrow();
        entries.add(entry(A, authorityOfA, Map.of()));
        entries.add(entry(LOCALHOST, authorityOfA, Map.of()));
        entries.add(entry(B, authorityOfB, Map.of(4, instance)));
        for (String other : others) {
            CertificateAuthority authority = authority("CA of " + other);
            authoritiesOfOthers.put(other, authority);
            entries.add(entry(other, authority, Map.of()));
        }
        roster = Roster.of(entries);
        rosterOfCertificates = Roster.of(
                entries.stream().map(entry -> entry.with(Freshness.CERTIFICATE)).toList());
    }

    private static RosterEntry entry(String name, CertificateAuthority authority, Map<Integer, Bytes> pcrs)
            throws Exception {
        return RosterEntry.fullAuto(new PeerIdentity(name), TrustAnchors.of(List.of(authority.certificate())), pcrs);
    }

    /** What every party knows of {@code name}. */
    public RosterEntry entryOf(String name) {
        return entries.stream()
                .filter(entry -> entry.identity().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A credential of one of the others, with the registers of {@code image}. */
    public Credential honest(String other, EnclaveImage image) throws Exception {
        return mint(authoritiesOfOthers.get(other), other, nsm(image, "i-0eeeeeeeeeeeeeeee"));
    }

    public static EnclaveImage image(String application) {
        return EnclaveImage.of(application, Bytes.of(application.getBytes(StandardCharsets.US_ASCII)));
    }

    /** When everything was made. */
    public Instant now() {
        return now;
    }

    /** A list on which the certificate of party b stands. */
    public RevocationLists revoked(Credential ofB) throws Exception {
        return RevocationLists.of(List.of(authorityOfB.revocationList(
                List.of(new Revocation(ofB.leaf().getSerialNumber(), now, Revocation.Cause.KEY_COMPROMISE)),
                BigInteger.ONE,
                Validity.from(now, Duration.ofDays(1)))));
    }

    /** A list of party b's CA with nobody on it, which ends so long after {@link #now}. */
    public RevocationLists nobodyRevokedFor(Duration life) throws Exception {
        return RevocationLists.of(
                List.of(authorityOfB.revocationList(List.of(), BigInteger.ONE, Validity.from(now, life))));
    }

    public NitroVerifier verifier() {
        return verifier;
    }

    public Supplier<AttestationPolicy> policy() {
        return policy;
    }

    public CertificateAuthority authorityOfB() {
        return authorityOfB;
    }

    public SimulatedNsm nsm(EnclaveImage image, String instance) {
        return cloud.launch(EnclaveSpec.of(image).withInstance(instance));
    }

    /** Makes what a party must have, over the engine, with this credential. */
    public AttestedTls tls(TlsEngine engine, CredentialSource credentials, MeterRegistry meters) throws Exception {
        return tls(engine, credentials, new ConnectionLog(meters, Optional.empty()));
    }

    public AttestedTls tls(TlsEngine engine, CredentialSource credentials, ConnectionLog log) throws Exception {
        return builder(engine, credentials, log).build();
    }

    /** Every party, with evidence of that freshness. */
    public Roster roster(Freshness freshness) {
        return freshness == Freshness.SESSION ? roster : rosterOfCertificates;
    }

    /**
     * As {@link #tls(TlsEngine, CredentialSource, ConnectionLog)}, for those who set more. Evidence is demanded in the
     * session where the engine has an exporter, and made by the enclave that the credential was made in.
     */
    public AttestedTls.Builder builder(TlsEngine engine, CredentialSource credentials, ConnectionLog log) {
        Freshness freshness = engine.hasExporter() ? Freshness.SESSION : Freshness.CERTIFICATE;
        return AttestedTls.builder()
                .engine(engine)
                .credentials(credentials)
                .roster(() -> roster(freshness))
                .documents(new DocumentQueue(enclaveOf(credentials), new SimpleMeterRegistry()))
                .verifier(verifier)
                .policy(policy)
                .revocation(revocation::get)
                .log(log);
    }

    /** The enclave that made the credential, at each question: credentials are renewed. */
    private Attester enclaveOf(CredentialSource credentials) {
        return request -> {
            Attester enclave = enclaves.get(credentials.current());
            if (enclave == null) {
                throw new AttesterException("a credential that no enclave made", null);
            }
            return enclave.attest(request);
        };
    }

    /** The enclave that {@code made} the credential. */
    public Attester enclaveOf(Credential made) {
        return enclaves.get(made);
    }

    public Credential honestA() throws Exception {
        return mint(authorityOfA, A, nsm(RELEASE, "i-0aaaaaaaaaaaaaaaa"));
    }

    public Credential honestLocalhost() throws Exception {
        return mint(authorityOfA, LOCALHOST, nsm(RELEASE, "i-0dddddddddddddddd"));
    }

    public Credential honestB() throws Exception {
        return honestB(nsm(RELEASE, INSTANCE_OF_B));
    }

    /** Of party b, in that enclave. */
    public Credential honestB(Attester enclave) throws Exception {
        return mint(authorityOfB, B, enclave);
    }

    private Credential mint(CertificateAuthority authority, String name, Attester enclave) throws Exception {
        Issuance issuance = Issuance.fullAuto(authority, name, names(name));
        Credential made = new CertificateMint(
                        issuance, EvidenceProfile.CMW, Bytes.EMPTY, enclave, verifier, cloudTime.clock(), RANDOM)
                .mint();
        enclaves.put(made, enclave);
        return made;
    }

    /** Those who are not party b, but say so. */
    public enum Impostor {
        OTHER_IMAGE("UNKNOWN_RELEASE"),
        DEBUG_IMAGE("DEBUG_ENCLAVE"),
        NO_EVIDENCE("EVIDENCE_MISSING"),
        EVIDENCE_OF_ANOTHER_KEY("PUBLIC_KEY_MISMATCH"),
        OTHER_NAME("NAME_MISMATCH"),
        EXPIRED_EVIDENCE("EVIDENCE_CHAIN_EXPIRED"),
        OTHER_INSTANCE("PCR_PIN_MISMATCH");

        private final String reason;

        Impostor(String reason) {
            this.reason = reason;
        }

        /** Why it is refused. */
        public String reason() {
            return reason;
        }
    }

    /** A credential under the CA of party b, with one thing wrong. */
    public Credential credentialOf(Impostor impostor) throws Exception {
        return switch (impostor) {
            case OTHER_IMAGE -> forge(B, nsm(image("release 2"), INSTANCE_OF_B));
            case DEBUG_IMAGE ->
                forge(
                        B,
                        cloud.launch(EnclaveSpec.of(RELEASE)
                                .withInstance(INSTANCE_OF_B)
                                .inDebugMode()));
            case NO_EVIDENCE -> plain();
            case EVIDENCE_OF_ANOTHER_KEY -> stolen();
            case OTHER_NAME -> forge("mallory.example", nsm(RELEASE, INSTANCE_OF_B));
            case EXPIRED_EVIDENCE -> forge(B, yesterday(nsm(RELEASE, INSTANCE_OF_B)));
            case OTHER_INSTANCE -> forge(B, nsm(RELEASE, "i-0cccccccccccccccc"));
        };
    }

    private Credential plain() throws Exception {
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, RANDOM);
        return new Credential(keys.getPrivate(), List.of(draft(keys, B).sign(), authorityOfB.certificate()));
    }

    private Credential stolen() throws Exception {
        EvidenceExtension found = EvidenceExtension.find(honestB().leaf()).orElseThrow();
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, RANDOM);
        return signed(keys, draft(keys, B), found.evidence());
    }

    private Credential forge(String name, Attester attester) throws Exception {
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, RANDOM);
        CertificateDraft draft = draft(keys, name);
        Bytes evidence = attester.attest(new AttestationRequest(
                Optional.of(Bytes.of(keys.getPublic().getEncoded())),
                Optional.of(CertificateBinding.userData(Bytes.of(draft.tbs()), Bytes.EMPTY)),
                Optional.empty()));
        return signed(keys, draft, evidence);
    }

    private Credential signed(KeyPair keys, CertificateDraft draft, Bytes evidence) {
        EvidenceExtension extension = EvidenceExtension.cmw(evidence);
        return new Credential(
                keys.getPrivate(),
                List.of(draft.with(extension.oid(), extension.derValue()).sign(), authorityOfB.certificate()));
    }

    private CertificateDraft draft(KeyPair keys, String name) throws PkiException {
        return authorityOfB.draft(
                keys.getPublic(),
                CertificateProfile.node(
                        name, names(name), EnumSet.allOf(Usage.class), Validity.from(now, Duration.ofHours(1))));
    }

    private Attester yesterday(SimulatedNsm nsm) {
        return request -> {
            cloudTime.set(now.minus(Duration.ofHours(5)));
            try {
                return nsm.attest(request);
            } finally {
                cloudTime.set(now);
            }
        };
    }

    private static AlternativeNames names(String name) throws PkiException {
        return AlternativeNames.of(List.of(name), List.of("127.0.0.1"));
    }

    private CertificateAuthority authority(String name) {
        try {
            return CertificateAuthority.create(
                    AuthorityProfile.named(name, Validity.from(now, Duration.ofDays(30))),
                    PrivateKeys.generate(KeyKind.P256, RANDOM),
                    RANDOM);
        } catch (PkiException e) {
            throw new IllegalStateException(e);
        }
    }
}
