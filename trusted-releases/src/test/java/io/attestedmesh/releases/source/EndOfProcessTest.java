package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Also the credentials that the SDK finds by itself are at work here. */
class EndOfProcessTest {
    @ParameterizedTest
    @Timeout(120)
    @ValueSource(strings = {"http://127.0.0.1:%d/bundle.json", "s3://acme/bundle.json?endpoint=http://127.0.0.1:%d"})
    void process_whileAFetchHangs_canEnd(String location) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = follow(String.format(location, silent.getLocalPort()));
            try (Socket hanging = silent.accept()) {
                assertThat(hanging.getInputStream().read()).isEqualTo('G');
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();

                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static Process follow(String location) throws Exception {
        ProcessBuilder program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HangingProgram.class.getName(),
                        location)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        program.environment().put("AWS_ACCESS_KEY_ID", BucketServer.KEY_ID);
        program.environment().put("AWS_SECRET_ACCESS_KEY", "a secret of no account");
        return program.start();
    }
}
