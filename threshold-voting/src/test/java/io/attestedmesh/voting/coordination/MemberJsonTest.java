package io.attestedmesh.voting.coordination;

import static io.attestedmesh.voting.coordination.CoordinationFixture.COMMITTEE;
import static io.attestedmesh.voting.coordination.CoordinationFixture.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberJsonTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MemberJson json = new MemberJson(COMMITTEE, meters);

    @Test
    void read_whatWasWritten_isTheSame() {
        assertThat(json.read("a", json.write(member("a")).toByteArray())).contains(member("a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "\"a\"",
                "not JSON",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":1,\"epoch\":1",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":1,\"epoch\":1} {}",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":1}",
                "{\"node\":\"a\",\"host\":null,\"port\":1,\"epoch\":1}",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":null,\"epoch\":1}",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":1,\"epoch\":1,\"more\":1}",
                "{\"node\":\"a\",\"node\":\"a\",\"host\":\"h\",\"port\":1,\"epoch\":1}",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":\"1\",\"epoch\":1}",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":1.5,\"epoch\":1}",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":0,\"epoch\":1}",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":65536,\"epoch\":1}",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":99999999999999999999999,\"epoch\":1}",
                "{\"node\":\"a\",\"host\":\"h\",\"port\":1,\"epoch\":2}",
                "{\"node\":\"a\",\"host\":\"h h\",\"port\":1,\"epoch\":1}",
                "{\"node\":\"a\",\"host\":\"\\u001b[2J\",\"port\":1,\"epoch\":1}",
                "{\"node\":\"b\",\"host\":\"h\",\"port\":1,\"epoch\":1}",
                "{\"node\":[\"a\"],\"host\":\"h\",\"port\":1,\"epoch\":1}",
            })
    void read_whatIsNone_isSkippedAndCounted(String text) {
        assertThat(json.read("a", text.getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(meters.counter("amesh.voting.coordination.members.skipped").count())
                .isEqualTo(1);
    }

    @Test
    void read_tooLong_isSkipped() {
        String padded = new String(json.write(member("a")).toByteArray(), StandardCharsets.UTF_8) + " ".repeat(1024);
        assertThat(json.read("a", padded.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void read_deep_isSkipped() {
        assertThat(json.read("a", "[".repeat(1000).getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void read_strangerToTheCommittee_isSkipped() {
        String text = "{\"node\":\"mallory\",\"host\":\"h\",\"port\":1,\"epoch\":1}";
        assertThat(json.read("mallory", text.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'',h,1,1", "a b,h,1,1", "a,'',1,1", "a,h/h,1,1", "a,h,0,1", "a,h,65536,1", "a,h,1,0"})
    void record_outOfBounds_isRefused(String node, String host, int port, long epoch) {
        assertThatIllegalArgumentException().isThrownBy(() -> new MemberRecord(node, host, port, epoch));
    }
}
