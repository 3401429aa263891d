package io.attestedmesh.cli.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.config.Address;
import io.attestedmesh.cli.config.NodeSection;
import io.attestedmesh.transport.ConnectionLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TelemetryTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Address FREE = new Address("127.0.0.1", 0);
    private static final NodeSection NODE = new NodeSection(new PeerIdentity("alice.example"), FREE, PeerMode.MANUAL);
    private static final String HOSTILE = "x\"\n\u202e{}\u0000";

    private final List<String> troubles = new ArrayList<>();
    private Telemetry telemetry;

    @BeforeEach
    void start() throws Exception {
        telemetry = Telemetry.start(NODE, Optional.of(FREE), CLOCK);
    }

    @AfterEach
    void stop() {
        telemetry.close();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + telemetry.address().orElseThrow() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode status() throws Exception {
        return new ObjectMapper().readTree(get("/status").body());
    }

    private StatusPart part(String name, Map<String, ?> status) {
        return new StatusPart() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Map<String, ?> status() {
                return status;
            }

            @Override
            public List<String> failing() {
                return troubles;
            }
        };
    }

    private ConnectionLog log() {
        return new ConnectionLog(telemetry.meters(), Optional.empty(), telemetry.rejections());
    }

    private void reject(String actual) {
        log().rejected(
                        PolicyReason.UNKNOWN_RELEASE,
                        "the registers of a known release",
                        actual,
                        Optional.empty(),
                        Usage.CLIENT,
                        "10.0.0.7:41300");
    }

    @Test
    void ready_beforeItServes_andAfter_isNot() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("starting\n");
        telemetry.serving();
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        telemetry.draining();
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).isEqualTo("draining\n");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void health_ofAPartThatFails_saysWhy_untilItNoLongerDoes() throws Exception {
        telemetry.add(part("mpc", Map.of()));
        assertThat(get("/healthz").body()).isEqualTo("ok\n");
        troubles.add("bob.example is away");
        assertThat(get("/healthz").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").body()).isEqualTo("mpc: bob.example is away\n");
        assertThat(status().at("/health/healthy").booleanValue()).isFalse();
        assertThat(status().at("/health/failing/0").textValue()).isEqualTo("mpc: bob.example is away");
        troubles.clear();
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void status_hasAnObjectOfEachPart_inTheirOrder() throws Exception {
        telemetry.add(part("mpc", Map.of("sessions", List.of(Map.of("peer", "bob.example")))));
        telemetry.add(part("voting", Map.of()));

        JsonNode status = status();
        assertThat(status.fieldNames()).toIterable().containsExactly("node", "health", "mpc", "voting", "rejections");
        assertThat(status.at("/node/identity").textValue()).isEqualTo("alice.example");
        assertThat(status.at("/node/mode").textValue()).isEqualTo("manual");
        assertThat(status.at("/node/since").textValue()).isEqualTo(NOW.toString());
        assertThat(status.at("/mpc/sessions/0/peer").textValue()).isEqualTo("bob.example");
    }

    @Test
    void rejections_areCountedByReason_inStatusAndMetrics() throws Exception {
        reject("PCR0 4b20");
        reject("PCR0 4b20");

        assertThat(status().at("/rejections/byReason/UNKNOWN_RELEASE").asInt()).isEqualTo(2);
        assertThat(status().at("/rejections/total").asInt()).isEqualTo(2);
        HttpResponse<String> metrics = get("/metrics");
        assertThat(metrics.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(metrics.body())
                .contains("amesh_tls_rejections_total{reason=\"UNKNOWN_RELEASE\",role=\"server\"} 2.0\n");
    }

    @Test
    void hostileText_isOneStringOfTheJson() throws Exception {
        reject(HOSTILE);
        telemetry.add(part(HOSTILE, Map.of("key", HOSTILE)));

        String rejections = get("/rejections").body();
        assertThat(rejections.indexOf('\n')).isEqualTo(rejections.length() - 1);
        assertThat(new ObjectMapper()
                        .readTree(rejections)
                        .at("/rejections/0/actual")
                        .textValue())
                .isEqualTo("x\"\\u000a\\u202e{}\\u0000");
        assertThat(get("/status").body().lines()).hasSize(1);
        assertThat(status().path(HOSTILE).path("key").textValue()).isEqualTo(HOSTILE);
        assertThat(get("/metrics").body()).doesNotContain("x\"");
    }

    @Test
    void rejections_asManyAndAsLongAsTheyGet_fitTheClient() throws Exception {
        for (int i = 0; i < 300; i++) {
            telemetry
                    .rejections()
                    .accept(new ConnectionLog.Rejection(
                            "id " + i,
                            Usage.CLIENT,
                            "10.0.0.7:1",
                            PolicyReason.UNKNOWN_RELEASE,
                            "\u2028".repeat(2000),
                            "\ud835\udd38".repeat(2000),
                            Collections.nCopies(8, "\u2028".repeat(2000))));
        }
        TelemetryClient client = client(telemetry.address().orElseThrow());

        assertThat(client.rejections().newestFirst()).hasSize(256);
        assertThat(get("/rejections").body().getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThan(TelemetryClient.MAX_BYTES / 2);
    }

    private static TelemetryClient client(Address address) {
        return new TelemetryClient("alice.example", address, Duration.ofSeconds(20));
    }

    @Test
    void client_ofAnotherNode_isToldWhoAnswered() {
        TelemetryClient bob =
                new TelemetryClient("bob.example", telemetry.address().orElseThrow(), Duration.ofSeconds(20));

        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(bob::status)
                .withMessageContaining("bob.example was asked")
                .withMessageContaining("alice.example answered")
                .satisfies(e -> assertThat(e.status()).isEqualTo(ExitStatus.FAILED));
        assertThatExceptionOfType(CommandException.class).isThrownBy(bob::rejections);
    }

    @Test
    void addressInUse_cannotBeDone() {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> Telemetry.start(NODE, telemetry.address(), CLOCK))
                .withMessageContaining("for telemetry")
                .satisfies(e -> assertThat(e.status()).isEqualTo(ExitStatus.FAILED))
                .satisfies(e -> assertThat(e.hint()).contains("[telemetry] listen"));
    }

    @Test
    void hostThatDoesNotExist_cannotBeDone() {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> Telemetry.start(NODE, Optional.of(new Address("nowhere.invalid", 0)), CLOCK))
                .satisfies(e -> assertThat(e.status()).isEqualTo(ExitStatus.FAILED));
    }

    @Test
    void withoutAddress_nothingListens_andAllIsCountedAllTheSame() throws Exception {
        try (Telemetry silent = Telemetry.start(NODE, Optional.empty(), CLOCK)) {
            silent.meters().counter("amesh.tls.refused", "role", "server").increment();

            assertThat(silent.address()).isEmpty();
            assertThat(silent.meters().get("amesh.tls.refused").counter().count())
                    .isEqualTo(1);
        }
    }
}
