package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSettingsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void upTo_nothing_isRefused(int bytes) {
        assertThatThrownBy(() -> SourceSettings.upTo(bytes)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0009S", "PT1H0.001S"})
    void withTimeouts_outOfBounds_areRefused(String timeout) {
        Duration wrong = Duration.parse(timeout);
        Duration right = Duration.ofSeconds(1);

        assertThatThrownBy(() -> SourceSettings.upTo(1).withTimeouts(wrong, right))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SourceSettings.upTo(1).withTimeouts(right, wrong))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
