package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionOrderTest {
    /** The examples of semver.org, section 11, and what else is easily got wrong. */
    private static final List<String> ASCENDING = List.of(
            "0.9.9",
            "1.0.0-0",
            "1.0.0-9",
            "1.0.0-10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2.0.0",
            "18446744073709551616.0.0");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shuffled_sortsAscending(long seed) {
        List<String> versions = new ArrayList<>(ASCENDING);
        Collections.shuffle(versions, new Random(seed));
        versions.sort(VersionOrder.INSTANCE);
        assertThat(versions).isEqualTo(ASCENDING);
    }

    @Test
    void buildMetadata_doesNotCount() {
        assertThat(VersionOrder.INSTANCE.compare("1.0.0-rc.1+build-7", "1.0.0-rc.1+z"))
                .isZero();
    }

    @Test
    void hyphenInBuildMetadata_isNoPreRelease() {
        assertThat(VersionOrder.INSTANCE.compare("1.0.0+a-b", "1.0.0")).isZero();
    }
}
