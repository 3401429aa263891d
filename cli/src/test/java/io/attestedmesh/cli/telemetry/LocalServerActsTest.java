package io.attestedmesh.cli.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.telemetry.LocalClient.LocalAnswer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Acts of a server on loopback: who may ask for them, and with what. */
@Timeout(60)
class LocalServerActsTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicInteger done = new AtomicInteger();
    private LocalServer server;

    @BeforeEach
    void start() throws Exception {
        server = LocalServer.start(
                new Address("127.0.0.1", 0),
                TOKEN,
                Map.of("/act", body -> {
                    done.incrementAndGet();
                    if (body.path("fail").asBoolean()) {
                        throw new IllegalStateException("told to fail");
                    }
                    return Answer.json(Map.of("heard", body.path("say").asText()));
                }),
                PATIENCE);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpRequest.Builder request(String path) {
        return LocalClient.request(server.address(), path);
    }

    private static LocalAnswer ask(HttpRequest.Builder request) throws Exception {
        return LocalClient.ask(request.build(), 1 << 20, PATIENCE);
    }

    private LocalAnswer act(String body) throws Exception {
        return ask(request("/act").header("Authorization", "Bearer " + TOKEN).POST(BodyPublishers.ofString(body)));
    }

    @Test
    void tokenAndJson_acts() throws Exception {
        LocalAnswer answer = act("{\"say\":\"hello\"}");

        assertThat(answer).isEqualTo(new LocalAnswer(200, "{\"heard\":\"hello\"}\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer 0123456789abcdeF",
                "Bearer ",
                "0123456789abcdef",
                "Basic 0123456789abcdef",
                "bearer 0123456789abcdef"
            })
    void otherToken_refused(String authorization) throws Exception {
        LocalAnswer answer =
                ask(request("/act").header("Authorization", authorization).POST(BodyPublishers.ofString("{}")));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(done).hasValue(0);
    }

    @Test
    void noToken_refused() throws Exception {
        assertThat(ask(request("/act").POST(BodyPublishers.ofString("{}"))).status())
                .isEqualTo(401);
    }

    @Test
    void twoTokens_refused() throws Exception {
        LocalAnswer answer = ask(request("/act")
                .header("Authorization", "Bearer " + TOKEN)
                .header("Authorization", "Bearer other")
                .POST(BodyPublishers.ofString("{}")));

        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void get_refused() throws Exception {
        assertThat(ask(request("/act").header("Authorization", "Bearer " + TOKEN))
                        .status())
                .isEqualTo(405);
    }

    @Test
    void unknownAct_notFound() throws Exception {
        assertThat(ask(request("/other")
                                .header("Authorization", "Bearer " + TOKEN)
                                .POST(BodyPublishers.ofString("{}")))
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"say\":", "[[[[[[[[1]]]]]]]]"})
    void noJson_refused(String body) throws Exception {
        assertThat(act(body).status()).isEqualTo(400);
        assertThat(done).hasValue(0);
    }

    @Test
    void largeBody_refused() throws Exception {
        assertThat(act("{\"say\":\"" + "x".repeat(70_000) + "\"}").status()).isEqualTo(413);
        assertThat(done).hasValue(0);
    }

    @Test
    void failingAct_saysNothingOfIt() throws Exception {
        LocalAnswer answer = act("{\"fail\":true}");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).doesNotContain("told to fail");
    }
}
