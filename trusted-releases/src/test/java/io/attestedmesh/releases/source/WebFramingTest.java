package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers as bytes, each followed by the end of the connection. */
class WebFramingTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nETag: \"v7\"\r\n";

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        thread.shutdownNow();
    }

    @Test
    void fetch_ofAnAnnouncedBody_givesAValidator() throws IOException {
        assertThat(fetch(OK + "Content-Length: 6\r\n\r\nbundle").validator()).isPresent();
    }

    @Test
    void fetch_ofAChunkedBody_givesAValidator() throws IOException {
        assertThat(fetch(OK + "Transfer-Encoding: chunked\r\n\r\n6\r\nbundle\r\n0\r\n\r\n")
                        .validator())
                .isPresent();
    }

    @Test
    void fetch_ofABodyThatMayGoOn_givesNone() throws IOException {
        Fetched fetched = fetch(OK + "\r\nbund");

        assertThat(fetched.content()).isEqualTo(ScriptedSource.bytes("bund"));
        assertThat(fetched.validator()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nETag",
                OK + "Content-Length: 7\r\n\r\nbundle",
                OK + "Content-Length: 6\r\n\r\n",
                OK + "Content-Length: six\r\n\r\nbundle",
                OK + "Content-Length: -6\r\n\r\nbundle",
                OK + "Transfer-Encoding: chunked\r\n\r\n",
                OK + "Transfer-Encoding: chunked\r\n\r\n7\r\nbundle",
                OK + "Transfer-Encoding: chunked\r\n\r\n6\r\nbundle\r\n",
                OK + "Transfer-Encoding: chunked\r\n\r\n-1\r\nbundle\r\n0\r\n\r\n",
                OK + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\nbundle",
                OK + "Content-Encoding: identity\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\n\r\nbundle",
                OK + "Content-Encoding: gzip, identity\r\nContent-Length: 6\r\n\r\nbundle"
            })
    void fetch_ofAnAnswerThatIsNotWhole_fails(String answer) {
        assertThatThrownBy(() -> fetch(answer)).isInstanceOf(IOException.class);
    }

    private Fetched fetch(String answer) throws IOException {
        thread.execute(() -> {
            // the client asks again where it got nothing
            while (!server.isClosed()) {
                answerOne(answer);
            }
        });
        SourceSettings settings =
                SourceSettings.upTo(1000).withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(10));
        return new WebSource(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"), settings).fetch();
    }

    private void answerOne(String answer) {
        try (Socket client = server.accept();
                BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            client.getOutputStream().write(answer.getBytes(US_ASCII));
        } catch (IOException gone) {
            // the client has seen enough, or the test is over
        }
    }
}
