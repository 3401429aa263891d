package io.attestedmesh.attest.simulator;

import static io.attestedmesh.attest.simulator.Refusals.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.MalformedReason;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.simulator.hostile.ChainFault;
import io.attestedmesh.attest.simulator.hostile.Fault;
import io.attestedmesh.attest.simulator.hostile.HostileCloud;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.EvidenceReason;
import io.attestedmesh.attest.verify.NitroVerifier;
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

        Reason reason = reasonOf(() -> verifier(forged).verify(forged.document(), CLOUD.now()));

        assertThat(reason).isEqualTo(fault.reason());
        assertThat(reason instanceof MalformedReason).isEqualTo(step <= 3);
    }

    @ParameterizedTest(name = "step {0}: {1}")
    @MethodSource("faultsBesidesTime")
    void verifyAtDocumentTime_oneFault_isRefusedForItsOwnReason(int step, Fault fault) {
        Fault.Forged forged = fault.forge(CLOUD);

        assertThat(reasonOf(() -> verifier(forged).verifyAtDocumentTime(forged.document(), CLOUD.now())))
                .isEqualTo(fault.reason());
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

    /** At its own time a document from the far future also has a chain that has ended. */
    @Test
    void verifyAtDocumentTime_fromTheFuture_isRefusedByTheClockOfTheVerifier() {
        Fault.Forged forged = ChainFault.TIMESTAMP_BEYOND_SKEW.forge(CLOUD);

        assertThat(reasonOf(() -> verifier(forged).verifyAtDocumentTime(forged.document(), CLOUD.now())))
                .isEqualTo(EvidenceReason.FUTURE_TIMESTAMP);
    }

    static Stream<Arguments> faultsBesidesTime() {
        return faults().filter(arguments -> (int) arguments.get()[0] < 6);
    }

    static Stream<Arguments> faults() {
        return Fault.all().stream().map(fault -> Arguments.of(fault.step(), fault));
    }

    private static NitroVerifier verifier(Fault.Forged forged) {
        return new NitroVerifier(List.of(forged.root()), CRYPTO, NitroVerifier.DEFAULT_CLOCK_SKEW);
    }
}
