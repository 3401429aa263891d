package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.releases.fixture.Publisher;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterChecksTest {
    private static final Bytes ZERO = Bytes.of(new byte[48]);

    private final AuditWorld world = new AuditWorld();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void missingRegister_isNamed(int index) {
        world.old.withoutPcr(index);
        assertThat(world.found(FindingId.REGISTER_MISSING)).containsExactly("kms-core 1.4.1: names no PCR" + index);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 8})
    void zeroRegister_isFoundOnceAndIsNoPlaceholder(int index) {
        world.old.pcr(index, ZERO);
        assertThat(world.found(FindingId.REGISTER_ZERO)).containsExactly("kms-core 1.4.1: PCR" + index + " is zero");
        assertThat(world.found(FindingId.REGISTER_PLACEHOLDER)).isEmpty();
        assertThat(world.found(FindingId.REGISTER_REPEATED)).isEmpty();
    }

    @Test
    void faultsOfSeveralReleases_areAllFound() {
        world.core.pcr(0, ZERO);
        world.old.pcr(1, ZERO);
        world.edge.pcr(2, ZERO);
        assertThat(world.found(FindingId.REGISTER_ZERO)).hasSize(3);
        assertThat(world.found(FindingId.LIST_REFUSED)).hasSize(1);
    }

    @Test
    void faultsOfOneRelease_areAllFoundOneByOne() {
        world.core.withoutPcr(0).withoutPcr(2).pcr(3, ZERO).pcr(4, ZERO).pcr(8, Publisher.register(1, 8));
        assertThat(world.found(FindingId.REGISTER_MISSING))
                .containsExactly("kms-core 1.4.2: names no PCR0", "kms-core 1.4.2: names no PCR2");
        assertThat(world.found(FindingId.REGISTER_ZERO))
                .containsExactly("kms-core 1.4.2: PCR3 is zero", "kms-core 1.4.2: PCR4 is zero");
        assertThat(world.found(FindingId.SIGNER_MISMATCH)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x5a})
    void unmeasuredRegisters_areNotAlsoRepeated(int value) {
        byte[] bytes = new byte[48];
        Arrays.fill(bytes, (byte) value);
        world.old.pcr(0, Bytes.of(bytes)).pcr(1, Bytes.of(bytes)).pcr(2, Bytes.of(bytes));
        assertThat(world.found(FindingId.REGISTER_REPEATED)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x7f, 0xff})
    void repeatedByte_isPlaceholder(int value) {
        byte[] bytes = new byte[48];
        Arrays.fill(bytes, (byte) value);
        world.old.pcr(4, Bytes.of(bytes));
        assertThat(world.found(FindingId.REGISTER_PLACEHOLDER))
                .containsExactly(String.format("kms-core 1.4.1: PCR4 is 48 times the byte %02x", value));
    }

    @Test
    void kernelThatIsTheImage_withAnApplication_isRepeated() {
        world.old.pcr(1, Publisher.register(2, 0));
        assertThat(world.found(FindingId.REGISTER_REPEATED))
                .containsExactly("kms-core 1.4.1: PCR0 and PCR1 are both 0200000001010101...");
    }

    @Test
    void roleThatIsTheImage_isRepeated() {
        world.old.pcr(3, Publisher.register(2, 2));
        assertThat(world.found(FindingId.REGISTER_REPEATED))
                .containsExactly("kms-core 1.4.1: PCR2 and PCR3 are both 0200000003030303...");
    }

    /** The value that PCR2 has in images of one ramdisk, as nitro-cli prints it. */
    @Test
    void measurementOfNothing_isTheWellKnownValue() {
        Bytes known = Bytes.fromHex("21b9efbc184807662e966d34f390821309eeac6802309798826296bf3e8bec7c"
                + "10edb30948c90ba67310f7b964fc500a");
        world.old.pcr(2, known);
        assertThat(world.found(FindingId.APPLICATION_UNMEASURED)).hasSize(1);
    }

    @Test
    void certificateWithoutPcr8_isMismatch() {
        world.core.withoutPcr(8);
        assertThat(world.found(FindingId.SIGNER_MISMATCH))
                .containsExactly("kms-core 1.4.2: PCR8 of the signing certificate is "
                        + ReleaseDraft.pcr8Of(ReleaseDraft.CERTIFICATE).hex() + ", the release names none");
    }

    @Test
    void pcr8OfTheDigestItself_isMismatch() {
        world.core.pcr(8, ReleaseDraft.sha384(ReleaseDraft.CERTIFICATE));
        assertThat(world.found(FindingId.SIGNER_MISMATCH)).hasSize(1);
    }

    @Test
    void pcr8OfTheExtendedDigest_isRight() {
        world.core.pcr(8, Pcr.extendOfZero(ReleaseDraft.sha384(ReleaseDraft.CERTIFICATE)));
        assertThat(world.audit().findings()).isEmpty();
    }
}
