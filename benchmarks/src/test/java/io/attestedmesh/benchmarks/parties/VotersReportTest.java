package io.attestedmesh.benchmarks.parties;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.benchmarks.parties.VotersReport.Scale;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The voters do their work; how fast is not looked at. */
@Timeout(600)
class VotersReportTest {
    @TempDir
    Path folder;

    @Test
    void report_hasEveryFigureAndItsPlot() throws Exception {
        Figures figures = VotersReport.run(folder, 1, new Scale(5, 1, List.of(2, 3)), Optional.empty());

        assertThat(figures.all()).hasSize(30);
        assertThat(figures.all().values())
                .allSatisfy(values -> assertThat(values).isNotEmpty().allMatch(Double::isFinite));
        assertThat(new String(VotersReport.plot(figures, List.of(2, 3)), StandardCharsets.UTF_8))
                .startsWith("<svg")
                .contains("polyline")
                .endsWith("</svg>\n");
    }
}
