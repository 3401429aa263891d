package io.attestedmesh.examples.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigitsTest {
    @Test
    void even_hasEveryDigit() {
        Set<Integer> seen = Digits.even(1, 300).stream().map(Digit::value).collect(Collectors.toSet());
        assertThat(seen).hasSize(10);
    }

    @Test
    void even_fromOneSeed_isTheSame_andFromAnotherIsNot() {
        assertThat(Digits.even(1, 20)).isEqualTo(Digits.even(1, 20)).isNotEqualTo(Digits.even(2, 20));
    }

    @ParameterizedTest
    @CsvSource({"0, 2, 0, 4", "1, 2, 5, 9", "0, 3, 0, 2", "2, 3, 6, 9", "4, 5, 8, 9", "3, 20, 1, 1"})
    void skewed_isMostlyOfTheParticipantsOwnDigits(int participant, int participants, int first, int last) {
        long own = Digits.skewed(1, 400, participant, participants).stream()
                .filter(digit -> digit.value() >= first && digit.value() <= last)
                .count();
        assertThat(own).isBetween(340L, 399L);
    }

    @ParameterizedTest
    @CsvSource({"-1, 3", "3, 3", "0, 0"})
    void skewed_forNobody_isRefused(int participant, int participants) {
        assertThatThrownBy(() -> Digits.skewed(1, 1, participant, participants))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pixels_areFromPaperToInk() {
        List<Float> pixels = new ArrayList<>(Digits.even(1, 1).get(0).pixels());
        assertThat(pixels).hasSize(144).allSatisfy(pixel -> assertThat(pixel).isBetween(0f, 1f));
        assertThat(Collections.max(pixels)).isGreaterThan(0.8f);
        assertThat(Collections.min(pixels)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"-1, 144", "10, 144", "1, 143", "1, 145"})
    void digit_thatIsNone_isRefused(int value, int pixels) {
        assertThatThrownBy(() -> new Digit(value, Collections.nCopies(pixels, 0f)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
