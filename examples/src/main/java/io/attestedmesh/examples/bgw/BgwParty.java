package io.attestedmesh.examples.bgw;

import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.examples.shamir.Polynomial;
import io.attestedmesh.examples.shamir.ReedSolomon;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** One of n parties that compute on shared values, at most t of which may put together what they know. */
public final class BgwParty {
    public static final int MAX_PARTIES = 255;

    private final int id;
    private final int threshold;
    private final SortedSet<Integer> others;
    private final SecureRandom random;

    /**
     * @param id from 1 to {@code parties}
     * @param parties at most 255
     * @param threshold t, at least 1 and less than half of the parties, or products could not be reduced
     */
    public BgwParty(int id, int parties, int threshold, SecureRandom random) {
        if (parties > MAX_PARTIES || threshold < 1 || 2 * threshold >= parties || id < 1 || id > parties) {
            throw new IllegalArgumentException("party " + id + " of " + parties + ", threshold " + threshold);
        }
        SortedSet<Integer> ids = new TreeSet<>();
        for (int other = 1; other <= parties; other++) {
            ids.add(other);
        }
        ids.remove(id);
        this.id = id;
        this.threshold = threshold;
        this.others = Collections.unmodifiableSortedSet(ids);
        this.random = random;
    }

    public SortedSet<Integer> others() {
        return others;
    }

    /** Splits an input of this party. */
    public Dealing deal(Scalar secret) {
        return deal(MessageKind.BGW_DEALT_SHARE, secret);
    }

    private Dealing deal(MessageKind kind, Scalar secret) {
        return new Dealing(kind, Polynomial.random(secret, threshold, random), id, others);
    }

    /** This party's share of another's input; {@code message} is null if none came. */
    public SharedValue receive(int dealer, byte[] message) throws PartyFaultException {
        if (!others.contains(dealer)) {
            throw new IllegalArgumentException("party " + dealer + " is none of the others");
        }
        return new SharedValue(Dealing.read(MessageReader.open(dealer, MessageKind.BGW_DEALT_SHARE, message)));
    }

    /** Begins a multiplication; all parties have to begin theirs in one order, and each needs a round of messages. */
    public Multiplication multiply(SharedValue a, SharedValue b) {
        Scalar product = a.share().times(b.share());
        return new Multiplication(id, others, deal(MessageKind.BGW_PRODUCT_SHARE, product));
    }

    /** What this party shows of a value to all others when it is opened. */
    public byte[] opening(SharedValue value) {
        return Dealing.encode(MessageKind.BGW_OPENED_SHARE, value.share());
    }

    /** The value itself, if the shares of all parties agree on it. */
    public Scalar open(SharedValue own, Map<Integer, byte[]> openingsOfOthers) throws PartyFaultException {
        SortedMap<Integer, Scalar> shares = new TreeMap<>();
        for (MessageReader reader : MessageReader.openAll(others, MessageKind.BGW_OPENED_SHARE, openingsOfOthers)
                .values()) {
            shares.put(reader.sender(), Dealing.read(reader));
        }
        shares.put(id, own.share());
        Optional<Polynomial> polynomial = ReedSolomon.decode(shares, threshold);
        if (polynomial.isEmpty()) {
            throw new PartyFaultException(
                    BgwReason.INCONSISTENT_SHARES,
                    List.of(),
                    "shares on a polynomial of degree " + threshold,
                    "more wrong ones than can be told");
        }
        SortedSet<Integer> wrong = new TreeSet<>(shares.keySet());
        wrong.removeIf(party -> polynomial.get().at(party).equals(shares.get(party)));
        if (!wrong.isEmpty()) {
            throw new PartyFaultException(
                    BgwReason.WRONG_SHARE, wrong, "its share on the polynomial of all others", "another one");
        }
        return polynomial.get().at(0);
    }
}
