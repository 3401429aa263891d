package io.attestedmesh.cli.enclave;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Stop;
import io.attestedmesh.cli.config.EnclaveLink;
import io.attestedmesh.enclave.vsock.VsockAddress;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class StopTest {
    /** A process that waits for a signal, then ends in the way of its argument. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] args) {
            try (Stop stop = Stop.onSignal()) {
                System.out.println("up");
                stop.await();
                stop.status(ExitStatus.valueOf(args[0]));
                System.out.println("last work");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void signal_endsTheProcessAfterItsLastWorkWithTheStatusGiven(ExitStatus status) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Waiting.class.getName(),
                        status.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("up");
            // of the handle: that of the process closes its output too
            process.toHandle().destroy();
            assertThat(out.lines().toList()).isEqualTo(List.of("last work"));
            assertThat(process.waitFor()).isEqualTo(status.code());
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void await_afterAFailure_endsAsFailed() {
        try (Stop stop = Stop.onSignal()) {
            stop.fail();
            assertThat(stop.await()).isEqualTo(ExitStatus.FAILED);
            assertThat(stop.hasFailed()).isTrue();
        }
    }

    @Test
    void await_afterAnInterrupt_endsAsDone() {
        try (Stop stop = Stop.onSignal()) {
            Thread.currentThread().interrupt();
            assertThat(stop.await()).isEqualTo(ExitStatus.DONE);
            assertThat(stop.hasFailed()).isFalse();
        }
    }

    @Test
    void link_listensForTheOtherSideAlone() {
        EnclaveLink link = new EnclaveLink(16, Optional.empty());
        VsockAddress expected = new VsockAddress(VsockAddress.ANY, 9101).onlyFrom(16);
        assertThat(link.onParent(9101)).isEqualTo(expected);
        assertThat(link.inEnclave(9101)).isEqualTo(expected);
        assertThat(link.toParent(9101)).isEqualTo(new VsockAddress(16, 9101));
    }

    /** What it closes then would be cut short, and is nothing that failed. */
    @Test
    void failWhileItEnds_isNoFailure_andInterruptsNothing() {
        try (Stop stop = Stop.onSignal()) {
            Thread.currentThread().interrupt();
            assertThat(stop.await()).isEqualTo(ExitStatus.DONE);
            stop.fail();
            assertThat(stop.hasFailed()).isFalse();
            assertThat(Thread.interrupted()).isFalse();
        }
    }
}
