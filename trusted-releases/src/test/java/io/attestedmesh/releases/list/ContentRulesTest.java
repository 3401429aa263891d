package io.attestedmesh.releases.list;

import static io.attestedmesh.releases.ReleasesReason.DUPLICATE_RELEASE;
import static io.attestedmesh.releases.ReleasesReason.EMPTY_LIST;
import static io.attestedmesh.releases.ReleasesReason.REGISTER_MISSING;
import static io.attestedmesh.releases.ReleasesReason.REGISTER_ZERO;
import static io.attestedmesh.releases.ReleasesReason.SIGNER_MISMATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no list may say: one test with the fault, and the same list without it passes. */
class ContentRulesTest {
    private static final Bytes ZERO = Bytes.of(new byte[48]);
    private static final Bytes CERTIFICATE = Lists.utf8("a certificate");

    private final Map<Integer, Bytes> registers =
            new HashMap<>(Map.of(0, Lists.digest("0"), 1, Lists.digest("1"), 2, Lists.digest("2")));

    @Test
    void listWithoutFault_passes() throws Exception {
        registers.put(8, signerRegister());
        ReleaseList list = Lists.of(
                Lists.release("1.0.0"), Lists.release("1.0.1").deprecated(), signedBy(Optional.of(CERTIFICATE)));

        assertThatCode(() -> ContentRules.check(list)).doesNotThrowAnyException();
    }

    @Test
    void emptyList_isRefused() {
        assertRefused(EMPTY_LIST, "none");
    }

    @Test
    void oneNameAndVersionTwice_isRefused() {
        assertRefused(
                DUPLICATE_RELEASE,
                "kms-core 1.0.0 twice",
                Lists.release("1.0.0"),
                Lists.release("1.0.0").deprecated());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void missingRegister_isRefused(int index) {
        registers.remove(index);

        assertRefused(REGISTER_MISSING, "kms 1.0.0 without PCR" + index, signedBy(Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 8})
    void zeroRegister_isRefused(int index) {
        registers.put(index, ZERO);

        assertRefused(REGISTER_ZERO, "kms 1.0.0 with a zero PCR" + index, signedBy(Optional.empty()));
    }

    @Test
    void revokedReleaseWithZeroRegister_isRefusedToo() {
        registers.put(0, ZERO);

        assertRefused(
                REGISTER_ZERO,
                "kms 1.0.0 with a zero PCR0",
                signedBy(Optional.empty()).revoked(new Revocation(Lists.ISSUED, "debug")));
    }

    @Test
    void certificateWithoutItsRegister_isRefused() {
        assertRefused(SIGNER_MISMATCH, "kms 1.0.0 without PCR8", signedBy(Optional.of(CERTIFICATE)));
    }

    @Test
    void certificateOfAnotherRegister_isRefused() throws Exception {
        registers.put(8, signerRegister());

        assertRefused(
                SIGNER_MISMATCH,
                "kms 1.0.0 with " + signerRegister(),
                signedBy(Optional.of(Lists.utf8("another certificate"))));
    }

    private Release signedBy(Optional<Bytes> certificate) {
        return new Release(
                "kms",
                "1.0.0",
                ReleaseStatus.ACTIVE,
                PcrBank.of(registers),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                certificate);
    }

    private static Bytes signerRegister() throws Exception {
        return Pcr.extendOfZero(Bytes.of(MessageDigest.getInstance("SHA-384").digest(CERTIFICATE.toByteArray())));
    }

    private static void assertRefused(ReleasesReason reason, String actual, Release... releases) {
        RejectedReleasesException refusal =
                catchThrowableOfType(RejectedReleasesException.class, () -> ContentRules.check(Lists.of(releases)));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(reason);
        assertThat(refusal.actual()).isEqualTo(actual);
    }
}
