package io.attestedmesh.transport.connection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionLimitsTest {
    @ParameterizedTest
    @CsvSource({"0, 1, 1, 1, 1", "1, -1, 1, 1, 1", "1, 1, 0, 1, 1", "1, 1, 1, 0, 1", "1, 1, 1, 1, 0"})
    void limitOfNothing_isNoLimit(int inAll, int perAddress, int handshake, int age, int drain) {
        assertThatThrownBy(() -> new ConnectionLimits(
                        inAll,
                        perAddress,
                        Duration.ofSeconds(handshake),
                        Duration.ofSeconds(age),
                        Duration.ofSeconds(drain)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
