package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextReportTest {
    @Test
    void cleanList_saysWhoSignedAndThatNothingWasFound() {
        List<String> lines = TextReport.of(new AuditWorld().audit());
        assertThat(lines)
                .contains("acme-kms version 3, audited as of 2026-11-20T10:00:00Z")
                .contains("  client     accepts it")
                .contains("Keys: 2 of 3 signed, 2 must (none to spare)")
                .contains("Findings: none")
                .anyMatch(line -> line.startsWith("  bob              ES256    signed"))
                .anyMatch(line -> line.startsWith("  carol            Ed25519  not signed"));
    }

    @Test
    void rootAndFile_areNamed() {
        AuditReport report = new AuditWorld().audit();
        assertThat(TextReport.of(report))
                .contains("  file       bundle.json")
                .contains("             SHA-384 "
                        + report.rootDigest().orElseThrow().hex());
    }

    @Test
    void withoutRoot_thereIsNoVerdict() {
        AuditWorld world = new AuditWorld();
        world.rootIsGiven = false;
        assertThat(world.audit().accepted()).isEmpty();
        assertThat(TextReport.of(world.audit()))
                .contains("  client     " + TextReport.NOT_JUDGED)
                .doesNotContain("  client     accepts it");
    }

    @Test
    void signingCertificate_isNamedWithItsValidity() {
        assertThat(TextReport.of(new AuditWorld().audit()))
                .contains(
                        "      signed by CN=alice.example,O=Acme, valid 2026-01-01T00:00:00Z to 2028-09-27T00:00:00Z");
    }

    @Test
    void findings_areCountedAndAdvised() {
        AuditWorld world = new AuditWorld();
        world.core.withoutSource();
        world.old.withoutImage();
        assertThat(TextReport.of(world.audit()))
                .contains("Findings: 1 medium, 1 low")
                .containsSubsequence(
                        "  medium  source-missing: kms-core 1.4.2",
                        "          names no source",
                        "          advice: " + FindingId.SOURCE_MISSING.advice(),
                        "  low     image-missing: kms-core 1.4.1");
    }

    @Test
    void everyFinding_isThreeLines() {
        AuditReport report = HtmlReportTest.full().audit();
        List<String> lines = TextReport.of(report);
        int title = lines.indexOf(lines.stream()
                .filter(line -> line.startsWith("Findings: "))
                .findFirst()
                .orElseThrow());
        assertThat(lines.subList(title + 1, lines.size()))
                .hasSize(3 * report.findings().size());
    }

    @Test
    void tooFewSignatures_areCounted() {
        AuditWorld world = new AuditWorld();
        world.signers = List.of(AuditWorld.ALICE);
        assertThat(TextReport.of(world.audit())).contains("Keys: 1 of 3 signed, 2 must (1 too few)");
    }

    @Test
    void moreSignaturesThanNeeded_areCounted() {
        AuditWorld world = new AuditWorld();
        world.signers = world.keys;
        assertThat(TextReport.of(world.audit())).contains("Keys: 3 of 3 signed, 2 must (1 to spare)");
    }
}
