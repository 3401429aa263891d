package io.attestedmesh.mpc.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionIdTest {
    @Property(tries = 500)
    void everyId_survivesBytesAndDigits(@ForAll long high, @ForAll long low) {
        SessionId id = new SessionId(high, low);
        assertThat(SessionId.of(ByteBuffer.wrap(id.toByteArray()))).isEqualTo(id);
        assertThat(SessionId.parse(id.toString())).isEqualTo(id);
    }

    @Test
    void bytes_areMostSignificantFirst() {
        assertThat(new SessionId(0x0102030405060708L, 0x090a0b0c0d0e0f10L))
                .hasToString("0102030405060708090a0b0c0d0e0f10");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 17})
    void otherSizes_areRefused(int size) {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        assertThatThrownBy(() -> SessionId.of(bytes)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0102", "0102030405060708090a0b0c0d0e0f1", "zz02030405060708090a0b0c0d0e0f10"})
    void otherDigits_areRefused(String digits) {
        assertThatThrownBy(() -> SessionId.parse(digits)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_leavesTheBufferAsItWas() {
        ByteBuffer bytes = ByteBuffer.allocate(SessionId.SIZE);
        SessionId.of(bytes);
        assertThat(bytes.remaining()).isEqualTo(SessionId.SIZE);
    }
}
