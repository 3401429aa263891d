package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.list.ReleaseList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every finding: with its fault, and with what is almost it. */
class AuditTest {
    private static final Path TABLE = Path.of(System.getProperty("project.root", ".."), "docs", "releases-audit.md");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\| (\\w+) \\| ([^|]+) \\| ([^|]+) \\|$");

    static Stream<FindingCase> cases() {
        return FindingCases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fault_isFound(FindingCase each) {
        AuditWorld world = new AuditWorld();
        each.fault().accept(world);
        List<FindingId> all = new ArrayList<>(each.companions());
        all.add(each.id());
        assertThat(ids(world.audit())).containsExactlyInAnyOrderElementsOf(all);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void almostFault_isNotFound(FindingCase each) {
        AuditWorld world = new AuditWorld();
        each.near().accept(world);
        assertThat(ids(world.audit())).doesNotContain(each.id());
    }

    @Test
    void cleanList_hasNoFindingAtAll() {
        AuditReport report = new AuditWorld().audit();
        assertThat(report.findings()).isEmpty();
        assertThat(report.refusal()).isEmpty();
        assertThat(report.margin()).contains(0L);
    }

    @Test
    void everyId_hasACase() {
        assertThat(cases().map(FindingCase::id)).containsExactlyInAnyOrder(FindingId.values());
    }

    @Test
    void everyId_standsInTheDocumentWithSeverityAndAdvice() throws Exception {
        List<String> documented = ROW.matcher(Files.readString(TABLE))
                .results()
                .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(4))
                .toList();
        List<String> known = Arrays.stream(FindingId.values())
                .map(id -> id.text() + " " + id.severity().text() + " " + id.advice())
                .toList();
        assertThat(documented).containsExactlyElementsOf(known);
    }

    @ParameterizedTest
    @CsvSource({"20,true", "19,false"})
    void shortLivedList_isAnnouncedInItsLastThird(int daysOld, boolean announced) {
        AuditWorld world = new AuditWorld();
        world.issued = Duration.ofDays(-daysOld);
        world.expires = Duration.ofDays(30 - daysOld);
        assertThat(ids(world.audit()).contains(FindingId.LIST_EXPIRES_SOON)).isEqualTo(announced);
    }

    @Test
    void horizonGiven_isTakenAsItIs() {
        AuditWorld world = new AuditWorld();
        Audit audit = new Audit(Optional.of(Duration.ofDays(60)));
        assertThat(ids(audit.of(world.subject(), world.at))).containsExactly(FindingId.LIST_EXPIRES_SOON);
    }

    @Test
    void revocationUndoneLongAgo_isStillFound() {
        AuditWorld world = new AuditWorld();
        world.earlier(1, Duration.ofDays(2), new ReleaseDraft("kms-core", "1.4.2", 1).revoked(world.at, "key leaked"));
        world.earlier(2, Duration.ofDays(1), world.core, world.old, world.edge);
        assertThat(ids(world.audit())).contains(FindingId.REVOCATION_UNDONE);
    }

    @Test
    void releaseRewrittenLongAgo_isStillFound() {
        AuditWorld world = new AuditWorld();
        world.earlier(1, Duration.ofDays(2), new ReleaseDraft("kms-core", "1.4.2", 70));
        world.earlier(2, Duration.ofDays(1), world.core, world.old, world.edge);
        assertThat(ids(world.audit())).contains(FindingId.RELEASE_REWRITTEN);
    }

    /** A list of the largest size with faults everywhere gives a report that can still be read. */
    @Test
    void largestList_hasBoundedFindings() {
        AuditWorld world = new AuditWorld();
        for (int i = 100; world.releases.size() < ReleaseList.MAX_RELEASES; i++) {
            world.releases.add(new ReleaseDraft("many", "1.0." + i, i % 7 == 0 ? 99 : i).withoutSource());
        }
        AuditReport report = world.audit();
        assertThat(ids(report)).contains(FindingId.SOURCE_MISSING, FindingId.PCR0_SHARED);
        assertThat(report.findings()).hasSizeLessThan(3 * Findings.MAX_PER_ID);
        assertThat(report.counts().get(Severity.MEDIUM)).isGreaterThan(ReleaseList.MAX_RELEASES - 10);
    }

    private static List<FindingId> ids(AuditReport report) {
        return report.findings().stream().map(Finding::id).toList();
    }
}
