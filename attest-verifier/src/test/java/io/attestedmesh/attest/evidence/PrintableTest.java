package io.attestedmesh.attest.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "kms-core 1.4.2", "Schlüssel", "鍵", "C:\\keys", "\uD83D\uDD11"})
    void of_visibleText_isTheSame(String text) {
        assertThat(Printable.of(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0x00, 0x0a, 0x1b, 0x7f, 0x85, 0xad, 0x200b, 0x2028, 0x2029, 0x202e, 0x2066, 0xd800, 0xe000, 0xffff})
    void of_whatHidesOrTurnsText_isEscaped(int character) {
        assertThat(Printable.of("a" + (char) character + "b")).isEqualTo(String.format("a\\u%04xb", character));
    }
}
