package io.attestedmesh.examples.bgw;

import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.examples.shamir.Interpolation;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * A multiplication that waits for the others. The products of the shares lie on a polynomial of degree 2t whose value at 0
 * is the product; each party deals its own anew with degree t, and the same weighted sum that would give the product of
 * the shares' products gives a share of it of the dealt ones.
 */
public final class Multiplication {
    private final int id;
    private final SortedSet<Integer> others;
    private final Dealing dealing;

    Multiplication(int id, SortedSet<Integer> others, Dealing dealing) {
        this.id = id;
        this.others = others;
        this.dealing = dealing;
    }

    /** By receiver, each in private. */
    public SortedMap<Integer, byte[]> messages() {
        return dealing.messages();
    }

    /** From one message of each of the others. */
    public SharedValue product(Map<Integer, byte[]> messagesOfOthers) throws PartyFaultException {
        SortedMap<Integer, Scalar> dealt = new TreeMap<>();
        for (MessageReader reader : MessageReader.openAll(others, MessageKind.BGW_PRODUCT_SHARE, messagesOfOthers)
                .values()) {
            dealt.put(reader.sender(), Dealing.read(reader));
        }
        dealt.put(id, dealing.own().share());
        return new SharedValue(Interpolation.atZero(dealt));
    }
}
