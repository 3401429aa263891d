package io.attestedmesh.mpc.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.attestedmesh.mpc.kms.Intake.Place;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private final Intake intake = new Intake(new KmsLimits(4096, 2, 10_000));

    private Place enter(Object caller) {
        return intake.enter(caller).orElseThrow();
    }

    @Test
    void calls_ofOneCaller_areBounded_andOthersAreNot() {
        enter("a");
        Place second = enter("a");
        assertThat(intake.enter("a")).isEmpty();
        assertThat(intake.enter("b")).isPresent();
        second.leave();
        assertThat(intake.enter("a")).isPresent();
    }

    @Test
    void bytes_ofAllCallsOfOneCaller_areBounded_andOthersAreNot() {
        Place one = enter("a");
        Place two = enter("a");
        assertThat(one.take(6_000)).isTrue();
        assertThat(two.take(4_001)).isFalse();
        assertThat(two.take(4_000)).isTrue();
        assertThat(one.take(1)).isFalse();
        assertThat(enter("b").take(10_000)).isTrue();
    }

    @Test
    void bytesOfACallThatLeaves_areGivenBackOnce() {
        Place one = enter("a");
        Place two = enter("a");
        assertThat(one.take(6_000)).isTrue();
        assertThat(two.take(1_000)).isTrue();
        one.leave();
        one.leave();
        assertThat(two.take(9_001)).isFalse();
        assertThat(two.take(9_000)).isTrue();
    }

    @Test
    void callThatHasLeft_takesNothing() {
        Place one = enter("a");
        one.leave();
        assertThat(one.take(1)).isFalse();
        assertThat(enter("a").take(10_000)).isTrue();
    }

    @Test
    void limits_withoutRoomForOneMessage_areNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> new KmsLimits(4096, 2, 8191));
        assertThat(new KmsLimits(4096, 2, 8192).inboundBytes()).isEqualTo(8192);
    }

    @Test
    void limits_ofLargerMessages_haveRoomForTwo() {
        assertThat(KmsLimits.DEFAULT.withMessageBytes(1 << 30).bytesAtOnce()).isEqualTo(2L * ((1 << 30) + 4096));
        assertThat(KmsLimits.DEFAULT.withMessageBytes(1 << 20).bytesAtOnce())
                .isEqualTo(KmsLimits.DEFAULT.bytesAtOnce());
    }
}
