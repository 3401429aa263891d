package io.attestedmesh.mpc.canary;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanaryPlanTest {
    @ParameterizedTest
    @CsvSource({
        "PT0.5S, 1, 10, 1024, PT0.1S",
        "P2D, 1, 10, 1024, PT10S",
        "PT1M, 0, 10, 1024, PT10S",
        "PT1M, 1001, 10, 1024, PT10S",
        "PT1M, 1, 0, 1024, PT10S",
        "PT1M, 1, 1000001, 1024, PT10S",
        "PT1M, 1, 10, 27, PT10S",
        "PT1M, 1, 10, 1048577, PT10S",
        "PT1M, 100, 10, 1048576, PT10S",
        "PT1S, 3, 10, 1024, PT1S",
        "PT1M, 1, 10, 1024, PT0S",
        "PT1M, 1, 10, 1024, PT61S",
    })
    void planOutOfBounds_isRefused(Duration every, int sessions, int rounds, int bytes, Duration roundTime) {
        assertThatThrownBy(() -> new CanaryPlan(every, sessions, rounds, bytes, roundTime))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
