package io.attestedmesh.examples.frost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.message.PartyFaultException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Party 1 of five judges; in an echo, the letter at a place is the message that the sender of that place sent. */
class BroadcastEchoTest {
    private static final String SENT = "abcde";

    @Test
    void check_sameEverywhere_passes() {
        assertThat(check(SENT, SENT, SENT, SENT)).isNull();
    }

    @Test
    void check_oneDiffersOnce_namesItAndTheSender() {
        assertNamed(check(SENT, "abcXe", SENT, SENT), 3, 4);
    }

    @Test
    void check_twoDifferOnOneSender_namesTheSender() {
        assertNamed(check(SENT, "abcXe", SENT, "abcXe"), 4);
        assertNamed(check(SENT, "abcXe", SENT, "abcYe"), 4);
    }

    @Test
    void check_oneDiffersOnTwoSenders_namesIt() {
        assertNamed(check(SENT, "aXcXe", SENT, SENT), 3);
    }

    @Test
    void check_theSenderSaysOtherThanItSent_isNamed() {
        assertNamed(check(SENT, SENT, "abcXe", SENT), 4);
    }

    @Test
    void check_oneDiffersOnWhatThisPartySent_isNamed() {
        assertNamed(check(SENT, "Xbcde", SENT, SENT), 3);
    }

    @Test
    void check_twoDifferOnWhatThisPartySent_bothAreNamed() {
        assertNamed(check("Xbcde", "Xbcde", SENT, SENT), 2, 3);
    }

    @Test
    void check_noPartyExplainsAll_namesAllInvolved() {
        assertNamed(check("abXde", SENT, "abcdX", SENT), 2, 3, 4, 5);
    }

    private static void assertNamed(PartyFaultException fault, Integer... parties) {
        assertThat(fault.reason()).isEqualTo(FrostReason.EQUIVOCATION);
        assertThat(fault.parties()).containsExactly(parties);
    }

    private static PartyFaultException check(String two, String three, String four, String five) {
        Map<Integer, BroadcastEcho> others = Map.of(2, echo(two), 3, echo(three), 4, echo(four), 5, echo(five));
        return catchThrowableOfType(PartyFaultException.class, () -> echo(SENT).check(1, others));
    }

    private static BroadcastEcho echo(String messages) {
        SortedMap<Integer, Bytes> bySender = new TreeMap<>();
        for (int i = 0; i < messages.length(); i++) {
            bySender.put(i + 1, Bytes.of((byte) messages.charAt(i)));
        }
        return BroadcastEcho.of(bySender);
    }
}
