package io.attestedmesh.federated.model;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Float16Test {
    @Test
    void everyHalf_survives() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            short half = (short) bits;
            float value = Float16.toFloat(half);
            boolean nan = (bits & 0x7c00) == 0x7c00 && (bits & 0x3ff) != 0;
            assertThat(Float.isNaN(value)).isEqualTo(nan);
            if (!nan) {
                assertThat(Float16.of(value)).isEqualTo(half);
                assertThat(value).isEqualTo(byDefinition(bits));
            }
        }
    }

    private static float byDefinition(int bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude = exponent == 0x1f
                ? Double.POSITIVE_INFINITY
                : exponent == 0 ? fraction * Math.pow(2, -24) : (1024 + fraction) * Math.pow(2, exponent - 25);
        return (float) Math.copySign(magnitude, bits >= 1 << 15 ? -1 : 1);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3c00",
        "-2, c000",
        "65504, 7bff",
        "65519.996, 7bff",
        "65520, 7c00",
        "-1e10, fc00",
        "Infinity, 7c00",
        "NaN, 7e00",
        "0.1, 2e66",
        "1.00048828125, 3c00",
        "1.0004884, 3c01",
        "1.00146484375, 3c02",
        "6.1035156e-5, 0400",
        "6.097555e-5, 03ff",
        "5.9604645e-8, 0001",
        "2.9802322e-8, 0000",
        "2.9802326e-8, 0001",
        "8.940697e-8, 0002",
        "-0.0, 8000",
        "1e-45, 0000"
    })
    void float_becomesTheNearestHalf(float value, String bits) {
        assertThat(String.format("%04x", Float16.of(value) & 0xffff)).isEqualTo(bits);
    }

    @Property
    void noHalf_isNearer(@ForAll @FloatRange(min = -65504, max = 65504) float value) {
        short half = Float16.of(value);
        float error = Math.abs(Float16.toFloat(half) - value);
        for (int step = -1; step <= 1; step += 2) {
            float neighbour = Float16.toFloat((short) (half + step));
            assertThat(Float.isNaN(neighbour) || Math.abs(neighbour - value) >= error)
                    .isTrue();
        }
    }
}
