package io.attestedmesh.mpc.kms;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.mpc.session.Acceptance;
import io.grpc.Status;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class VerdictsTest {
    @ParameterizedTest
    @EnumSource(
            value = Acceptance.class,
            mode = Mode.EXCLUDE,
            names = {"ACCEPTED", "COMPLETED", "OTHER_INCARNATION", "TOO_FAR_AHEAD", "TOO_MANY_SESSIONS", "OUT_OF_ORDER"
            })
    void verdict_isReadAsItWasWritten(Acceptance verdict) {
        assertThat(Verdicts.of(Verdicts.status(verdict))).contains(verdict);
    }

    @ParameterizedTest
    @EnumSource(
            value = Acceptance.class,
            names = {"TOO_FAR_AHEAD", "TOO_MANY_SESSIONS", "OUT_OF_ORDER"})
    void whateverIsFull_meansToWait(Acceptance verdict) {
        assertThat(Verdicts.of(Verdicts.status(verdict))).contains(Acceptance.NO_ROOM);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {
                "CANCELLED",
                "UNKNOWN",
                "DEADLINE_EXCEEDED",
                "UNIMPLEMENTED",
                "INTERNAL",
                "UNAVAILABLE",
                "DATA_LOSS"
            })
    void statusThatABrokenConnectionHasToo_saysNothingOfTheMessage(Status.Code code) {
        assertThat(Verdicts.of(code.toStatus().withDescription("ACCEPTED"))).isEmpty();
    }
}
