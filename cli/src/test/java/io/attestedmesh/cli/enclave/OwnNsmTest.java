package io.attestedmesh.cli.enclave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.attestedmesh.cli.config.InitConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class OwnNsmTest {
    private static final Path DEVICE = Path.of("/dev/null");

    @Test
    void at_deviceThatIsOpen_isTheSameHandle() throws Exception {
        try (OwnNsm nsm = open()) {
            assertThat(nsm.at(DEVICE)).isSameAs(nsm.at(DEVICE));
        }
    }

    @Test
    void at_otherDevice_isOpenedOrRefused() throws Exception {
        try (OwnNsm nsm = open()) {
            assertThat(nsm.at(Path.of("/dev/zero"))).isNotSameAs(nsm.at(DEVICE));
            assertThatIOException().isThrownBy(() -> nsm.at(Path.of("/dev/no-such-nsm")));
        }
    }

    private static OwnNsm open() throws Exception {
        return OwnNsm.open(
                new InitConfig.Nsm(DEVICE, Optional.empty(), Optional.empty(), Optional.empty()), Clock.systemUTC());
    }
}
