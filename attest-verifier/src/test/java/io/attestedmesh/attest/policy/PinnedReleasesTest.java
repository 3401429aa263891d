package io.attestedmesh.attest.policy;

import static io.attestedmesh.attest.verify.EvidenceForPolicy.register;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PinnedReleasesTest {
    private static final Map<Integer, Bytes> CODE = Map.of(0, register(1), 1, register(2), 2, register(3));

    private static Map<Integer, Bytes> with(int index, Bytes value) {
        Map<Integer, Bytes> registers = new HashMap<>(CODE);
        registers.put(index, value);
        return registers;
    }

    @Test
    void of_noReleases_isRefused() {
        assertThatThrownBy(() -> PinnedReleases.of(Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void of_registerOfTheCodeMissing_isRefused(int index) {
        Map<Integer, Bytes> registers = new HashMap<>(CODE);
        registers.remove(index);

        assertThatThrownBy(() -> PinnedReleases.of(Map.of("app", registers)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PCR" + index);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void of_registerOfTheCodeZero_isRefused(int index) {
        assertThatThrownBy(() -> PinnedReleases.of(Map.of("app", with(index, register(0)))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_registerOutOfBounds_isRefused() {
        assertThatThrownBy(() -> PinnedReleases.of(Map.of("app", with(32, register(1)))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PinnedReleases.of(Map.of("app", with(8, Bytes.fromHex("00")))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_twoNamesForTheSameRegisters_isRefused() {
        assertThatThrownBy(() -> PinnedReleases.of(Map.of("one", CODE, "two", CODE)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two\nlines"})
    void of_nameThatCannotBeShown_isRefused(String name) {
        assertThatThrownBy(() -> PinnedReleases.of(Map.of(name, CODE))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 8})
    void releaseOf_oneRegisterDiffers_isUnknown(int index) {
        PinnedReleases releases = PinnedReleases.of(Map.of("app", with(8, register(9))));
        Map<Integer, Bytes> found = with(8, register(9));
        found.put(index, register(77));

        assertThat(refusal(releases, found)).isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @Test
    void releaseOf_pinnedRegisterAbsent_isUnknown() {
        assertThat(refusal(PinnedReleases.of(Map.of("app", with(8, register(9)))), CODE))
                .isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @Test
    void releaseOf_registersBeyondThePinned_areIgnored() throws Exception {
        assertThat(found(PinnedReleases.of(Map.of("app", CODE)), with(4, register(7))))
                .isEqualTo(KnownRelease.withoutEnd("app"));
    }

    @Test
    void releaseOf_severalReleases_namesTheFirstThatFits() throws Exception {
        Map<String, Map<Integer, Bytes>> releases = new LinkedHashMap<>();
        releases.put("old", with(0, register(50)));
        releases.put("signed", with(8, register(9)));
        releases.put("any signer", CODE);
        PinnedReleases pinned = PinnedReleases.of(releases);

        assertThat(found(pinned, with(0, register(50))).name()).isEqualTo("old");
        assertThat(found(pinned, with(8, register(9))).name()).isEqualTo("signed");
        assertThat(found(pinned, CODE).name()).isEqualTo("any signer");
    }

    @Test
    void unknownRelease_showsPcr0InFullAndTheOthersShortened() {
        assertThat(ReferenceValues.unknownRelease(PcrBank.of(CODE)).actual())
                .isEqualTo("PCR0 " + "01".repeat(48) + ", PCR1 " + "02".repeat(16) + "..., PCR2 " + "03".repeat(16)
                        + "...");
    }

    @Test
    void unknownRelease_ofRegistersThatAreNotThere_saysSo() {
        assertThat(ReferenceValues.unknownRelease(PcrBank.of(Map.of())).actual())
                .isEqualTo("PCR0 absent, PCR1 absent, PCR2 absent");
    }

    @Test
    void noRelease_refusesEverything() {
        assertThat(refusal(ReferenceValues.NO_RELEASE, CODE)).isEqualTo(PolicyReason.UNKNOWN_RELEASE);
        assertThat(refusal(ReferenceValues.NO_RELEASE, Map.of())).isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void knownRelease_withoutAName_isRefused(String name) {
        assertThatThrownBy(() -> KnownRelease.withoutEnd(name)).isInstanceOf(IllegalArgumentException.class);
    }

    private static KnownRelease found(ReferenceValues releases, Map<Integer, Bytes> registers) throws Exception {
        return releases.releaseOf(PcrBank.of(registers), Instant.MAX);
    }

    private static Reason refusal(ReferenceValues releases, Map<Integer, Bytes> registers) {
        return catchThrowableOfType(RejectedEvidenceException.class, () -> found(releases, registers))
                .reason();
    }
}
