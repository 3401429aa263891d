package io.attestedmesh.attest.policy;

import static io.attestedmesh.attest.verify.EvidenceForPolicy.EXPIRES;
import static io.attestedmesh.attest.verify.EvidenceForPolicy.MADE;
import static io.attestedmesh.attest.verify.EvidenceForPolicy.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.verify.EvidenceForPolicy;
import io.attestedmesh.attest.verify.EvidenceReason;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AttestationPolicyTest {
    private static final PinnedReleases RELEASES =
            PinnedReleases.of(Map.of("app 1.0", Map.of(0, register(1), 1, register(2), 2, register(3))));
    private static final Bytes KEY = ascii("the key");
    private static final Bytes PREFIX = ascii("amesh-test-v1");

    private static Bytes ascii(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static AttestationPolicy.Builder known() {
        return AttestationPolicy.builder().referenceValues(RELEASES);
    }

    private static AttestationPolicy.Builder any() {
        return AttestationPolicy.builder().referenceValues(new InsecureAnyRelease());
    }

    private static ExpectedClaims key(Bytes key) {
        return new ExpectedClaims(Optional.of(key), Optional.empty(), Optional.empty());
    }

    private static ExpectedClaims nonce(Bytes nonce) {
        return new ExpectedClaims(Optional.empty(), Optional.of(nonce), Optional.empty());
    }

    private static ExpectedClaims userData(Bytes prefix) {
        return new ExpectedClaims(Optional.empty(), Optional.empty(), Optional.of(prefix));
    }

    private static Reason refusal(
            AttestationPolicy.Builder policy, EvidenceForPolicy evidence, ExpectedClaims claims, Instant at) {
        return catchThrowableOfType(
                        RejectedEvidenceException.class, () -> policy.build().appraise(evidence.verified(), claims, at))
                .reason();
    }

    private static Reason refusal(AttestationPolicy.Builder policy, EvidenceForPolicy evidence) {
        return refusal(policy, evidence, ExpectedClaims.NONE, MADE);
    }

    private static Reason refusal(EvidenceForPolicy evidence, ExpectedClaims claims) {
        return refusal(known(), evidence, claims, MADE);
    }

    @Test
    void appraise_knownRelease_saysWhatWasProved() throws Exception {
        EvidenceForPolicy evidence =
                new EvidenceForPolicy().publicKey(KEY).userData(Bytes.concat(PREFIX, ascii("rest")));
        Instant at = MADE.plusSeconds(60);

        AttestationResult result = known().build()
                .appraise(
                        evidence.verified(),
                        new ExpectedClaims(Optional.of(KEY), Optional.empty(), Optional.of(PREFIX)),
                        at);

        assertThat(result.releaseName()).isEqualTo("app 1.0");
        assertThat(result.applicationData()).isEqualTo(ascii("rest"));
        assertThat(result.pcrs().get(4)).contains(register(5));
        assertThat(result.debug()).isFalse();
        assertThat(result.simulated()).isFalse();
        assertThat(result.documentTime()).isEqualTo(MADE);
        assertThat(result.verifiedAt()).isEqualTo(at);
        assertThat(result.expiresAt()).isEqualTo(EXPIRES);
    }

    // 7. nonce

    @Test
    void appraise_nonceAskedForAndAbsent_isNonceMissing() {
        assertThat(refusal(new EvidenceForPolicy(), nonce(ascii("n")))).isEqualTo(PolicyReason.NONCE_MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "fres", "fresh!", ""})
    void appraise_anotherNonce_isNonceMismatch(String actual) {
        assertThat(refusal(new EvidenceForPolicy().nonce(ascii(actual)), nonce(ascii("fresh"))))
                .isEqualTo(PolicyReason.NONCE_MISMATCH);
    }

    // 8. public key and user data

    @Test
    void appraise_keyAskedForAndAbsent_isPublicKeyMissing() {
        assertThat(refusal(new EvidenceForPolicy(), key(KEY))).isEqualTo(PolicyReason.PUBLIC_KEY_MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"another", "the ke", "the key "})
    void appraise_anotherKey_isPublicKeyMismatch(String actual) {
        assertThat(refusal(new EvidenceForPolicy().publicKey(ascii(actual)), key(KEY)))
                .isEqualTo(PolicyReason.PUBLIC_KEY_MISMATCH);
    }

    @Test
    void appraise_twoKeysOfOneCurve_areToldApartInTheMessage() {
        Bytes header = Bytes.of(new byte[60]);

        RejectedEvidenceException e = catchThrowableOfType(
                RejectedEvidenceException.class,
                () -> known().build()
                        .appraise(
                                new EvidenceForPolicy()
                                        .publicKey(Bytes.concat(header, ascii("one of them")))
                                        .verified(),
                                key(Bytes.concat(header, ascii("the other..."))),
                                MADE));

        assertThat(e.expected()).startsWith("72 bytes with SHA-256 ");
        assertThat(e.actual()).startsWith("71 bytes with SHA-256 ").isNotEqualTo(e.expected());
    }

    @Test
    void appraise_userDataAskedForAndAbsent_isUserDataMissing() {
        assertThat(refusal(new EvidenceForPolicy(), userData(PREFIX))).isEqualTo(PolicyReason.USER_DATA_MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "amesh-test-v", "amesh-test-v2", "xamesh-test-v1", "AMESH-TEST-V1"})
    void appraise_userDataThatBeginOtherwise_isUserDataMismatch(String actual) {
        assertThat(refusal(new EvidenceForPolicy().userData(ascii(actual)), userData(PREFIX)))
                .isEqualTo(PolicyReason.USER_DATA_MISMATCH);
    }

    @Test
    void appraise_keyAloneOfADocumentForACertificate_isReserved() {
        EvidenceForPolicy evidence = new EvidenceForPolicy().publicKey(KEY).userData(ascii("amesh-cert-v1..."));

        assertThat(refusal(evidence, key(KEY))).isEqualTo(PolicyReason.RESERVED_USER_DATA);
    }

    @Test
    void appraise_keyAloneWithOtherUserData_handsThemOver() throws Exception {
        EvidenceForPolicy evidence = new EvidenceForPolicy().publicKey(KEY).userData(ascii("amesh"));

        AttestationResult result = known().build().appraise(evidence.verified(), key(KEY), MADE);

        assertThat(result.applicationData()).isEqualTo(ascii("amesh"));
    }

    @Test
    void expectedClaims_empty_isRefusedAtConstruction() {
        assertThatThrownBy(() -> key(Bytes.EMPTY)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> nonce(Bytes.EMPTY)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> userData(Bytes.EMPTY)).isInstanceOf(IllegalArgumentException.class);
    }

    // 9. policy

    @Test
    void build_withoutReferenceValues_isRefused() {
        assertThatThrownBy(() -> AttestationPolicy.builder()
                        .insecureAllowDebug()
                        .insecureAllowSimulated()
                        .build())
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void appraise_registerOfTheCodeMissing_isPcrMissing(int index) {
        assertThat(refusal(any(), new EvidenceForPolicy().withoutPcr(index))).isEqualTo(PolicyReason.PCR_MISSING);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void appraise_registerOfTheCodeMissingWithDebugAllowed_isPcrMissing(int index) {
        EvidenceForPolicy evidence = new EvidenceForPolicy().debug().withoutPcr(index);

        assertThat(refusal(any().insecureAllowDebug(), evidence)).isEqualTo(PolicyReason.PCR_MISSING);
    }

    @Test
    void appraise_noRegistersAtAll_isPcrMissing() {
        EvidenceForPolicy evidence = new EvidenceForPolicy();
        for (int index = 0; index < 16; index++) {
            evidence.withoutPcr(index);
        }

        assertThat(refusal(any().insecureAllowDebug(), evidence)).isEqualTo(PolicyReason.PCR_MISSING);
    }

    @Test
    void appraise_debugEnclaveWithItsOtherRegistersSet_isDebugEnclave() {
        assertThat(refusal(any(), new EvidenceForPolicy().debug())).isEqualTo(PolicyReason.DEBUG_ENCLAVE);
    }

    @Test
    void appraise_onlyPcr0Zero_isDebugEnclave() {
        assertThat(refusal(any(), new EvidenceForPolicy().pcr(0, register(0)))).isEqualTo(PolicyReason.DEBUG_ENCLAVE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void appraise_anotherRegisterOfTheCodeZero_isPcrZero(int index) {
        EvidenceForPolicy evidence = new EvidenceForPolicy().pcr(index, register(0));

        assertThat(refusal(any(), evidence)).isEqualTo(PolicyReason.PCR_ZERO);
        assertThat(refusal(any().insecureAllowDebug(), evidence)).isEqualTo(PolicyReason.PCR_ZERO);
    }

    @Test
    void appraise_debugEnclaveWhereAllowed_saysSo() throws Exception {
        AttestationResult result = any().insecureAllowDebug()
                .build()
                .appraise(new EvidenceForPolicy().debug().verified(), ExpectedClaims.NONE, MADE);

        assertThat(result.debug()).isTrue();
    }

    @Test
    void appraise_debugEnclaveWhereAllowedButReleasesPinned_isUnknownRelease() {
        assertThat(refusal(known().insecureAllowDebug(), new EvidenceForPolicy().debug()))
                .isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @Test
    void appraise_requiredRegisterMissing_isPcrMissing() {
        assertThat(refusal(known().requirePcrs(Set.of(8)), new EvidenceForPolicy().withoutPcr(8)))
                .isEqualTo(PolicyReason.PCR_MISSING);
    }

    @Test
    void appraise_requiredRegisterZero_isPcrZeroEvenInDebugMode() {
        EvidenceForPolicy evidence = new EvidenceForPolicy().debug().pcr(8, register(0));

        assertThat(refusal(any().insecureAllowDebug().requirePcrs(Set.of(8)), evidence))
                .isEqualTo(PolicyReason.PCR_ZERO);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 32})
    void requirePcrs_outOfBounds_isRefused(int index) {
        assertThatThrownBy(() -> known().requirePcrs(Set.of(index))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void requirePcrs_last_isChecked() {
        assertThat(refusal(known().requirePcrs(Set.of(31)), new EvidenceForPolicy()))
                .isEqualTo(PolicyReason.PCR_MISSING);
    }

    @Test
    void appraise_simulatedRoot_isSimulatedRoot() {
        assertThat(refusal(known(), new EvidenceForPolicy().simulated())).isEqualTo(PolicyReason.SIMULATED_ROOT);
    }

    @Test
    void appraise_simulatedRootWhereAllowed_saysSo() throws Exception {
        AttestationResult result = known().insecureAllowSimulated()
                .build()
                .appraise(new EvidenceForPolicy().simulated().verified(), ExpectedClaims.NONE, MADE);

        assertThat(result.simulated()).isTrue();
    }

    @Test
    void appraise_olderThanTheMaximum_isTooOld() {
        AttestationPolicy.Builder policy = known().maxAge(Duration.ofMinutes(10));

        assertThat(refusal(policy, new EvidenceForPolicy(), ExpectedClaims.NONE, MADE.plusSeconds(601)))
                .isEqualTo(PolicyReason.TOO_OLD);
    }

    @Test
    void appraise_exactlyTheMaximumAge_isAccepted() throws Exception {
        AttestationPolicy policy = known().maxAge(Duration.ofMinutes(10)).build();

        assertThat(policy.appraise(new EvidenceForPolicy().verified(), ExpectedClaims.NONE, MADE.plusSeconds(600))
                        .documentTime())
                .isEqualTo(MADE);
    }

    @Test
    void appraise_timestampBeyondTheSkew_neverPassesAsYoung() {
        EvidenceForPolicy evidence = new EvidenceForPolicy().made(MADE.plusSeconds(301));

        assertThat(refusal(known(), evidence, ExpectedClaims.NONE, MADE)).isEqualTo(EvidenceReason.FUTURE_TIMESTAMP);
        assertThat(refusal(
                        known().clockSkew(Duration.ZERO),
                        new EvidenceForPolicy().made(MADE.plusMillis(1)),
                        ExpectedClaims.NONE,
                        MADE))
                .isEqualTo(EvidenceReason.FUTURE_TIMESTAMP);
    }

    @Test
    void appraise_afterTheChainEnded_isExpiredAlthoughVerifiedOnce() {
        assertThat(refusal(known(), new EvidenceForPolicy(), ExpectedClaims.NONE, EXPIRES.plusMillis(1)))
                .isEqualTo(EvidenceReason.EVIDENCE_CHAIN_EXPIRED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "P40000D"})
    void maxAge_outOfBounds_isRefused(Duration maxAge) {
        assertThatThrownBy(() -> known().maxAge(maxAge)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void appraise_oneRegisterOfTheReleaseDiffers_isUnknownRelease(int index) {
        assertThat(refusal(known(), new EvidenceForPolicy().pcr(index, register(99))))
                .isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @Test
    void appraise_applicationRefuses_isItsReason() {
        AttestationPolicy.Builder policy = known().applicationData((data, pcrs) -> {
            throw new RejectedEvidenceException(PolicyReason.APPLICATION_DATA, "nothing", data.hex());
        });

        assertThat(refusal(policy, new EvidenceForPolicy())).isEqualTo(PolicyReason.APPLICATION_DATA);
    }

    @Test
    void appraise_severalRulesBroken_givesTheFirstInOrder() {
        EvidenceForPolicy evidence = new EvidenceForPolicy()
                .debug()
                .simulated()
                .publicKey(ascii("other"))
                .nonce(ascii("other"));

        assertThat(refusal(
                        known(),
                        evidence,
                        new ExpectedClaims(Optional.of(KEY), Optional.of(ascii("fresh")), Optional.empty()),
                        MADE))
                .isEqualTo(PolicyReason.NONCE_MISMATCH);
        assertThat(refusal(known(), evidence, key(KEY), MADE)).isEqualTo(PolicyReason.PUBLIC_KEY_MISMATCH);
        assertThat(refusal(known(), evidence)).isEqualTo(PolicyReason.DEBUG_ENCLAVE);
    }

    @Test
    void acceptableUntil_isTheEarlierOfAgeAndChain() throws Exception {
        AttestationResult result =
                known().build().appraise(new EvidenceForPolicy().verified(), ExpectedClaims.NONE, MADE);

        assertThat(known().maxAge(Duration.ofHours(1)).build().acceptableUntil(result))
                .isEqualTo(MADE.plus(Duration.ofHours(1)));
        assertThat(known().build().acceptableUntil(result)).isEqualTo(EXPIRES);
    }

    @Test
    void acceptableUntil_releaseThatEndsFirst_isItsEnd() throws Exception {
        Instant end = MADE.plusSeconds(30);
        AttestationPolicy policy = AttestationPolicy.builder()
                .referenceValues((pcrs, at) -> new KnownRelease("app", true, end))
                .build();

        AttestationResult result = policy.appraise(new EvidenceForPolicy().verified(), ExpectedClaims.NONE, MADE);

        assertThat(policy.acceptableUntil(result)).isEqualTo(end);
        assertThat(result.release().deprecated()).isTrue();
        assertThat(result.releaseName()).isEqualTo("app");
    }

    @Test
    void acceptableUntil_releaseThatEndsLast_isTheEndOfTheEvidence() throws Exception {
        AttestationPolicy policy = AttestationPolicy.builder()
                .referenceValues((pcrs, at) -> new KnownRelease("app", false, EXPIRES.plusNanos(1)))
                .build();

        AttestationResult result = policy.appraise(new EvidenceForPolicy().verified(), ExpectedClaims.NONE, MADE);

        assertThat(policy.acceptableUntil(result)).isEqualTo(EXPIRES);
    }

    @Test
    void appraise_atAnotherTime_asksTheReleasesForThatTime() {
        AttestationPolicy.Builder policy = AttestationPolicy.builder().referenceValues((pcrs, at) -> {
            throw new RejectedEvidenceException(PolicyReason.RELEASE_EXPIRED, "a release in force", at.toString());
        });

        RejectedEvidenceException e = catchThrowableOfType(
                RejectedEvidenceException.class,
                () -> policy.build()
                        .appraise(new EvidenceForPolicy().verified(), ExpectedClaims.NONE, MADE.plusSeconds(7)));

        assertThat(e.reason()).isEqualTo(PolicyReason.RELEASE_EXPIRED);
        assertThat(e.actual()).isEqualTo(MADE.plusSeconds(7).toString());
    }
}
