package io.attestedmesh.voting.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounds of transactions' names, of values and of committees. */
final class NamesTest {
    private static List<String> nodes(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "n" + i).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "a\n", "a\0", "ä", "a\u200b", "$"})
    void transactionOfOtherCharacters_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new TransactionId(text));
    }

    @Test
    void longTransaction_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TransactionId("x".repeat(129)));
    }

    @Test
    void longestTransaction_taken() {
        assertThat(new TransactionId("Az09._:-".repeat(16)).text()).hasSize(128);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "\0", "a\nb", "\u007f", "\u0085", "\u200b", "\u202e", "\ud800", "\ue000", "\u2028", "\u2029",
                "\uffff"
            })
    void valueThatIsNotShown_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Value(text));
    }

    @Test
    void valueOfTooManyBytes_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Value("é".repeat(513)));
    }

    @Test
    void longestValue_taken() {
        assertThat(new Value("é".repeat(512)).text()).hasSize(512);
    }

    @Test
    void valuesThatLookTheSame_differ() {
        assertThat(new Value("\u00e9")).isNotEqualTo(new Value("e\u0301"));
    }

    @ParameterizedTest
    @CsvSource({"5,2", "5,6", "5,0", "5,-1", "4,2", "1,0", "2,1"})
    void thresholdThatLetsTwoDecide_refused(int size, int threshold) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Committee("test", 1, threshold, nodes(size)))
                .withMessageContaining("have to agree");
    }

    @Test
    void thresholdThatOverflows_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Committee("test", 1, Integer.MAX_VALUE, nodes(5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "ä"})
    void networkOfOtherCharacters_refused(String network) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Committee(network, 1, 3, nodes(4)));
    }

    @Test
    void longNetwork_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Committee("n".repeat(65), 1, 3, nodes(4)));
    }

    @Test
    void epochZero_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Committee("test", 0, 3, nodes(4)));
    }

    @Test
    void nodeTwice_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Committee("test", 1, 2, List.of("a", "b", "a")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\n", "ä"})
    void nodeOfOtherCharacters_refused(String node) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Committee("test", 1, 2, List.of("a", node)));
    }

    @Test
    void longNode_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Committee("test", 1, 1, List.of("n".repeat(254))));
    }

    @Test
    void nobody_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Committee("test", 1, 1, List.of()));
    }

    @Test
    void tooManyNodes_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Committee("test", 1, 200, nodes(256)));
    }

    @ParameterizedTest
    @CsvSource({"5,4,2,1", "5,3,0,2", "4,3,1,1", "7,5,2,2", "1,1,0,0", "255,255,254,0"})
    void bounds_asInTheArgument(int size, int threshold, int safeLiars, int spareNodes) {
        Committee committee = new Committee("test", 1, threshold, nodes(size));

        assertThat(committee.safeLiars()).isEqualTo(safeLiars);
        assertThat(committee.spareNodes()).isEqualTo(spareNodes);
        assertThat(committee.believableObservers()).isEqualTo(safeLiars + 1);
    }
}
