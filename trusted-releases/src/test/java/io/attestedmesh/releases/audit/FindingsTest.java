package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FindingsTest {
    @Test
    void gravest_comesFirst() {
        Findings findings = new Findings();
        findings.add(FindingId.LOG_GAP, "a", "info");
        findings.add(FindingId.CHECKPOINT_FORK, "b", "high");
        findings.add(FindingId.ROOT_OLD, "c", "low");
        findings.add(FindingId.LIST_EXPIRED, "d", "high");
        assertThat(findings.sorted().stream().map(Finding::subject)).containsExactly("d", "b", "c", "a");
    }

    @Test
    void manyOfOneId_areCounted() {
        Findings findings = new Findings();
        for (int i = 0; i < Findings.MAX_PER_ID + 7; i++) {
            findings.add(FindingId.SOURCE_MISSING, "release " + i, "names no source");
        }
        assertThat(findings.sorted())
                .hasSize(Findings.MAX_PER_ID + 1)
                .last()
                .extracting(Finding::message)
                .isEqualTo("7 more of the same kind");
    }

    @Test
    void counts_areOfAll_withoutTheOneThatStandsForTheRest() {
        Findings findings = new Findings();
        for (int i = 0; i < Findings.MAX_PER_ID + 7; i++) {
            findings.add(FindingId.SOURCE_MISSING, "release " + i, "names no source");
        }
        findings.add(FindingId.LIST_EXPIRED, "d", "high");
        findings.add(FindingId.CERTIFICATE_EXPIRED, "e", "medium");
        assertThat(findings.counts())
                .containsExactly(
                        Map.entry(Severity.HIGH, 1),
                        Map.entry(Severity.MEDIUM, Findings.MAX_PER_ID + 8),
                        Map.entry(Severity.LOW, 0),
                        Map.entry(Severity.INFO, 0));
    }

    @Test
    void asManyAsAreListed_haveNoRest() {
        Findings findings = new Findings();
        for (int i = 0; i < Findings.MAX_PER_ID; i++) {
            findings.add(FindingId.SOURCE_MISSING, "release " + i, "names no source");
        }
        assertThat(findings.sorted())
                .hasSize(Findings.MAX_PER_ID)
                .noneMatch(f -> f.subject().equals("others"));
    }
}
