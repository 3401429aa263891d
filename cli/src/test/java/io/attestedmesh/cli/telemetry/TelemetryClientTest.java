package io.attestedmesh.cli.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.config.Address;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever stands at a node's address, the client ends, and says so. */
@Timeout(60)
class TelemetryClientTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";

    /** What the server does with a connection whose request it does not read. */
    private interface Behaviour {
        void answer(OutputStream out) throws IOException;
    }

    private ServerSocket listening;

    @BeforeEach
    void listen() throws IOException {
        listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listening.close();
    }

    private CommandException asked(Duration patience, Behaviour behaviour) {
        Thread server = new Thread(() -> serve(behaviour), "not-a-node");
        server.setDaemon(true);
        server.start();
        return asked(patience);
    }

    private CommandException asked(Duration patience) {
        TelemetryClient client =
                new TelemetryClient("alice.example", new Address("127.0.0.1", listening.getLocalPort()), patience);
        return assertThatExceptionOfType(CommandException.class)
                .isThrownBy(client::status)
                .satisfies(e -> assertThat(e.status()).isEqualTo(ExitStatus.FAILED))
                .satisfies(e -> assertThat(e.hint()).isNotEmpty())
                .actual();
    }

    private void serve(Behaviour behaviour) {
        try (Socket client = listening.accept()) {
            behaviour.answer(client.getOutputStream());
        } catch (IOException e) {
            // the client or the test has ended
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Test
    void nobodyThere_isAway() throws IOException {
        listening.close();

        assertThat(asked(Duration.ofSeconds(20))).hasMessageContaining("does not answer");
    }

    @Test
    void serverThatSaysNothing_isGivenUp() {
        assertThat(asked(Duration.ofMillis(300))).hasMessageContaining("did not answer within");
    }

    @Test
    void answerThatDrips_isGivenUp() {
        assertThat(asked(Duration.ofMillis(500), out -> {
                    write(out, OK + "Content-Length: 1000000000\r\n\r\n");
                    while (true) {
                        write(out, " ");
                    }
                }))
                .hasMessageMatching(".*(did not answer within|does not answer).*");
    }

    @Test
    void answerWithoutEnd_isCutOff() {
        assertThat(asked(Duration.ofSeconds(50), out -> {
                    write(out, OK + "Content-Type: application/json\r\n\r\n[");
                    String much = "0,".repeat(1 << 15);
                    while (true) {
                        write(out, much);
                    }
                }))
                .hasMessageContaining("does not answer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "<html>",
                "{\"node\":{\"identity\":\"alice.example\"}",
                "{\"node\":{\"identity\":[\"alice.example\"]}}"
            })
    void answerThatIsNoStatus_isNoNode(String body) {
        asked(Duration.ofSeconds(20), out -> write(out, OK + "Content-Length: " + body.length() + "\r\n\r\n" + body));
    }

    @Test
    void redirection_isNotFollowed() {
        asked(
                Duration.ofSeconds(20),
                out -> write(out, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"));
    }

    @Test
    void noHttp_isNoNode() {
        asked(Duration.ofSeconds(20), out -> write(out, "SSH-2.0-OpenSSH_9.9\r\n\r\n"));
    }
}
