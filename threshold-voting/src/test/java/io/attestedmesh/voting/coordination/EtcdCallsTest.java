package io.attestedmesh.voting.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which failures are a server that is away, to be asked again, and which are its answer. */
class EtcdCallsTest {
    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNAVAILABLE", "DEADLINE_EXCEEDED"})
    void isAway_noAnswer(Status.Code code) {
        assertThat(EtcdCalls.isAway(code.toStatus())).isTrue();
    }

    @Test
    void isAway_connectionClosedUnderTheCall() {
        Status closed = Status.UNKNOWN.withDescription("channel closed").withCause(new ClosedChannelException());
        assertThat(EtcdCalls.isAway(closed)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNAVAILABLE", "DEADLINE_EXCEEDED"})
    void isAway_answersOfTheServer_areNot(Status.Code code) {
        assertThat(EtcdCalls.isAway(code.toStatus())).isFalse();
        assertThat(EtcdCalls.isAway(code.toStatus().withCause(new IllegalStateException("ours"))))
                .isFalse();
    }
}
