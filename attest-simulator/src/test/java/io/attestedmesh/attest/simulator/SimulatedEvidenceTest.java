package io.attestedmesh.attest.simulator;

import static io.attestedmesh.attest.simulator.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.EvidenceReason;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.TrustedRoot;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the simulated cloud makes, through the eyes of the verifier. */
class SimulatedEvidenceTest {
    private static final Instant START = Instant.parse("2026-11-20T08:00:00.250Z");
    private static final AttestationRequest NOTHING =
            new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty());
    private static final int FLIPS = 400;

    private final SettableClock clock = new SettableClock(START);
    private final SimulatedNitro cloud = SimulatedNitro.inMemory(clock, new SecureRandom());
    private final SimulatedNsm nsm = cloud.launch(EnclaveSpec.of(EnclaveImage.of("image", Bytes.of((byte) 1))));
    private final NitroVerifier verifier = verifierOf(cloud.trustedRoot());

    @Test
    void attest_underItsRoot_isAcceptedAndSimulated() throws Exception {
        AttestationRequest request = new AttestationRequest(bytes(1024, 1), bytes(1024, 2), bytes(1024, 3));

        VerifiedEvidence evidence = verifier.verify(nsm.attest(request), START);

        assertThat(evidence.root().simulated()).isTrue();
        assertThat(evidence.document().moduleId()).isEqualTo(nsm.moduleId());
        assertThat(evidence.document().timestamp()).isEqualTo(START);
        assertThat(evidence.document().pcrs()).isEqualTo(nsm.pcrs());
        assertThat(evidence.document().publicKey()).isEqualTo(request.publicKey());
        assertThat(evidence.document().userData()).isEqualTo(request.userData());
        assertThat(evidence.document().nonce()).isEqualTo(request.nonce());
        assertThat(evidence.chain()).hasSize(5).startsWith(cloud.rootCertificate());
    }

    @Test
    void attest_nothingAsked_leavesTheOptionalsAbsent() throws Exception {
        AttestationDocument document = AttestationDocument.parse(nsm.attest(NOTHING));

        assertThat(document.publicKey()).isEmpty();
        assertThat(document.userData()).isEmpty();
        assertThat(document.nonce()).isEmpty();
    }

    @Test
    void attest_emptyUserDataAndNonce_arePresentAndEmpty() throws Exception {
        AttestationDocument document = AttestationDocument.parse(
                nsm.attest(new AttestationRequest(Optional.empty(), bytes(0, 0), bytes(0, 0))));

        assertThat(document.userData()).contains(Bytes.EMPTY);
        assertThat(document.nonce()).contains(Bytes.EMPTY);
    }

    @Test
    void verify_underTheRootOfAws_isUntrusted() throws Exception {
        Bytes document = nsm.attest(NOTHING);

        assertThat(reasonOf(() -> verifierOf(TrustedRoot.awsNitroG1()).verify(document, START)))
                .isEqualTo(EvidenceReason.UNTRUSTED_ROOT);
    }

    @Test
    void verify_underAnotherSimulatedCloud_isUntrusted() throws Exception {
        Bytes document = nsm.attest(NOTHING);
        SimulatedNitro other = SimulatedNitro.inMemory(clock, new SecureRandom());

        assertThat(reasonOf(() -> verifierOf(other.trustedRoot()).verify(document, START)))
                .isEqualTo(EvidenceReason.UNTRUSTED_ROOT);
    }

    @Test
    void trustedRoot_simulatedPassedOffAsHardware_isRefused() {
        assertThatThrownBy(() -> TrustedRoot.of("AWS", cloud.rootCertificate()))
                .isInstanceOf(CertificateException.class);
        assertThatThrownBy(() -> new TrustedRoot("AWS", cloud.rootCertificate(), false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void verify_oneBitFlippedAnywhere_isNeverAccepted() throws Exception {
        Bytes document = nsm.attest(NOTHING);
        Random places = new Random(42);

        for (int i = 0; i < FLIPS; i++) {
            byte[] flipped = document.toByteArray();
            int bit = places.nextInt(flipped.length * 8);
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));

            assertThat(reasonOf(() -> verifier.verify(Bytes.of(flipped), START)))
                    .as("bit %d", bit)
                    .isNotNull();
        }
    }

    @Test
    void attest_withinThreeHours_reusesTheLeaf() throws Exception {
        Bytes first = leaf();
        clock.advance(Duration.ofHours(3).minusMillis(250));

        assertThat(leaf()).isEqualTo(first);
    }

    @Test
    void attest_afterThreeHours_hasANewLeafUnderTheSameInstance() throws Exception {
        AttestationDocument first = AttestationDocument.parse(nsm.attest(NOTHING));
        clock.advance(Duration.ofHours(3));

        AttestationDocument second = AttestationDocument.parse(nsm.attest(NOTHING));

        assertThat(second.certificate()).isNotEqualTo(first.certificate());
        assertThat(second.cabundle()).isEqualTo(first.cabundle());
    }

    @Test
    void attest_afterADay_hasANewInstanceUnderTheSameZone() throws Exception {
        assertRenewedAfter(Duration.ofDays(1), 3);
    }

    @Test
    void attest_afterAWeek_hasANewZoneUnderTheSameRegion() throws Exception {
        assertRenewedAfter(Duration.ofDays(7), 2);
    }

    @Test
    void attest_afterThreeWeeks_hasANewRegionUnderTheSameRoot() throws Exception {
        assertRenewedAfter(Duration.ofDays(21), 1);
    }

    @Test
    void attest_leafOutlivesItsInstance_evidenceEndsWithTheInstance() throws Exception {
        nsm.attest(NOTHING);
        clock.set(START.plus(Duration.ofHours(23)));

        VerifiedEvidence evidence = verifier.verify(nsm.attest(NOTHING), clock.instant());

        assertThat(evidence.expiresAt()).isEqualTo(Instant.parse("2026-11-21T08:00:00Z"));
        assertThat(evidence.chain().get(4).getNotAfter().toInstant()).isEqualTo(Instant.parse("2026-11-21T10:00:00Z"));
    }

    @Test
    void verify_lastSecondOfTheLeaf_isAcceptedAndTheNextIsNot() throws Exception {
        Bytes document = nsm.attest(NOTHING);
        Instant end = Instant.parse("2026-11-20T11:00:00Z");

        assertThat(verifier.verify(document, end).expiresAt()).isEqualTo(end);
        assertThat(reasonOf(() -> verifier.verify(document, end.plusSeconds(1))))
                .isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED);
    }

    @Test
    void verifyAtDocumentTime_yearsLater_isAccepted() throws Exception {
        Bytes document = nsm.attest(NOTHING);

        assertThat(verifier.verifyAtDocumentTime(document, START.plus(Duration.ofDays(9000)))
                        .verifiedAt())
                .isEqualTo(START);
    }

    @Test
    void attest_registerLockedAtRunTime_standsInTheDocument() throws Exception {
        Bytes value = nsm.extendPcr(16, Bytes.of((byte) 7));
        nsm.lockPcr(16);

        VerifiedEvidence evidence = verifier.verify(nsm.attest(NOTHING), START);

        assertThat(evidence.document().pcrs().get(16)).contains(value);
    }

    @Test
    @Timeout(60)
    void attest_manyThreads_allDocumentsVerifyAndShareOneLeaf() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try {
            List<Future<Bytes>> documents = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                documents.add(executor.submit(() -> nsm.attest(NOTHING)));
            }
            Bytes leaf = leaf();
            for (Future<Bytes> document : documents) {
                VerifiedEvidence evidence = verifier.verify(document.get(30, TimeUnit.SECONDS), START);
                assertThat(evidence.document().certificate()).isEqualTo(leaf);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void launch_twoEnclaves_haveTwoModulesInstancesAndLeaves() throws Exception {
        SimulatedNsm other = cloud.launch(EnclaveSpec.of(EnclaveImage.of("image", Bytes.of((byte) 1))));

        AttestationDocument one = AttestationDocument.parse(nsm.attest(NOTHING));
        AttestationDocument two = AttestationDocument.parse(other.attest(NOTHING));

        assertThat(two.moduleId()).isNotEqualTo(one.moduleId());
        assertThat(two.certificate()).isNotEqualTo(one.certificate());
        assertThat(two.pcrs().get(0)).isEqualTo(one.pcrs().get(0));
        assertThat(two.pcrs().get(4)).isNotEqualTo(one.pcrs().get(4));
        assertThat(two.cabundle().subList(0, 3)).isEqualTo(one.cabundle().subList(0, 3));
    }

    private void assertRenewedAfter(Duration time, int kept) throws Exception {
        AttestationDocument first = AttestationDocument.parse(nsm.attest(NOTHING));
        clock.advance(time);

        VerifiedEvidence second = verifier.verify(nsm.attest(NOTHING), clock.instant());

        List<Bytes> before = first.cabundle();
        List<Bytes> after = second.document().cabundle();
        assertThat(after.subList(0, kept)).isEqualTo(before.subList(0, kept));
        assertThat(after.subList(kept, 4)).doesNotContainAnyElementsOf(before);
        assertThat(second.document().moduleId()).isEqualTo(first.moduleId());
    }

    private Bytes leaf() throws Exception {
        return AttestationDocument.parse(nsm.attest(NOTHING)).certificate();
    }

    private static NitroVerifier verifierOf(TrustedRoot root) {
        return new NitroVerifier(List.of(root), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);
    }

    private static Optional<Bytes> bytes(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return Optional.of(Bytes.of(bytes));
    }
}
