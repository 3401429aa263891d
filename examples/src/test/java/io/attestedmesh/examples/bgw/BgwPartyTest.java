package io.attestedmesh.examples.bgw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.examples.ed25519.EncodingReason;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReason;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.examples.shamir.Interpolation;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BgwPartyTest {
    private static final Scalar SECRET = Scalar.of(42);

    private final BgwRun run = new BgwRun(4, 1);

    @Property(tries = 100)
    void open_sumAndMultiple(@ForAll long a, @ForAll long b, @ForAll long c, @ForAll long d) throws Exception {
        List<SharedValue> x = run.deal(1, Scalar.of(a));
        List<SharedValue> y = run.deal(2, Scalar.of(b));

        List<SharedValue> result = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            result.add(
                    x.get(i).plus(y.get(i)).times(Scalar.of(c)).minus(x.get(i)).plus(Scalar.of(d)));
        }

        Scalar sum = Scalar.of(a).plus(Scalar.of(b));
        assertThat(run.open(result))
                .isEqualTo(sum.times(Scalar.of(c)).minus(Scalar.of(a)).plus(Scalar.of(d)));
    }

    @Property(tries = 60)
    void open_productOfProducts(
            @ForAll @IntRange(min = 1, max = 3) int threshold,
            @ForAll @IntRange(min = 0, max = 3) int more,
            @ForAll long a,
            @ForAll long b)
            throws Exception {
        BgwRun parties = new BgwRun(2 * threshold + 1 + more, threshold);
        List<SharedValue> x = parties.deal(1, Scalar.of(a));
        List<SharedValue> y = parties.deal(3, Scalar.of(b));

        List<SharedValue> product = parties.multiply(x, y);

        Scalar expected = Scalar.of(a).times(Scalar.of(b));
        assertThat(parties.open(product)).isEqualTo(expected);
        assertThat(parties.open(parties.multiply(product, product))).isEqualTo(expected.times(expected));
    }

    @Property(tries = 50)
    void deal_anyTwoShares_giveTheSecret(
            @ForAll @IntRange(min = 1, max = 4) int one, @ForAll @IntRange(min = 1, max = 4) int other)
            throws Exception {
        List<SharedValue> shares = run.deal(2, SECRET);
        Map<Integer, Scalar> two = new TreeMap<>();
        two.put(one, shares.get(one - 1).share());
        two.put(other, shares.get(other - 1).share());

        assertThat(Interpolation.atZero(two).equals(SECRET)).isEqualTo(one != other);
    }

    /** The product is of degree t again: two shares are enough. */
    @Test
    void multiply_reducesTheDegree() throws Exception {
        List<SharedValue> product = run.multiply(run.deal(1, Scalar.of(6)), run.deal(2, Scalar.of(7)));
        Map<Integer, Scalar> two =
                Map.of(2, product.get(1).share(), 4, product.get(3).share());

        assertThat(Interpolation.atZero(two)).isEqualTo(Scalar.of(42));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void open_wrongShare_namesItsParty(int cheat) throws Exception {
        List<SharedValue> shares = run.deal(2, SECRET);
        SortedMap<Integer, byte[]> openings = run.openings(shares);
        openings.put(cheat, opening(shares.get(cheat - 1).share().plus(Scalar.ONE)));

        for (int judge = 1; judge <= 4; judge++) {
            if (judge != cheat) {
                int id = judge;
                assertFault(() -> run.open(id, shares, openings), BgwReason.WRONG_SHARE, cheat);
            }
        }
    }

    @Test
    void open_wrongShareOfAProduct_namesItsParty() throws Exception {
        List<SharedValue> product = run.multiply(run.deal(1, SECRET), run.deal(2, SECRET));
        SortedMap<Integer, byte[]> openings = run.openings(product);
        openings.put(3, opening(Scalar.ZERO));

        assertFault(() -> run.open(1, product, openings), BgwReason.WRONG_SHARE, 3);
    }

    @Test
    void open_twoWrongOfSeven_namesBoth() throws Exception {
        BgwRun seven = new BgwRun(7, 2);
        List<SharedValue> shares = seven.deal(1, SECRET);
        SortedMap<Integer, byte[]> openings = seven.openings(shares);
        openings.put(2, opening(Scalar.ONE));
        openings.put(6, opening(Scalar.ONE));

        assertFault(() -> seven.open(4, shares, openings), BgwReason.WRONG_SHARE, 2, 6);
    }

    @Test
    void open_twoWrongOfFour_namesNobody() throws Exception {
        List<SharedValue> shares = run.deal(2, SECRET);
        SortedMap<Integer, byte[]> openings = run.openings(shares);
        openings.put(1, opening(Scalar.ONE));
        openings.put(3, opening(Scalar.ZERO));

        assertFault(() -> run.open(4, shares, openings), BgwReason.INCONSISTENT_SHARES);
    }

    /** Three points and a line: the fault is seen, and could be any of the three. */
    @Test
    void open_oneWrongOfThree_namesNobody() throws Exception {
        BgwRun three = new BgwRun(3, 1);
        List<SharedValue> shares = three.deal(1, SECRET);
        SortedMap<Integer, byte[]> openings = three.openings(shares);
        openings.put(2, opening(Scalar.ONE));

        assertFault(() -> three.open(3, shares, openings), BgwReason.INCONSISTENT_SHARES);
    }

    @Test
    void open_silent_namesAll() throws Exception {
        List<SharedValue> shares = run.deal(1, SECRET);
        SortedMap<Integer, byte[]> openings = run.openings(shares);
        openings.keySet().removeAll(List.of(1, 4));

        assertFault(() -> run.open(2, shares, openings), MessageReason.SILENT, 1, 4);
    }

    @Test
    void open_dealtShareInstead_isRefused() throws Exception {
        List<SharedValue> shares = run.deal(1, SECRET);
        SortedMap<Integer, byte[]> openings = run.openings(shares);
        openings.put(
                3, Dealing.encode(MessageKind.BGW_DEALT_SHARE, shares.get(2).share()));

        assertFault(() -> run.open(2, shares, openings), MessageReason.MESSAGE_KIND, 3);
    }

    @Test
    void product_silent_namesAll() throws Exception {
        List<SharedValue> x = run.deal(1, SECRET);
        Multiplication step = run.party(1).multiply(x.get(0), x.get(0));

        assertFault(() -> step.product(Map.of()), MessageReason.SILENT, 2, 3, 4);
    }

    @Test
    void receive_nothing_namesTheDealer() {
        assertFault(() -> run.party(1).receive(3, null), MessageReason.SILENT, 3);
    }

    @Test
    void receive_notCanonical_namesTheDealer() {
        byte[] message = opening(Scalar.ZERO);
        Arrays.fill(message, (byte) 0xff);
        message[0] = Dealing.encode(MessageKind.BGW_DEALT_SHARE, Scalar.ZERO)[0];

        assertFault(() -> run.party(1).receive(3, message), EncodingReason.NOT_CANONICAL, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 32, 34})
    void receive_wrongLength_namesTheDealer(int size) {
        byte[] message = Arrays.copyOf(Dealing.encode(MessageKind.BGW_DEALT_SHARE, SECRET), size);

        assertFault(() -> run.party(1).receive(3, message), MessageReason.MESSAGE_LENGTH, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void receive_ofNoOtherParty_isTheCallersError(int dealer) {
        byte[] message = Dealing.encode(MessageKind.BGW_DEALT_SHARE, SECRET);

        assertThatIllegalArgumentException().isThrownBy(() -> run.party(1).receive(dealer, message));
    }

    @ParameterizedTest
    @CsvSource({"1,4,0", "1,4,2", "1,2,1", "0,4,1", "5,4,1", "1,256,1", "-1,4,1", "1,4,-1"})
    void new_sizesOutOfRange_throw(int id, int parties, int threshold) {
        SecureRandom random = new SecureRandom();

        assertThatIllegalArgumentException().isThrownBy(() -> new BgwParty(id, parties, threshold, random));
    }

    @Test
    void deal_messages_cannotBeChanged() {
        Map<Integer, byte[]> messages = run.party(1).deal(SECRET).messages();

        assertThat(messages).containsOnlyKeys(2, 3, 4);
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(messages::clear);
    }

    @Test
    void toString_showsNoShare() {
        assertThat(run.party(1).deal(SECRET).own()).hasToString("shared value");
    }

    private static byte[] opening(Scalar share) {
        return Dealing.encode(MessageKind.BGW_OPENED_SHARE, share);
    }

    private static void assertFault(ThrowingCallable step, Reason reason, Integer... parties) {
        PartyFaultException fault = catchThrowableOfType(PartyFaultException.class, step);
        assertThat(fault.reason()).isEqualTo(reason);
        assertThat(fault.parties()).containsExactly(parties);
    }
}
