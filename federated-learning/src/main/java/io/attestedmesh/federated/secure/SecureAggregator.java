package io.attestedmesh.federated.secure;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.federated.secure.SecureMessage.Advert;
import io.attestedmesh.federated.secure.SecureMessage.Kind;
import io.attestedmesh.federated.secure.SecureMessage.Secret;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/**
 * The aggregator's part of a run, without a network: it learns the sum of those who are left and nothing else of any
 * update. Keeps two masked vectors, however many clients there are. Steps go in order, as with {@link SecureClient}; for one
 * run, and one thread at a time.
 */
public final class SecureAggregator {
    private enum State {
        NEW,
        KNOWS_KEYS,
        COLLECTING,
        UNMASKING,
        DONE
    }

    private final SecureTerms terms;
    private final SecureMessage messages;
    private final byte[] sum;
    private byte[] staging;
    private final Map<Integer, Advert> adverts = new TreeMap<>();
    private final Map<Integer, Bytes> seen = new TreeMap<>();
    private final SortedSet<Integer> roster = new TreeSet<>();
    private final SortedSet<Integer> survivors = new TreeSet<>();
    private final List<Refused> refused = new ArrayList<>();
    private Optional<IncomingInput> incoming = Optional.empty();
    private State state = State.NEW;

    public SecureAggregator(SecureTerms terms) {
        this.terms = terms;
        this.messages = new SecureMessage(terms);
        this.sum = new byte[terms.inputBytes()];
        this.staging = new byte[terms.inputBytes()];
    }

    /** Messages of clients that were refused so far. */
    public List<Refused> refused() {
        return List.copyOf(refused);
    }

    /** Takes the adverts of those that came. */
    public void adverts(Map<Integer, byte[]> fromClients) throws SecureAggregationException {
        require(State.NEW);
        new TreeMap<>(fromClients).forEach((from, message) -> {
            try {
                requireClient(from, Set.copyOf(terms.clients()));
                adverts.put(from, messages.advert(message));
                seen.put(from, SecureMessage.digestOf(message));
            } catch (SecureAggregationException e) {
                refused.add(Refused.of(from, e));
            }
        });
        state = State.KNOWS_KEYS;
    }

    private static void requireClient(int from, Set<Integer> possible) throws SecureAggregationException {
        if (!possible.contains(from)) {
            throw new SecureAggregationException(
                    SecureReason.NOT_A_CLIENT, "one of clients " + new TreeSet<>(possible), "party " + from);
        }
    }

    /**
     * Takes whose shares each client holds, and leaves out clients until all others hold the shares of each other, and saw
     * the adverts that this aggregator saw: those with the most shares missing first, all of them if several have as many,
     * for who of them is to blame is not known.
     *
     * @return for all clients that answered: who takes part
     * @throws SecureAggregationException TOO_FEW
     */
    public byte[] roster(Map<Integer, byte[]> fromClients) throws SecureAggregationException {
        require(State.KNOWS_KEYS);
        Map<Integer, Map<Integer, Bytes>> holdings = new TreeMap<>();
        new TreeMap<>(fromClients).forEach((from, message) -> {
            try {
                requireClient(from, adverts.keySet());
                holdings.put(from, messages.holding(message));
            } catch (SecureAggregationException e) {
                refused.add(Refused.of(from, e));
            }
        });
        roster.addAll(holdings.keySet());
        Set<Integer> worst = worst(holdings);
        while (!worst.isEmpty()) {
            roster.removeAll(worst);
            worst = worst(holdings);
        }
        if (roster.size() < terms.threshold()) {
            throw SecureClient.tooFew(roster, terms.threshold());
        }
        state = State.COLLECTING;
        return messages.set(Kind.ROSTER, roster);
    }

    /** Of the roster, the clients with the most shares missing, in either direction. */
    private Set<Integer> worst(Map<Integer, Map<Integer, Bytes>> holdings) {
        Set<Integer> worst = new TreeSet<>();
        int most = 1;
        for (int client : roster) {
            int missing = 0;
            for (int other : roster) {
                missing += seen.get(other).equals(holdings.get(client).get(other)) ? 0 : 1;
                missing += seen.get(client).equals(holdings.get(other).get(client)) ? 0 : 1;
            }
            if (missing > most) {
                worst.clear();
                most = missing;
            }
            if (missing == most) {
                worst.add(client);
            }
        }
        return worst;
    }

    /** Clients that take part. */
    public SortedSet<Integer> roster() {
        return new TreeSet<>(roster);
    }

    /**
     * Where the masked update of a client goes to. One at a time: what came of another before, and was not folded, is
     * abandoned.
     *
     * @throws SecureAggregationException NOT_A_CLIENT, DUPLICATE, or LATE once {@link #survivors} has been called
     */
    public IncomingInput receive(int client) throws SecureAggregationException {
        requireClient(client, roster);
        if (survivors.contains(client)) {
            throw refusal(client, SecureReason.DUPLICATE, "one input", "another one");
        }
        if (state != State.COLLECTING) {
            throw refusal(client, SecureReason.LATE, "an input before it was declared dropped", "one after that");
        }
        incoming.ifPresent(IncomingInput::close);
        IncomingInput next = new IncomingInput(client, staging);
        incoming = Optional.of(next);
        return next;
    }

    private SecureAggregationException refusal(int client, SecureReason reason, String expected, String actual) {
        SecureAggregationException why = new SecureAggregationException(reason, Set.of(client), expected, actual);
        refused.add(Refused.of(client, why));
        return why;
    }

    /**
     * Adds an input that has come whole to the sum.
     *
     * @throws SecureAggregationException WRONG_SIZE, or LATE if it has been abandoned
     */
    public void fold(IncomingInput input) throws SecureAggregationException {
        if (state != State.COLLECTING
                || input.isClosed()
                || incoming.filter(current -> current == input).isEmpty()) {
            throw refusal(input.client(), SecureReason.LATE, "an input that is waited for", "one that is not");
        }
        input.close();
        if (input.filled() != staging.length) {
            throw refusal(
                    input.client(), SecureReason.WRONG_SIZE, staging.length + " bytes", input.filled() + " bytes");
        }
        terms.ring().add(sum, 0, staging, staging.length);
        survivors.add(input.client());
    }

    /**
     * Ends the collecting: what has not come is late.
     *
     * @return for all clients of the roster: whose updates are in the sum
     * @throws SecureAggregationException TOO_FEW
     */
    public byte[] survivors() throws SecureAggregationException {
        require(State.COLLECTING);
        state = State.UNMASKING;
        incoming.ifPresent(IncomingInput::close);
        staging = new byte[0];
        if (survivors.size() < terms.threshold()) {
            throw SecureClient.tooFew(survivors, terms.threshold());
        }
        return messages.set(Kind.SURVIVORS, survivors);
    }

    /** Clients whose updates are in the sum. */
    public SortedSet<Integer> survivorIds() {
        return new TreeSet<>(survivors);
    }

    /**
     * Takes the shares that survivors reveal, of those that came, and takes the masks off the sum.
     *
     * @throws SecureAggregationException TOO_FEW, or INCONSISTENT_SHARES naming the client that dealt them
     */
    public SecureSum unmask(Map<Integer, byte[]> fromClients) throws SecureAggregationException {
        require(State.UNMASKING);
        state = State.DONE;
        Map<Integer, Map<Integer, byte[]>> shares = new TreeMap<>();
        roster.forEach(owner -> shares.put(owner, new TreeMap<>()));
        SortedSet<Integer> revealed = new TreeSet<>();
        new TreeMap<>(fromClients).forEach((from, message) -> {
            try {
                requireClient(from, survivors);
                Map<Integer, byte[]> theirs = revealed(from, message);
                if (revealed.size() < terms.threshold()) {
                    theirs.forEach((owner, share) -> shares.get(owner).put(terms.place(from), share));
                    revealed.add(from);
                }
            } catch (SecureAggregationException e) {
                refused.add(Refused.of(from, e));
            }
        });
        if (revealed.size() < terms.threshold()) {
            throw SecureClient.tooFew(revealed, terms.threshold());
        }
        List<Mask> masks = new ArrayList<>();
        try {
            for (int owner : roster) {
                unmasking(owner, shares.get(owner), masks);
            }
            apply(masks);
        } finally {
            masks.forEach(Mask::close);
            shares.values().forEach(all -> all.values().forEach(share -> Arrays.fill(share, (byte) 0)));
        }
        return new SecureSum(terms, survivors, sum);
    }

    private Map<Integer, byte[]> revealed(int from, byte[] message) throws SecureAggregationException {
        ByteBuffer in = messages.reveal(roster.size(), message);
        int place = terms.place(from);
        Map<Integer, byte[]> theirs = new TreeMap<>();
        for (int owner : roster) {
            Secret due = survivors.contains(owner) ? Secret.SEED : Secret.KEY;
            byte kind = in.get();
            byte[] share = new byte[Shamir.BYTES];
            in.get(share);
            Bytes actual = messages.commitment(due, owner, place, share);
            if (kind != due.code() || !actual.equals(adverts.get(owner).share(due, place))) {
                throw new SecureAggregationException(
                        SecureReason.WRONG_SHARE,
                        "the share of the " + due + " of client " + owner + " that it committed to",
                        "another, of kind " + kind);
            }
            theirs.put(owner, share);
        }
        return theirs;
    }

    /** What has to be added to the sum because of one client. */
    private void unmasking(int owner, Map<Integer, byte[]> shares, List<Mask> masks) throws SecureAggregationException {
        byte[] secret = Shamir.combine(shares);
        try {
            Advert advert = adverts.get(owner);
            if (survivors.contains(owner)) {
                requireConsistent(owner, messages.seedCommitment(owner, secret).equals(advert.seed()));
                try (Mask own = Mask.own(messages.binding(), owner, secret)) {
                    masks.add(own.negated());
                }
                return;
            }
            X25519PrivateKeyParameters key = new X25519PrivateKeyParameters(secret);
            requireConsistent(
                    owner, Bytes.of(key.generatePublicKey().getEncoded()).equals(advert.key()));
            for (int survivor : survivors) {
                // what the dropped one would have added: the opposite of what the survivor did
                masks.add(Mask.pair(
                        messages.binding(),
                        owner,
                        key,
                        survivor,
                        adverts.get(survivor).key()));
            }
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static void requireConsistent(int owner, boolean condition) throws SecureAggregationException {
        if (!condition) {
            throw new SecureAggregationException(
                    SecureReason.INCONSISTENT_SHARES,
                    Set.of(owner),
                    "shares of what client " + owner + " committed to",
                    "of something else");
        }
    }

    private void apply(List<Mask> masks) {
        List<Mask.Applied> applied =
                masks.stream().map(mask -> mask.from(terms.ring(), 0)).toList();
        byte[] scratch = new byte[Mask.PIECE];
        for (int at = 0; at < sum.length; at += Mask.PIECE) {
            int length = Math.min(Mask.PIECE, sum.length - at);
            for (Mask.Applied mask : applied) {
                mask.to(sum, at, length, scratch);
            }
        }
    }

    private void require(State due) throws SecureAggregationException {
        if (state != due) {
            throw new SecureAggregationException(SecureReason.OUT_OF_ORDER, "the step after " + due, "it is " + state);
        }
    }

    @Override
    public String toString() {
        return "aggregator, " + state + ", inputs of clients " + survivors;
    }
}
