package io.attestedmesh.cli.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HangUpTest {
    @Test
    void hangUp_isHeard_eachTime_andEndsNothing() throws Exception {
        CountDownLatch looks = new CountDownLatch(2);
        HangUp.onSignal(looks::countDown);
        String self = Long.toString(ProcessHandle.current().pid());
        while (looks.getCount() > 0) {
            Process kill = new ProcessBuilder("kill", "-HUP", self).start();
            assertThat(kill.waitFor()).isZero();
            // signals that come together are one
            var unused = looks.await(1, TimeUnit.SECONDS);
        }
        assertThat(looks.getCount()).isZero();
    }
}
