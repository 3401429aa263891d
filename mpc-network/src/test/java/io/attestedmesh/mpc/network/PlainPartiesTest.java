package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainPartiesTest {
    /** Of so many that are drawn, some are drawn twice. */
    @Test
    void freePort_isGivenOnce() throws Exception {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            ports.add(PlainParties.freePort());
        }
        assertThat(ports).doesNotHaveDuplicates();
    }
}
