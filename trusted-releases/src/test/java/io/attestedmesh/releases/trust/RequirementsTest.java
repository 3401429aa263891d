package io.attestedmesh.releases.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.attestedmesh.releases.fixture.Publisher;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequirementsTest {
    private static final Requirements PLAIN = Publisher.withoutLog().requirements();

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void minimumVersion_belowOne_isRefused(long version) {
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withMinimumVersion(version));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT876601H"})
    void maxCheckpointAge_notWithinACentury_isRefused(Duration age) {
        assertThatIllegalArgumentException().isThrownBy(() -> PLAIN.withMaxCheckpointAge(age));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT876601H"})
    void clockSkew_notWithinACentury_isRefused(Duration skew) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Requirements(PLAIN.anchor(), 1, false, Optional.empty(), skew));
    }

    @Test
    void maxCheckpointAge_givenAlone_requiresInclusion() {
        Requirements requirements = new Requirements(
                PLAIN.anchor(), 1, false, Optional.of(Duration.ofHours(1)), Requirements.DEFAULT_CLOCK_SKEW);

        assertThat(requirements.inclusionIsRequired()).isTrue();
        assertThat(PLAIN.inclusionIsRequired()).isFalse();
    }
}
