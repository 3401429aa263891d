package io.attestedmesh.cli.enclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.TrustedRoot;
import io.attestedmesh.cli.command.CommandException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedTimeTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SimulatedNitro cloud = SimulatedNitro.inMemory(Clock.fixed(NOW, ZoneOffset.UTC), RANDOM);
    private final Attester nsm = cloud.launch(EnclaveSpec.of(EnclaveImage.of("test", Bytes.EMPTY)));

    private static Clock off(long seconds) {
        return Clock.fixed(NOW.plusSeconds(seconds), ZoneOffset.UTC);
    }

    private static SignedTime signedBy(Attester nsm, TrustedRoot root) {
        return new SignedTime(
                nsm,
                new NitroVerifier(List.of(root), CryptoProvider.fastest(), NitroVerifier.DEFAULT_CLOCK_SKEW),
                RANDOM);
    }

    @ParameterizedTest
    @ValueSource(longs = {-60, 0, 60})
    void error_withinTheLimit_isTold(long seconds) throws Exception {
        Duration error = signedBy(nsm, cloud.trustedRoot()).error(off(seconds), Duration.ofMinutes(1));
        assertThat(error).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(longs = {-61, 61, -86_400 * 365, 86_400 * 3650})
    void error_beyondTheLimit_isRefused(long seconds) {
        CommandException refused = catchThrowableOfType(
                CommandException.class,
                () -> signedBy(nsm, cloud.trustedRoot()).error(off(seconds), Duration.ofMinutes(1)));
        assertThat(refused.details()).containsEntry("reason", "CLOCK_ERROR").containsEntry("expected", "PT1M at most");
    }

    @Test
    void document_ofAnotherRoot_isRefusedWithItsReason() {
        CommandException refused = catchThrowableOfType(
                CommandException.class,
                () -> signedBy(nsm, TrustedRoot.awsNitroG1()).error(off(0), Duration.ofMinutes(1)));
        assertThat(refused.details()).containsEntry("reason", "UNTRUSTED_ROOT");
    }

    @Test
    void document_ofEarlier_isRefused() throws Exception {
        Bytes old = nsm.attest(
                new AttestationRequest(Optional.empty(), Optional.empty(), Optional.of(Bytes.of(new byte[32]))));
        CommandException refused = catchThrowableOfType(
                CommandException.class,
                () -> signedBy(request -> old, cloud.trustedRoot()).error(off(0), Duration.ofMinutes(1)));
        assertThat(refused.details()).containsEntry("reason", "NONCE");
    }
}
