package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.Guide;
import io.attestedmesh.cli.GuideFolder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worked example of docs/releases.md, from keys to an attested connection and its end. */
class ReleasesGuideTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(180)
    void workedExample_everyStep_worksAsItSays() throws Exception {
        Guide guide =
                Guide.read(Path.of(System.getProperty("project.root"), "docs", "releases.md"), "## Worked example");
        assertThat(guide.steps()).hasSizeGreaterThan(25);
        try (GuideFolder commands = new GuideFolder(folder)) {
            commands.run(guide);
        }
    }
}
