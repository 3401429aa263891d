package io.attestedmesh.mpc.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String SAMPLE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Property
    void bytesAndText_bringItBack(@ForAll long high, @ForAll long low, @ForAll long parent, @ForAll byte flags) {
        Assume.that((high | low) != 0 && parent != 0);
        TraceContext trace = new TraceContext(high, low, parent, flags);

        assertThat(TraceContext.of(ByteBuffer.wrap(trace.toByteArray()))).isEqualTo(trace);
        assertThat(TraceContext.parse(trace.toString())).isEqualTo(trace);
    }

    @Test
    void header_isReadAsItIsWritten() {
        TraceContext trace = TraceContext.parse(SAMPLE);

        assertThat(trace.parent()).isEqualTo(0x00f067aa0ba902b7L);
        assertThat(trace).hasToString(SAMPLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"
            })
    void whatIsNoTraceparent_isRefused(String header) {
        assertThatThrownBy(() -> TraceContext.parse(header)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 24, 26})
    void bytesOfAnotherLength_areRefused(int size) {
        assertThatThrownBy(() -> TraceContext.of(ByteBuffer.allocate(size)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
