package io.attestedmesh.cli.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HangUpTest {
    /** A JVM that was started with SIGHUP ignored, as by nohup(1), keeps it so. */
    private static boolean ignoresHangUps() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> line.substring(line.length() - 1).matches("[13579bdf]"));
    }

    @Test
    void hangUp_isHeard_eachTime_andEndsNothing() throws Exception {
        Assumptions.assumeFalse(ignoresHangUps());
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
