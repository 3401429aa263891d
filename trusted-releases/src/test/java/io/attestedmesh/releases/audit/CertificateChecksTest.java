package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.fixture.Publisher;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CertificateChecksTest {
    private final AuditWorld world = new AuditWorld();

    @Test
    void expiredCertificate_isToldWithItsSubject() {
        world.at = ReleaseDraft.CERTIFICATE_UNTIL.plus(Duration.ofDays(2));
        assertThat(world.found(FindingId.CERTIFICATE_EXPIRED))
                .containsExactly(
                        "kms-core 1.4.2: CN=alice.example,O=Acme, valid until 2028-09-27T00:00:00Z (2 days ago)");
        assertThat(world.found(FindingId.CERTIFICATE_EXPIRES_SOON)).isEmpty();
    }

    @Test
    void expiredCertificate_ofRevokedRelease_isNoFinding() {
        world.at = ReleaseDraft.CERTIFICATE_UNTIL.plus(Duration.ofDays(2));
        world.core.revoked(world.at, "key leaked");
        assertThat(world.found(FindingId.CERTIFICATE_EXPIRED)).isEmpty();
    }

    @Test
    void lastSecond_isSoon() {
        world.at = ReleaseDraft.CERTIFICATE_UNTIL;
        assertThat(world.found(FindingId.CERTIFICATE_EXPIRES_SOON)).hasSize(1);
    }

    @Test
    void horizonGiven_countsForCertificates() {
        world.at = ReleaseDraft.CERTIFICATE_UNTIL.minus(Duration.ofDays(29));
        AuditReport report = new Audit(Optional.of(Duration.ofDays(28))).of(world.subject(), world.at);
        assertThat(report.findings().stream().map(Finding::id)).doesNotContain(FindingId.CERTIFICATE_EXPIRES_SOON);
    }

    @Test
    void trailingBytes_areMalformed() {
        world.core.signedWith(Bytes.concat(ReleaseDraft.CERTIFICATE, Bytes.of((byte) 0)));
        assertThat(world.found(FindingId.CERTIFICATE_MALFORMED)).hasSize(1);
        assertThat(AuditReport.signerOf(world.core.make())).isEmpty();
    }

    @Test
    void malformedCertificate_ofTheRightRegister_isAcceptedByClients() {
        world.core.signedWith(Bytes.of((byte) 0x30, (byte) 0));
        assertThat(world.audit().refusal()).isEmpty();
        assertThat(world.audit().findings().stream().map(Finding::id)).containsExactly(FindingId.CERTIFICATE_MALFORMED);
    }

    @Test
    void signerOf_releaseWithoutCertificate_isEmpty() {
        assertThat(AuditReport.signerOf(
                        world.old.pcr(8, Publisher.register(1, 8)).make()))
                .isEmpty();
    }

    @Test
    void signerOf_namesSubjectAndValidity() {
        assertThat(AuditReport.signerOf(world.core.make()))
                .contains("CN=alice.example,O=Acme, valid 2026-01-01T00:00:00Z to 2028-09-27T00:00:00Z");
    }
}
