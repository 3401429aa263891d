package io.attestedmesh.transport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.simulator.SimulatedNsm;
import io.attestedmesh.attest.tls.CertificateBinding;
import io.attestedmesh.attest.tls.EvidenceExtension;
import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import io.attestedmesh.transport.HandDriven;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AttestedCredentialsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final EnclaveImage IMAGE =
            EnclaveImage.of("app", Bytes.of("app".getBytes(StandardCharsets.US_ASCII)));

    private final HandDriven time = new HandDriven(NOW);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Upkeep upkeep = new Upkeep(time.clock(), time, meters);
    private final SimulatedNitro cloud = SimulatedNitro.inMemory(time.clock(), RANDOM);
    private final SimulatedNsm nsm = cloud.launch(EnclaveSpec.of(IMAGE));
    private final NitroVerifier verifier =
            new NitroVerifier(List.of(cloud.trustedRoot()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
    private final AtomicBoolean attesterFails = new AtomicBoolean();
    private final Attester attester = request -> {
        if (attesterFails.get()) {
            throw new AttesterException("the device is away", null);
        }
        return nsm.attest(request);
    };

    private static CertificateAuthority authority(Duration life) throws PkiException {
        return CertificateAuthority.create(
                AuthorityProfile.named("Party A CA", Validity.from(NOW, life)),
                PrivateKeys.generate(KeyKind.P256, RANDOM),
                RANDOM);
    }

    private static Issuance fullAuto(Duration life) throws PkiException {
        return Issuance.fullAuto(
                authority(life), "a.example", AlternativeNames.of(List.of("a.example"), List.of("127.0.0.1")));
    }

    private CertificateMint mint(Issuance issuance, EvidenceProfile profile, Attester source) {
        return new CertificateMint(issuance, profile, Bytes.EMPTY, source, verifier, time.clock(), RANDOM);
    }

    private AttestedCredentials start() throws Exception {
        CertificateMint mint = mint(fullAuto(Duration.ofDays(365)), EvidenceProfile.CMW, attester);
        return AttestedCredentials.start(mint, upkeep, new SplittableRandom(1));
    }

    private AttestationDocument document(Credential credential) throws Exception {
        EvidenceExtension found = EvidenceExtension.find(credential.leaf()).orElseThrow();
        return AttestationDocument.parse(found.evidence());
    }

    @Test
    void certificate_ofProfileCmw_isBoundByKeyAndUserData() throws Exception {
        Credential credential = start().current();
        AttestationDocument document = document(credential);
        assertThat(document.publicKey())
                .contains(Bytes.of(credential.leaf().getPublicKey().getEncoded()));
        Bytes tbs = CertificateBinding.tbsWithoutEvidence(credential.leaf().getTBSCertificate());
        assertThat(document.userData()).contains(CertificateBinding.userDataPrefix(tbs));
        credential.leaf().verify(credential.chain().get(1).getPublicKey());
    }

    @Test
    void certificate_ofProfileKms_isBoundByKeyAlone() throws Exception {
        Credential credential = mint(fullAuto(Duration.ofDays(365)), EvidenceProfile.KMS, attester)
                .mint();
        AttestationDocument document = document(credential);
        assertThat(document.publicKey())
                .contains(Bytes.of(credential.leaf().getPublicKey().getEncoded()));
        assertThat(document.userData()).isEmpty();
        assertThat(credential.leaf().getExtensionValue("1.2.840.113549.1.7.2")).isNotNull();
    }

    @Test
    void certificate_ofSemiAuto_repeatsTheNamesOfThePartyCertificate() throws Exception {
        X509Certificate party = authority(Duration.ofDays(365))
                .issue(
                        PrivateKeys.generate(KeyKind.P384, RANDOM).getPublic(),
                        io.attestedmesh.transport.pki.CertificateProfile.node(
                                "party-a",
                                AlternativeNames.of(List.of("a.example"), List.of()),
                                Set.of(io.attestedmesh.attest.x509.PathValidator.Usage.SERVER),
                                Validity.from(NOW, Duration.ofDays(30))));
        Credential credential = mint(Issuance.semiAuto(party, RANDOM), EvidenceProfile.CMW, attester)
                .mint();
        X509Certificate leaf = credential.leaf();
        assertThat(leaf.getSubjectX500Principal()).isEqualTo(party.getSubjectX500Principal());
        assertThat(leaf.getSubjectAlternativeNames()).containsExactlyElementsOf(party.getSubjectAlternativeNames());
        leaf.verify(leaf.getPublicKey());
        assertThat(EvidenceExtension.find(leaf).orElseThrow().signingCertificate())
                .contains(Bytes.of(party.getEncoded()));
        assertThat(credential.chain()).hasSize(1);
    }

    @Test
    void certificate_ofEvidenceWhoseChainBeganWhileTheAttesterWasAsked_isMade() throws Exception {
        Attester slow = request -> {
            time.advance(Duration.ofSeconds(2));
            return cloud.launch(EnclaveSpec.of(IMAGE)).attest(request);
        };
        Credential credential =
                mint(fullAuto(Duration.ofDays(365)), EvidenceProfile.CMW, slow).mint();
        assertThat(verifier.verify(
                                EvidenceExtension.find(credential.leaf())
                                        .orElseThrow()
                                        .evidence(),
                                time.now())
                        .verifiedAt())
                .isEqualTo(time.now());
    }

    @Test
    void certificate_endsWithTheEarliestCertificateOfTheEvidence() throws Exception {
        Credential credential = start().current();
        VerifiedEvidence evidence = verifier.verify(
                EvidenceExtension.find(credential.leaf()).orElseThrow().evidence(), NOW);
        assertThat(credential.leaf().getNotAfter().toInstant()).isEqualTo(evidence.expiresAt());
        assertThat(credential.notAfter()).isBefore(NOW.plus(Duration.ofHours(4)));
    }

    @Test
    void certificate_underAnAuthorityThatEndsSooner_endsWithIt() throws Exception {
        CertificateMint mint = mint(fullAuto(Duration.ofMinutes(20)), EvidenceProfile.CMW, attester);
        assertThat(mint.mint().leaf().getNotAfter()).isEqualTo(java.util.Date.from(NOW.plus(Duration.ofMinutes(20))));
    }

    @Test
    void leafOfTheModule_withLittleTimeLeft_boundsTheCertificate() throws Exception {
        Bytes first = nsm.attest(new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty()));
        Instant end = verifier.verify(first, NOW).expiresAt();
        time.advance(Duration.between(NOW, end).minusMinutes(38));
        Credential credential = start().current();
        assertThat(credential.notAfter()).isEqualTo(end);
    }

    @Test
    void renewal_atTwoThirdsOfTheRemainingLife_hasANewKey() throws Exception {
        AttestedCredentials credentials = start();
        Credential first = credentials.current();
        Duration life = Duration.between(NOW, first.notAfter());
        Instant renewal = time.nextTask().orElseThrow();
        assertThat(Duration.between(NOW, renewal))
                .isBetween(
                        life.multipliedBy(6).dividedBy(10).minusSeconds(1),
                        life.multipliedBy(2).dividedBy(3));
        time.advance(Duration.between(NOW, renewal).minusMillis(1));
        assertThat(credentials.current()).isSameAs(first);
        time.advance(Duration.ofMillis(1));
        assertThat(credentials.current().leaf().getPublicKey())
                .isNotEqualTo(first.leaf().getPublicKey());
        assertThat(meters.get("amesh.credential.renewals")
                        .tag("result", "ok")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aDayOfRenewals_neverHasAnExpiredCertificate() throws Exception {
        AttestedCredentials credentials = start();
        Set<String> seen = new HashSet<>();
        for (int second = 0; second < 24 * 60 * 60; second++) {
            time.advance(Duration.ofSeconds(1));
            assertThat(credentials.current().notAfter()).isAfterOrEqualTo(time.now());
            seen.add(credentials.current().correlationId());
        }
        // a life of 3 hours, shorter and shorter while the module's leaf lasts
        assertThat(seen).hasSizeBetween(24 / 3, 24 / 3 * 12);
    }

    @Test
    void listeners_areToldOfEachRenewal() throws Exception {
        AttestedCredentials credentials = start();
        AtomicInteger told = new AtomicInteger();
        credentials.onChange(told::incrementAndGet);
        time.advance(Duration.between(NOW, time.nextTask().orElseThrow()));
        assertThat(told).hasValue(1);
    }

    @Test
    void failedRenewal_isRetriedWithBackOff_andThreeInARowAreUnhealthy() throws Exception {
        AttestedCredentials credentials = start();
        Credential first = credentials.current();
        attesterFails.set(true);
        time.advance(Duration.between(NOW, time.nextTask().orElseThrow()));
        assertThat(credentials.healthy()).isTrue();
        assertThat(Duration.between(time.now(), time.nextTask().orElseThrow())).isEqualTo(Duration.ofSeconds(2));
        time.advance(Duration.ofSeconds(2));
        assertThat(Duration.between(time.now(), time.nextTask().orElseThrow())).isEqualTo(Duration.ofSeconds(4));
        assertThat(credentials.healthy()).isTrue();
        time.advance(Duration.ofSeconds(4));
        assertThat(credentials.healthy()).isFalse();
        assertThat(meters.get("amesh.credential.healthy").gauge().value()).isZero();
        assertThat(meters.get("amesh.credential.renewals")
                        .tag("result", "failed")
                        .counter()
                        .count())
                .isEqualTo(3);
        assertThat(credentials.current()).isSameAs(first);
        attesterFails.set(false);
        time.advance(Duration.ofSeconds(8));
        assertThat(credentials.healthy()).isTrue();
        assertThat(credentials.current()).isNotSameAs(first);
    }

    @Test
    void expiredCredential_afterFailedRenewals_isNotServed() throws Exception {
        AttestedCredentials credentials = start();
        CredentialKeyManager keys = new CredentialKeyManager(credentials, time.clock());
        assertThat(keys.chooseEngineServerAlias("EC", null, null)).isNotNull();
        attesterFails.set(true);
        time.advance(Duration.between(NOW, credentials.current().notAfter()).plusSeconds(1));
        assertThat(keys.chooseEngineServerAlias("EC", null, null)).isNull();
        assertThat(keys.chooseEngineClientAlias(new String[] {"EC"}, null, null))
                .isNull();
        assertThat(credentials.healthy()).isFalse();
    }

    @Test
    void keyManager_afterRenewal_stillFindsTheKeyOfAHandshakeThatHadBegun() throws Exception {
        AttestedCredentials credentials = start();
        CredentialKeyManager keys = new CredentialKeyManager(credentials, time.clock());
        Credential first = credentials.current();
        String alias = keys.chooseEngineServerAlias("EC", null, null);
        time.advance(Duration.between(NOW, time.nextTask().orElseThrow()));
        assertThat(keys.getPrivateKey(alias)).isEqualTo(first.privateKey());
        assertThat(keys.chooseEngineServerAlias("EC", null, null)).isNotEqualTo(alias);
    }

    @Test
    void closedCredentials_areRenewedNoMore() throws Exception {
        AttestedCredentials credentials = start();
        credentials.close();
        assertThat(time.nextTask()).isEmpty();
    }

    @Test
    void attesterThatIgnoresTheRequest_isNotUsed() throws Exception {
        Bytes stale = nsm.attest(
                new AttestationRequest(Optional.of(Bytes.of(new byte[91])), Optional.empty(), Optional.empty()));
        CertificateMint mint = mint(fullAuto(Duration.ofDays(365)), EvidenceProfile.CMW, request -> stale);
        assertThatThrownBy(mint::mint)
                .isInstanceOf(AttesterException.class)
                .hasMessageContaining("does not hold the key");
    }

    @Test
    void evidenceUnderAnotherRoot_isNotUsed() throws Exception {
        SimulatedNsm foreign = SimulatedNitro.inMemory(time.clock(), RANDOM).launch(EnclaveSpec.of(IMAGE));
        CertificateMint mint = mint(fullAuto(Duration.ofDays(365)), EvidenceProfile.CMW, foreign);
        assertThatThrownBy(mint::mint).isInstanceOf(RejectedEvidenceException.class);
    }

    @Test
    void authorityThatHasEnded_issuesNothing() throws Exception {
        CertificateMint mint = mint(fullAuto(Duration.ofMinutes(20)), EvidenceProfile.CMW, attester);
        time.advance(Duration.ofMinutes(20));
        assertThatThrownBy(mint::mint).isInstanceOf(PkiException.class);
    }

    @Test
    void applicationData_withAReservedPrefix_areRefused() throws Exception {
        Issuance issuance = fullAuto(Duration.ofDays(1));
        Bytes reserved = Bytes.of("amesh-session-v1".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> new CertificateMint(
                        issuance, EvidenceProfile.KMS, reserved, attester, verifier, time.clock(), RANDOM))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
