package io.attestedmesh.benchmarks.parties;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.benchmarks.parties.PartiesReport.Scale;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The parties do their work; how fast is not looked at. */
@Timeout(600)
class PartiesReportTest {
    @TempDir
    Path folder;

    @Test
    void report_hasEveryFigureAndItsPlot() throws Exception {
        Figures figures = PartiesReport.run(folder, 1, new Scale(3, 2, 30, List.of(2, 5), 20, 8));

        assertThat(figures.all()).hasSize(16);
        assertThat(figures.all().values())
                .allSatisfy(values -> assertThat(values).isNotEmpty().allMatch(Double::isFinite));
        assertThat(new String(PartiesReport.plot(figures, List.of(2, 5)), StandardCharsets.UTF_8))
                .startsWith("<svg")
                .contains("polyline")
                .endsWith("</svg>\n");
    }
}
