package io.attestedmesh.cli.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.command.JsonLine;
import io.attestedmesh.transport.ConnectionLog.Rejection;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentRejectionsTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final String ID = "b60c588db1b6317d";

    private final AtomicLong seconds = new AtomicLong();
    private final InstantSource time = () -> NOW.plusSeconds(seconds.getAndIncrement());
    private final Clock clock = time.withZone(ZoneOffset.UTC);
    private final RecentRejections recent = new RecentRejections(clock);

    private static Rejection rejection(String id, String remote, String actual, String... names) {
        return new Rejection(
                id,
                Usage.CLIENT,
                remote,
                PolicyReason.UNKNOWN_RELEASE,
                "the registers of a known release",
                actual,
                List.of(names));
    }

    @Test
    void several_areNewestFirst_withTheirTimes() {
        recent.accept(rejection("a", "10.0.0.7:1", "first"));
        recent.accept(rejection("b", "10.0.0.7:2", "second"));

        assertThat(recent.newestFirst()).extracting(RecentRejection::actual).containsExactly("second", "first");
        assertThat(recent.newestFirst()).extracting(RecentRejection::at).containsExactly(NOW.plusSeconds(1), NOW);
    }

    @Test
    void onePeer_tenThousandTimes_keepsSixteenOfIt() {
        for (int i = 0; i < 10_000; i++) {
            recent.accept(rejection(ID, "10.0.0.7:" + i, "no " + i));
        }

        assertThat(recent.newestFirst()).hasSize(16);
        assertThat(recent.newestFirst().get(0).actual()).isEqualTo("no 9999");
    }

    @Test
    void tenThousandCertificates_keep256() {
        for (int i = 0; i < 10_000; i++) {
            recent.accept(rejection("id " + i, "10.0.0.7:" + i, "no " + i));
        }

        assertThat(recent.newestFirst()).hasSize(256);
    }

    @Test
    void loudAddress_doesNotPushOutAQuietOne() {
        recent.accept(rejection("quiet", "10.0.0.8:1", "the only one"));
        for (int i = 0; i < 10_000; i++) {
            recent.accept(rejection("id " + i, "10.0.0.7:" + i, "no " + i));
        }

        assertThat(recent.newestFirst())
                .hasSize(256)
                .extracting(RecentRejection::id)
                .contains("quiet");
    }

    @Test
    void manyThreads_keepTheBound() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int thread = 0; thread < 4; thread++) {
            String name = "thread " + thread;
            threads.execute(() -> {
                for (int i = 0; i < 1_000; i++) {
                    recent.accept(rejection(name + i, name + ":" + i, ""));
                    assertThat(recent.newestFirst()).hasSizeLessThanOrEqualTo(256);
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(recent.newestFirst()).hasSize(256);
    }

    @Test
    void textOfThePeer_isEscapedAndCut() {
        String hostile = "x\"\n\u202e\u0000</script>" + "y".repeat(20_000);
        recent.accept(rejection(ID, "10.0.0.7:1", hostile, hostile));

        RecentRejection kept = recent.newestFirst().get(0);
        assertThat(kept.actual()).startsWith("x\"\\u000a\\u202e\\u0000").hasSizeLessThan(1100);
        assertThat(kept.claimedNames().get(0)).startsWith("x\"\\u000a\\u202e").hasSizeLessThan(250);
        assertThat(JsonLine.of(kept.json()))
                .doesNotContain("\n")
                .contains("\"actual\":\"x\\\"\\\\u000a\\\\u202e\\\\u0000");
    }

    @Test
    void textOfThePeer_isNotCutInsideACharacter() {
        recent.accept(rejection(ID, "10.0.0.7:1", "y".repeat(999) + "\ud835\udd38".repeat(10)));

        assertThat(recent.newestFirst().get(0).actual()).isEqualTo("y".repeat(999) + "...");
    }

    @ParameterizedTest
    @ValueSource(strings = {ID, "B60C588DB1B6317D", "10.0.0.7", "10.0.0.7:41300", "bob.example", "Bob.Example"})
    void concerns_itsIdAddressOrClaimedName_isTrue(String peer) {
        recent.accept(rejection(ID, "10.0.0.7:41300", "", "bob.example"));

        assertThat(recent.newestFirst().get(0).concerns(peer)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "b60c588db1b6317",
                "10.0.0.70",
                "10.0.0",
                "10.0.0.7:4130",
                "10.0.0.7:",
                "41300",
                "example",
                "*.example",
                "UNKNOWN_RELEASE"
            })
    void concerns_somethingElse_isFalse(String peer) {
        recent.accept(rejection(ID, "10.0.0.7:41300", "", "bob.example"));

        assertThat(recent.newestFirst().get(0).concerns(peer)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"::1", "[::1]", "[::1]:41300", "0:0:0:0:0:0:0:1", "0:0:0:0:0:0:0:1:41300"})
    void concerns_ipv6AddressInAnySpelling_isTrue(String peer) {
        recent.accept(rejection(ID, "0:0:0:0:0:0:0:1:41300", ""));

        assertThat(recent.newestFirst().get(0).concerns(peer)).isTrue();
    }
}
