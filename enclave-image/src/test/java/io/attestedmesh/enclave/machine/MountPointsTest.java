package io.attestedmesh.enclave.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountPointsTest {
    @Test
    void of_linesOfTheKernel_findsEachPlaceAndItsOptions() throws IOException {
        assertThat(MountPoints.of(List.of(
                        "22 28 0:20 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw",
                        "25 28 0:23 / /run rw - tmpfs tmpfs rw",
                        "31 25 0:30 / /run/with\\040space\\134 ro,noexec - tmpfs tmpfs rw",
                        "32 25 0:31 / /run ro,nosuid - tmpfs tmpfs rw")))
                .hasSize(3)
                .containsEntry("/proc", Set.of("rw", "nosuid", "nodev", "noexec", "relatime"))
                .containsEntry("/run/with space\\", Set.of("ro", "noexec"))
                .containsEntry("/run", Set.of("ro", "nosuid"));
    }

    @Test
    void current_ofThisMachine_hasProc() throws IOException {
        assertThat(MountPoints.current()).containsKeys("/", "/proc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "22 28 0:20 / /proc", "mountinfo"})
    void of_lineWithoutItsFields_fails(String line) {
        assertThatThrownBy(() -> MountPoints.of(List.of(line)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("fields");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void become_root_isRefused(int user) {
        assertThatThrownBy(() -> Machine.become(user)).isInstanceOf(IllegalArgumentException.class);
    }
}
