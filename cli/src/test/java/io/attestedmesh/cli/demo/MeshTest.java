package io.attestedmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.cli.demo.Impostors.Impostor;
import io.attestedmesh.cli.demo.Scene.Outcome;
import io.attestedmesh.transport.identity.Credential;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo would say so if an impostor got through, or was refused by another check than its own. */
class MeshTest {
    @TempDir
    Path folder;

    @Test
    void attempt_byOneWithAnHonestCredential_isAcceptedAndSoNotAsExpected() throws Exception {
        Cloud cloud = cloud();
        try (Mesh mesh = Mesh.start(cloud)) {
            Party bob = mesh.party("bob.demo");
            Scene scene = mesh.attempt(new Impostor(
                    "honest", "UNKNOWN_RELEASE", bob.enclave(), () -> cloud.attested(bob.issuance(), bob.enclave())));

            assertThat(scene.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(scene.asExpected()).isFalse();
        }
    }

    @Test
    void attempt_refusedForAnotherReason_isNotAsExpected() throws Exception {
        Cloud cloud = cloud();
        try (Mesh mesh = Mesh.start(cloud)) {
            Party bob = mesh.party("bob.demo");
            Scene scene = mesh.attempt(new Impostor(
                    "plain", "UNKNOWN_RELEASE", bob.enclave(), () -> cloud.plain(bob.authority(), bob.name())));

            assertThat(scene.reason()).contains("EVIDENCE_MISSING");
            assertThat(scene.asExpected()).isFalse();
        }
    }

    @Test
    void attempt_withALeakedKeyInItsOwnEnclave_isAccepted() throws Exception {
        Cloud cloud = cloud();
        Assumptions.assumeTrue(cloud.level() == Freshness.SESSION);
        try (Mesh mesh = Mesh.start(cloud)) {
            Party bob = mesh.party("bob.demo");
            Credential honest = cloud.attested(bob.issuance(), bob.enclave());

            Scene there = mesh.attempt(new Impostor("there", "OTHER_ENCLAVE", bob.enclave(), () -> honest));
            Scene elsewhere = mesh.attempt(new Impostor(
                    "elsewhere", "OTHER_ENCLAVE", cloud.launch(EnclaveSpec.of(cloud.oldImage())), () -> honest));

            assertThat(there.outcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(elsewhere.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(elsewhere.reason()).contains("OTHER_ENCLAVE");
        }
    }

    private Cloud cloud() throws Exception {
        return new Cloud(folder.resolve("cloud"), Clock.systemUTC(), new SecureRandom());
    }
}
