package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.Guide;
import io.attestedmesh.cli.GuideFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worked examples of docs/releases.md, from keys to an attested connection and its end, and of docs/releases-audit.md. */
class ReleasesGuideTest {
    @TempDir
    Path folder;

    private static Guide workedExample(String document) throws IOException {
        return Guide.read(Path.of(System.getProperty("project.root"), "docs", document), "## Worked example");
    }

    @Test
    @Timeout(180)
    void workedExample_everyStep_worksAsItSays() throws Exception {
        Guide guide = workedExample("releases.md");
        assertThat(guide.steps()).hasSizeGreaterThan(25);
        try (GuideFolder commands = new GuideFolder(folder)) {
            commands.run(guide);
        }
    }

    @Test
    @Timeout(180)
    void workedExampleOfTheAudit_afterThePublication_findsWhatItShows() throws Exception {
        List<Guide.Step> steps = workedExample("releases.md").steps();
        Guide audit = workedExample("releases-audit.md");
        assertThat(audit.steps()).isNotEmpty();
        try (GuideFolder commands = new GuideFolder(folder)) {
            for (Guide.Step step : steps.subList(0, connection(steps))) {
                commands.run(step);
            }
            commands.run(audit);
        }
    }

    /** Where the first node starts. */
    private static int connection(List<Guide.Step> steps) {
        int at = 0;
        while (!(steps.get(at) instanceof Guide.Command command
                && command.line().contains(" node run "))) {
            at++;
        }
        return at;
    }
}
