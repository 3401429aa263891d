package io.attestedmesh.attest.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.nsm.NsmDescription;
import io.attestedmesh.attest.nsm.NsmError;
import io.attestedmesh.attest.nsm.NsmException;
import io.attestedmesh.attest.nsm.PcrState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SimulatedNsmTest {
    private static final EnclaveImage IMAGE = EnclaveImage.of("image", Bytes.of((byte) 1));
    private static final Bytes ZERO = Bytes.of(new byte[48]);
    private static final String ROLE = "arn:aws:iam::123456789012:role/party-a";

    private final SimulatedNitro cloud =
            SimulatedNitro.inMemory(new SettableClock(Instant.parse("2026-11-20T08:00:00Z")), new SecureRandom());
    private final SimulatedNsm nsm =
            cloud.launch(EnclaveSpec.of(IMAGE).withRole(ROLE).withInstance("i-0123456789abcdef0"));

    @Test
    void pcrs_atBoot_areThoseOfImageRoleAndInstance() throws Exception {
        PcrBank pcrs = nsm.pcrs();

        assertThat(pcrs.get(0)).contains(IMAGE.pcr0());
        assertThat(pcrs.get(1)).contains(IMAGE.pcr1());
        assertThat(pcrs.get(2)).contains(IMAGE.pcr2());
        assertThat(pcrs.get(3)).contains(extendOfZero(ROLE));
        assertThat(pcrs.get(4)).contains(extendOfZero("i-0123456789abcdef0"));
        assertThat(pcrs.get(8)).contains(ZERO);
        assertThat(pcrs.values().keySet()).hasSize(16);
    }

    @Test
    void pcrs_withoutRole_leavePcr3Zero() {
        PcrBank pcrs = cloud.launch(EnclaveSpec.of(IMAGE)).pcrs();

        assertThat(pcrs.get(3)).contains(ZERO);
        assertThat(pcrs.get(4).orElseThrow().isZero()).isFalse();
    }

    @Test
    void pcrs_inDebugMode_zero0To2Only() {
        EnclaveImage signed = IMAGE.signedBy(cloud.rootCertificate());
        PcrBank pcrs = cloud.launch(EnclaveSpec.of(signed).withRole(ROLE).inDebugMode())
                .pcrs();

        assertThat(pcrs.get(0)).contains(ZERO);
        assertThat(pcrs.get(1)).contains(ZERO);
        assertThat(pcrs.get(2)).contains(ZERO);
        assertThat(pcrs.get(3).orElseThrow().isZero()).isFalse();
        assertThat(pcrs.get(4).orElseThrow().isZero()).isFalse();
        assertThat(pcrs.get(8)).contains(signed.pcr8());
        assertThat(pcrs.isDebug()).isTrue();
    }

    @Test
    void describe_atBoot_has32RegistersOfWhich16AreLocked() {
        NsmDescription description = nsm.describe();

        assertThat(description.maxPcrs()).isEqualTo(32);
        assertThat(description.lockedPcrs())
                .containsExactlyElementsOf(IntStream.range(0, 16).boxed().toList());
        assertThat(description.digest()).isEqualTo("SHA384");
        assertThat(description.moduleId()).matches("i-0123456789abcdef0-enc[0-9a-f]{16}");
    }

    @Test
    void extendPcr_unlocked_hashesOldValueAndData() throws Exception {
        Bytes once = nsm.extendPcr(16, text("one"));
        Bytes twice = nsm.extendPcr(16, text("two"));

        assertThat(once).isEqualTo(extendOfZero("one"));
        assertThat(twice).isEqualTo(sha384(Bytes.concat(once, text("two"))));
        assertThat(nsm.describePcr(16)).isEqualTo(new PcrState(false, twice));
    }

    @Test
    void extendPcr_lockedAtBoot_isReadOnly() throws Exception {
        for (int index = 0; index < 16; index++) {
            int locked = index;
            assertRefused(NsmError.READ_ONLY_INDEX, () -> nsm.extendPcr(locked, text("x")));
        }
        assertThat(nsm.describePcr(5)).isEqualTo(new PcrState(true, ZERO));
    }

    @Test
    void extendPcr_afterLockPcr_isReadOnlyAndKeepsItsValue() throws Exception {
        Bytes value = nsm.extendPcr(17, text("x"));
        nsm.lockPcr(17);

        assertRefused(NsmError.READ_ONLY_INDEX, () -> nsm.extendPcr(17, text("y")));
        assertThat(nsm.describePcr(17)).isEqualTo(new PcrState(true, value));
    }

    @Test
    void extendPcr_index32_isInvalid() {
        assertRefused(NsmError.INVALID_INDEX, () -> nsm.extendPcr(32, text("x")));
        assertRefused(NsmError.INVALID_INDEX, () -> nsm.extendPcr(-1, text("x")));
    }

    @Test
    void extendPcr_dataLargerThanARequest_isTooLarge() {
        assertRefused(
                NsmError.INPUT_TOO_LARGE,
                () -> nsm.extendPcr(16, Bytes.of(new byte[SimulatedNsm.MAX_EXTEND_SIZE + 1])));
    }

    @Test
    void describePcr_index32_isInvalid() {
        assertRefused(NsmError.INVALID_INDEX, () -> nsm.describePcr(32));
    }

    @Test
    void lockPcr_lockedAlready_isReadOnly() throws Exception {
        nsm.lockPcr(20);

        assertRefused(NsmError.READ_ONLY_INDEX, () -> nsm.lockPcr(20));
        assertRefused(NsmError.READ_ONLY_INDEX, () -> nsm.lockPcr(0));
    }

    @Test
    void lockPcr_index32_isInvalid() {
        assertRefused(NsmError.INVALID_INDEX, () -> nsm.lockPcr(32));
    }

    @Test
    void lockPcrs_range18_locksBelow18Only() throws Exception {
        nsm.lockPcrs(18);

        assertThat(nsm.describe().lockedPcrs()).hasSize(18).endsWith(17);
        assertRefused(NsmError.READ_ONLY_INDEX, () -> nsm.extendPcr(17, text("x")));
        assertThat(nsm.extendPcr(18, text("x"))).isEqualTo(extendOfZero("x"));
    }

    @Test
    void lockPcrs_range33_isInvalidAndLocksNothing() {
        assertRefused(NsmError.INVALID_INDEX, () -> nsm.lockPcrs(33));
        assertRefused(NsmError.INVALID_INDEX, () -> nsm.lockPcrs(-1));
        assertThat(nsm.describe().lockedPcrs()).hasSize(16);
    }

    @Test
    void lockPcrs_range32_locksAll() throws Exception {
        nsm.lockPcrs(32);

        assertThat(nsm.describe().lockedPcrs()).hasSize(32);
        assertThat(nsm.pcrs().values()).hasSize(32);
    }

    @Test
    void pcrs_registerExtendedAndNotLocked_isNotShown() throws Exception {
        nsm.extendPcr(16, text("x"));
        assertThat(nsm.pcrs().get(16)).isEmpty();

        nsm.lockPcr(16);
        assertThat(nsm.pcrs().get(16)).contains(extendOfZero("x"));
    }

    @Test
    void random_twice_is256OtherBytes() {
        Bytes first = nsm.random();

        assertThat(first.size()).isEqualTo(256);
        assertThat(nsm.random()).isNotEqualTo(first);
    }

    @Test
    void attest_fieldOf1025Bytes_isTooLarge() {
        Optional<Bytes> large = Optional.of(Bytes.of(new byte[1025]));

        assertRefusedToAttest(NsmError.INPUT_TOO_LARGE, large, Optional.empty(), Optional.empty());
        assertRefusedToAttest(NsmError.INPUT_TOO_LARGE, Optional.empty(), large, Optional.empty());
        assertRefusedToAttest(NsmError.INPUT_TOO_LARGE, Optional.empty(), Optional.empty(), large);
    }

    @Test
    void attest_emptyPublicKey_isInvalid() {
        assertRefusedToAttest(NsmError.INVALID_ARGUMENT, Optional.of(Bytes.EMPTY), Optional.empty(), Optional.empty());
    }

    @Test
    void spec_instanceIdWithOtherCharacters_isRefused() {
        assertThatThrownBy(() -> EnclaveSpec.of(IMAGE).withInstance("i-1,CN=evil"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EnclaveSpec.of(IMAGE).withInstance("i-0123456789abcdef01"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void spec_emptyRole_isRefused() {
        assertThatThrownBy(() -> EnclaveSpec.of(IMAGE).withRole("")).isInstanceOf(IllegalArgumentException.class);
    }

    private void assertRefusedToAttest(
            NsmError error, Optional<Bytes> publicKey, Optional<Bytes> userData, Optional<Bytes> nonce) {
        AttestationRequest request = new AttestationRequest(publicKey, userData, nonce);
        assertThatThrownBy(() -> nsm.attest(request))
                .isInstanceOf(AttesterException.class)
                .cause()
                .isInstanceOfSatisfying(
                        NsmException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    private static void assertRefused(NsmError error, ThrowingCallable request) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(
                        NsmException.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    private static Bytes extendOfZero(String text) throws Exception {
        return sha384(Bytes.concat(ZERO, text(text)));
    }

    private static Bytes sha384(Bytes data) throws Exception {
        return Bytes.of(MessageDigest.getInstance("SHA-384").digest(data.toByteArray()));
    }

    private static Bytes text(String value) {
        return Bytes.of(value.getBytes(StandardCharsets.UTF_8));
    }
}
