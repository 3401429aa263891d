package io.attestedmesh.examples.bgw;

import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.examples.shamir.Polynomial;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** A value that a party has split up: the share that it keeps, and a message for each of the others, in private. */
public final class Dealing {
    private final SharedValue own;
    private final SortedMap<Integer, byte[]> messages;

    Dealing(MessageKind kind, Polynomial polynomial, int dealer, Collection<Integer> others) {
        this.own = new SharedValue(polynomial.at(dealer));
        SortedMap<Integer, byte[]> messages = new TreeMap<>();
        others.forEach(other -> messages.put(other, encode(kind, polynomial.at(other))));
        this.messages = Collections.unmodifiableSortedMap(messages);
    }

    public SharedValue own() {
        return own;
    }

    /** By receiver. */
    public SortedMap<Integer, byte[]> messages() {
        return messages;
    }

    static byte[] encode(MessageKind kind, Scalar share) {
        return new MessageWriter(kind).scalar(share).toByteArray();
    }

    static Scalar read(MessageReader reader) throws PartyFaultException {
        Scalar share = reader.scalar();
        reader.end();
        return share;
    }
}
