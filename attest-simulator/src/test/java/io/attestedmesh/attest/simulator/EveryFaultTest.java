package io.attestedmesh.attest.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.MalformedReason;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.simulator.hostile.Fault;
import io.attestedmesh.attest.simulator.hostile.HostileCloud;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.EvidenceReason;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault alone, against the verifier: the step is that of ATTESTATION.md. */
class EveryFaultTest {
    private static final HostileCloud CLOUD = HostileCloud.at(Instant.parse("2026-11-20T08:00:00Z"));

    private static final CryptoProvider CRYPTO = CryptoProvider.fastest();

    @ParameterizedTest(name = "step {0}: {1}")
    @MethodSource("faults")
    void verify_oneFault_isRefusedForItsOwnReason(int step, Fault fault) {
        Fault.Forged forged = fault.forge(CLOUD);

        Exception refusal = catchException(() -> verifier(forged).verify(forged.document(), CLOUD.now()));

        assertThat(reasonOf(refusal)).isEqualTo(fault.reason());
        assertThat(refusal instanceof MalformedEvidenceException).isEqualTo(step <= 3);
    }

    @ParameterizedTest(name = "step {0}: {1}")
    @MethodSource("faults")
    void verifyAtDocumentTime_oneFault_isRefused(int step, Fault fault) {
        Fault.Forged forged = fault.forge(CLOUD);

        Exception refusal = catchException(() -> verifier(forged).verifyAtDocumentTime(forged.document(), CLOUD.now()));

        assertThat(refusal).isInstanceOfAny(MalformedEvidenceException.class, RejectedEvidenceException.class);
    }

    @Test
    void verify_documentWithoutFault_isAccepted() throws Exception {
        var evidence = new NitroVerifier(List.of(CLOUD.trustedRoot()), CRYPTO, NitroVerifier.DEFAULT_CLOCK_SKEW)
                .verify(CLOUD.document().sign(), CLOUD.now());

        assertThat(evidence.document().moduleId()).startsWith("i-0123456789abcdef0");
        assertThat(evidence.chain()).hasSize(5);
    }

    @Test
    void faults_together_coverEveryStepAndReason() {
        Set<Reason> unreachable = Set.of(
                MalformedReason.CBOR_BAD_CHUNK, // the string in chunks is refused before its chunks are looked at
                MalformedReason.CBOR_READERS_DISAGREE); // would be a fault of the verifier

        assertThat(Fault.all())
                .extracting(Fault::reason)
                .containsAll(
                        Stream.<Reason>concat(Stream.of(MalformedReason.values()), Stream.of(EvidenceReason.values()))
                                .filter(reason -> !unreachable.contains(reason))
                                .toList());
        assertThat(Fault.all())
                .extracting(Fault::step)
                .containsAll(IntStream.rangeClosed(1, 6).boxed().toList());
    }

    static Stream<Arguments> faults() {
        return Fault.all().stream().map(fault -> Arguments.of(fault.step(), fault));
    }

    private static NitroVerifier verifier(Fault.Forged forged) {
        return new NitroVerifier(List.of(forged.root()), CRYPTO, NitroVerifier.DEFAULT_CLOCK_SKEW);
    }

    private static Reason reasonOf(Exception refusal) {
        if (refusal instanceof MalformedEvidenceException malformed) {
            return malformed.reason();
        }
        if (refusal instanceof RejectedEvidenceException rejected) {
            return rejected.reason();
        }
        throw new AssertionError("not refused as evidence", refusal);
    }
}
