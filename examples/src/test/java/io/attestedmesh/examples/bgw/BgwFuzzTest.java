package io.attestedmesh.examples.bgw;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.PartyFaultException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Whatever a party sends is refused by the one checked exception, which names it, or is a share. */
final class BgwFuzzTest {
    private final BgwParty party = new BgwParty(1, 3, 1, new SecureRandom());

    @FuzzTest
    void dealt(byte[] message) {
        try {
            Scalar share = party.receive(2, message).share();
            require(Arrays.equals(Dealing.encode(MessageKind.BGW_DEALT_SHARE, share), message), "two encodings");
        } catch (PartyFaultException e) {
            requireFaultOfTheSender(e);
        }
    }

    @FuzzTest
    void product(byte[] message) {
        SharedValue zero = new SharedValue(Scalar.ZERO);
        byte[] other = Dealing.encode(MessageKind.BGW_PRODUCT_SHARE, Scalar.ONE);
        try {
            party.multiply(zero, zero).product(Map.of(2, message, 3, other));
        } catch (PartyFaultException e) {
            requireFaultOfTheSender(e);
        }
    }

    /** The shares of parties 1 and 3 say that the value is 7. */
    @FuzzTest
    void opened(byte[] message) {
        SharedValue own = new SharedValue(Scalar.of(7));
        byte[] other = Dealing.encode(MessageKind.BGW_OPENED_SHARE, Scalar.of(7));
        try {
            Scalar value = party.open(own, Map.of(2, message, 3, other));
            require(value.equals(Scalar.of(7)), "a value that one party alone has changed");
        } catch (PartyFaultException e) {
            if (e.reason() == BgwReason.INCONSISTENT_SHARES) {
                require(e.parties().isEmpty(), "a name that nobody can know");
            } else {
                requireFaultOfTheSender(e);
            }
        }
    }

    private static void requireFaultOfTheSender(PartyFaultException e) {
        require(e.parties().equals(List.of(2)), "a fault of somebody else");
        require(e.getMessage().chars().allMatch(c -> c >= ' ' && c <= '~'), "a message that is not one line");
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}
