package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.fixture.Publisher;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AuditReportTest {
    private static AuditReport withOneMedium() {
        AuditWorld world = new AuditWorld();
        world.core.withoutSource();
        return world.audit();
    }

    @Test
    void counts_haveAllFour() {
        assertThat(withOneMedium().counts())
                .isEqualTo(Map.of(Severity.INFO, 0, Severity.LOW, 0, Severity.MEDIUM, 1, Severity.HIGH, 0));
    }

    @ParameterizedTest
    @EnumSource(names = {"INFO", "LOW", "MEDIUM"})
    void severity_upToThatOfAFinding_isReached(Severity severity) {
        assertThat(withOneMedium().hasAtLeast(severity)).isTrue();
    }

    @Test
    void severity_aboveThatOfAllFindings_isNotReached() {
        assertThat(withOneMedium().hasAtLeast(Severity.HIGH)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void severity_isNamedByItsText(Severity severity) {
        assertThat(Severity.named(severity.text())).contains(severity);
    }

    @Test
    void otherText_namesNoSeverity() {
        assertThat(Severity.named("HIGH")).isEmpty();
    }

    @Test
    void sameSubject_givesSameReport() {
        AuditSubject subject = HtmlReportTest.full().subject();
        Audit audit = new Audit(Optional.empty());
        AuditReport first = audit.of(subject, Publisher.NOW);
        assertThat(audit.of(subject, Publisher.NOW)).isEqualTo(first);
    }
}
