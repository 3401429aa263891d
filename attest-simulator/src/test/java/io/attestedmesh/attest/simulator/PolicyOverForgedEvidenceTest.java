package io.attestedmesh.attest.simulator;

import static io.attestedmesh.attest.simulator.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.policy.InsecureAnyRelease;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.attest.simulator.hostile.DocumentRecipe;
import io.attestedmesh.attest.simulator.hostile.HostileCloud;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.EvidenceReason;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps 7 to 9 over evidence that really was verified: its signature and chain are right, what it says is not. */
class PolicyOverForgedEvidenceTest {
    private static final HostileCloud CLOUD = HostileCloud.at(Instant.parse("2026-11-20T08:00:00Z"));
    private static final Instant NOW = CLOUD.now();
    private static final Bytes ZERO = Bytes.of(new byte[48]);
    private static final Bytes KEY = text("a key");
    private static final Bytes NONCE = text("a nonce");
    private static final Bytes PREFIX = text("amesh-cert-v1 and a digest");
    private static final ReferenceValues ANY = new InsecureAnyRelease();

    private final NitroVerifier verifier =
            new NitroVerifier(List.of(CLOUD.trustedRoot()), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW);

    @Test
    void appraise_allRight_isAcceptedWithItsApplicationData() throws Exception {
        AttestationResult result =
                appraise(policy(), claims(KEY, NONCE, PREFIX), request(KEY, Bytes.concat(PREFIX, text("data")), NONCE));

        assertThat(result.applicationData()).isEqualTo(text("data"));
        assertThat(result.simulated()).isTrue();
    }

    @Test
    void appraise_nonceAskedForAndAbsent_isRefused() {
        assertRefused(PolicyReason.NONCE_MISSING, claims(null, NONCE, null), d -> d);
    }

    @Test
    void appraise_nonceOfAnotherSession_isRefused() {
        assertRefused(PolicyReason.NONCE_MISMATCH, claims(null, NONCE, null), request(null, null, text("replayed")));
    }

    @Test
    void appraise_keyAbsent_isRefused() {
        assertRefused(PolicyReason.PUBLIC_KEY_MISSING, claims(KEY, null, null), d -> d);
    }

    @Test
    void appraise_keyOfAnother_isRefused() {
        assertRefused(PolicyReason.PUBLIC_KEY_MISMATCH, claims(KEY, null, null), request(text("b key"), null, null));
    }

    @Test
    void appraise_keyWithMoreBehindIt_isRefused() {
        assertRefused(
                PolicyReason.PUBLIC_KEY_MISMATCH,
                claims(KEY, null, null),
                request(Bytes.concat(KEY, Bytes.of((byte) 0)), null, null));
    }

    @Test
    void appraise_userDataAbsent_isRefused() {
        assertRefused(PolicyReason.USER_DATA_MISSING, claims(null, null, PREFIX), d -> d);
    }

    @Test
    void appraise_userDataCutShort_isRefused() {
        assertRefused(
                PolicyReason.USER_DATA_MISMATCH,
                claims(null, null, PREFIX),
                request(null, PREFIX.slice(0, PREFIX.size() - 1), null));
    }

    @Test
    void appraise_reservedUserDataWhereNoneIsExpected_isRefused() {
        assertRefused(PolicyReason.RESERVED_USER_DATA, claims(KEY, null, null), request(KEY, PREFIX, null));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void appraise_codeRegisterAbsent_isRefused(int index) {
        assertRefused(PolicyReason.PCR_MISSING, ExpectedClaims.NONE, d -> d.withoutPcr(index));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void appraise_codeRegisterZeroOutsideDebug_isRefused(int index) {
        assertRefused(PolicyReason.PCR_ZERO, ExpectedClaims.NONE, d -> d.pcr(index, ZERO));
    }

    @Test
    void appraise_pcr0Zero_isDebugAlthoughOthersAreNot() {
        assertRefused(PolicyReason.DEBUG_ENCLAVE, ExpectedClaims.NONE, d -> d.pcr(0, ZERO));
    }

    @Test
    void appraise_debugEnclave_isRefused() {
        assertRefused(
                PolicyReason.DEBUG_ENCLAVE,
                ExpectedClaims.NONE,
                d -> d.pcr(0, ZERO).pcr(1, ZERO).pcr(2, ZERO).pcr(4, text("4".repeat(48))));
    }

    @Test
    void appraise_requiredPcr8Zero_isRefused() {
        AttestationPolicy signedOnly = AttestationPolicy.builder()
                .referenceValues(ANY)
                .insecureAllowSimulated()
                .requirePcrs(Set.of(8))
                .build();

        assertThat(reasonOf(() -> appraise(signedOnly, ExpectedClaims.NONE, d -> d.pcr(8, ZERO))))
                .isEqualTo(PolicyReason.PCR_ZERO);
        assertThat(reasonOf(() -> appraise(signedOnly, ExpectedClaims.NONE, d -> d.withoutPcr(8))))
                .isEqualTo(PolicyReason.PCR_MISSING);
    }

    @Test
    void appraise_simulatedRootNotAllowed_isRefused() {
        AttestationPolicy hardwareOnly =
                AttestationPolicy.builder().referenceValues(ANY).build();

        assertThat(reasonOf(() -> appraise(hardwareOnly, ExpectedClaims.NONE, d -> d)))
                .isEqualTo(PolicyReason.SIMULATED_ROOT);
    }

    @Test
    void appraise_noReleaseHasTheRegisters_isRefused() {
        AttestationPolicy nothingKnown = AttestationPolicy.builder()
                .referenceValues(ReferenceValues.NO_RELEASE)
                .insecureAllowSimulated()
                .build();

        assertThat(reasonOf(() -> appraise(nothingKnown, ExpectedClaims.NONE, d -> d)))
                .isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @Test
    void appraise_documentOlderThanTheMaximumAge_isRefusedToTheMillisecond() throws Exception {
        AttestationPolicy fresh = AttestationPolicy.builder()
                .referenceValues(ANY)
                .insecureAllowSimulated()
                .maxAge(Duration.ofMinutes(1))
                .build();

        appraise(fresh, ExpectedClaims.NONE, d -> d.timestamp(NOW.minusSeconds(60)));
        assertThat(reasonOf(() -> appraise(fresh, ExpectedClaims.NONE, d -> d.timestamp(NOW.minusMillis(60_001)))))
                .isEqualTo(PolicyReason.TOO_OLD);
    }

    @Test
    void appraise_chainEndedSinceVerification_isRefused() throws Exception {
        VerifiedEvidence evidence = verifier.verify(CLOUD.document().sign(), NOW);

        assertThat(reasonOf(() -> policy().appraise(
                                evidence,
                                ExpectedClaims.NONE,
                                evidence.expiresAt().plusSeconds(1))))
                .isEqualTo(PolicyReason.TOO_OLD);
        AttestationPolicy patient = AttestationPolicy.builder()
                .referenceValues(ANY)
                .insecureAllowSimulated()
                .maxAge(Duration.ofDays(1))
                .build();
        assertThat(reasonOf(() -> patient.appraise(
                        evidence, ExpectedClaims.NONE, evidence.expiresAt().plusSeconds(1))))
                .isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED);
    }

    private void assertRefused(PolicyReason reason, ExpectedClaims claims, UnaryOperator<DocumentRecipe> change) {
        assertThat(reasonOf(() -> appraise(policy(), claims, change))).isEqualTo(reason);
    }

    private AttestationResult appraise(
            AttestationPolicy policy, ExpectedClaims claims, UnaryOperator<DocumentRecipe> change) throws Exception {
        Bytes document = change.apply(CLOUD.document()).sign();
        return policy.appraise(verifier.verify(document, NOW), claims, NOW);
    }

    private static AttestationPolicy policy() {
        return AttestationPolicy.builder()
                .referenceValues(ANY)
                .insecureAllowSimulated()
                .build();
    }

    private static ExpectedClaims claims(Bytes key, Bytes nonce, Bytes prefix) {
        return new ExpectedClaims(Optional.ofNullable(key), Optional.ofNullable(nonce), Optional.ofNullable(prefix));
    }

    private static UnaryOperator<DocumentRecipe> request(Bytes key, Bytes userData, Bytes nonce) {
        return recipe -> recipe.request(new AttestationRequest(
                Optional.ofNullable(key), Optional.ofNullable(userData), Optional.ofNullable(nonce)));
    }

    private static Bytes text(String value) {
        return Bytes.of(value.getBytes(StandardCharsets.UTF_8));
    }
}
