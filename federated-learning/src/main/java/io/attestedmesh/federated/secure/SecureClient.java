package io.attestedmesh.federated.secure;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Tensor;
import io.attestedmesh.federated.secure.SecureMessage.Advert;
import io.attestedmesh.federated.secure.SecureMessage.Kind;
import io.attestedmesh.federated.secure.SecureMessage.Secret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/**
 * One client's part of a run, after Bonawitz et al. 2017, without a network: each step takes what came and gives what goes
 * out. Steps are taken once each and in order; another order is OUT_OF_ORDER and changes nothing. For one run, and one thread
 * at a time.
 */
public final class SecureClient implements AutoCloseable {
    /** What has been done last. */
    enum State {
        NEW,
        ADVERTISED,
        SHARED,
        HOLDING,
        MASKED,
        AGREED,
        REVEALED,
        CLOSED
    }

    private final SecureTerms terms;
    private final SecureMessage messages;
    private final int self;
    private final int place;
    private final List<Tensor> tensors;
    private final long examples;
    private final long clipped;
    private final SecureRandom random;
    private final List<Refused> refused = new ArrayList<>();

    private final byte[] seed = new byte[Shamir.BYTES];
    private final byte[] key = new byte[Shamir.BYTES];
    private byte[][] ownSeedShares = {};
    private byte[][] ownKeyShares = {};
    private final Map<Integer, byte[]> seedShares = new TreeMap<>();
    private final Map<Integer, byte[]> keyShares = new TreeMap<>();
    private final Map<Integer, Advert> adverts = new TreeMap<>();
    private final Map<Integer, Bytes> seen = new TreeMap<>();
    private SortedSet<Integer> roster = new TreeSet<>();
    private SortedSet<Integer> survivors = new TreeSet<>();
    private State state = State.NEW;

    /**
     * @param update what is to be summed; not changed before the run is over
     * @param examples that it stands for, 1 to as many as the terms say
     * @throws SecureAggregationException OTHER_MODEL, NOT_FINITE, EXAMPLES
     * @throws IllegalArgumentException if {@code self} is no client of the terms
     */
    public SecureClient(SecureTerms terms, int self, Model update, long examples, SecureRandom random)
            throws SecureAggregationException {
        this.place = terms.place(self);
        if (place == 0) {
            throw new IllegalArgumentException("party " + self + " is no client");
        }
        if (examples < 1 || examples > terms.mostExamples()) {
            throw new SecureAggregationException(
                    SecureReason.EXAMPLES, "1 to " + terms.mostExamples(), String.valueOf(examples));
        }
        terms.layout().require(update);
        this.terms = terms;
        this.messages = new SecureMessage(terms);
        this.self = self;
        this.tensors = update.list();
        this.examples = examples;
        this.random = random;
        this.clipped = countClipped(update, terms.quantiser().clip());
    }

    private static long countClipped(Model update, double clip) throws SecureAggregationException {
        long beyond = 0;
        double[] numbers = new double[1 << 12];
        for (Map.Entry<String, Tensor> entry : update.tensors().entrySet()) {
            Tensor tensor = entry.getValue();
            for (int from = 0; from < tensor.elements(); from += numbers.length) {
                int count = Math.min(numbers.length, tensor.elements() - from);
                tensor.doubles(from, numbers, count);
                for (int i = 0; i < count; i++) {
                    if (!Double.isFinite(numbers[i])) {
                        throw new SecureAggregationException(
                                SecureReason.NOT_FINITE, "finite numbers", entry.getKey() + " at " + (from + i));
                    }
                    beyond += Math.abs(numbers[i]) > clip ? 1 : 0;
                }
            }
        }
        return beyond;
    }

    /** How many numbers of the update are beyond the clip range, and count as its ends. */
    public long clipped() {
        return clipped;
    }

    /** Messages of others that were refused so far, one a party and step at most. */
    public List<Refused> refused() {
        return List.copyOf(refused);
    }

    /** Begins: the message for all other parties. */
    public byte[] advertise() throws SecureAggregationException {
        require(State.NEW);
        random.nextBytes(seed);
        X25519PrivateKeyParameters privateKey = new X25519PrivateKeyParameters(random);
        privateKey.encode(key, 0);
        int clients = terms.clients().size();
        ownSeedShares = Shamir.split(seed, terms.threshold(), clients, random);
        ownKeyShares = Shamir.split(key, terms.threshold(), clients, random);
        Advert advert = new Advert(
                Bytes.of(privateKey.generatePublicKey().getEncoded()),
                messages.seedCommitment(self, seed),
                commitments(Secret.SEED, ownSeedShares),
                commitments(Secret.KEY, ownKeyShares));
        byte[] message = messages.advert(advert);
        seen.put(self, SecureMessage.digestOf(message));
        state = State.ADVERTISED;
        return message;
    }

    private List<Bytes> commitments(Secret of, byte[][] shares) {
        List<Bytes> digests = new ArrayList<>();
        for (int i = 0; i < shares.length; i++) {
            digests.add(messages.commitment(of, self, i + 1, shares[i]));
        }
        return digests;
    }

    /**
     * Takes the adverts of other clients, of those that came.
     *
     * @return for each of them a message that is for nobody else's eyes
     */
    public Map<Integer, byte[]> share(Map<Integer, byte[]> others) throws SecureAggregationException {
        require(State.ADVERTISED);
        Map<Integer, byte[]> out = new TreeMap<>();
        X25519PrivateKeyParameters privateKey = new X25519PrivateKeyParameters(key);
        new TreeMap<>(others).forEach((from, message) -> {
            try {
                requireOther(from);
                Advert advert = messages.advert(message);
                Mask.pair(messages.binding(), self, privateKey, from, advert.key())
                        .close();
                adverts.put(from, advert);
                seen.put(from, SecureMessage.digestOf(message));
                int at = terms.place(from);
                out.put(from, messages.shares(at, ownSeedShares[at - 1], ownKeyShares[at - 1]));
            } catch (SecureAggregationException e) {
                refused.add(Refused.of(from, e));
            }
        });
        seedShares.put(self, ownSeedShares[place - 1].clone());
        keyShares.put(self, ownKeyShares[place - 1].clone());
        wipe(ownSeedShares);
        wipe(ownKeyShares);
        state = State.SHARED;
        return out;
    }

    private void requireOther(int from) throws SecureAggregationException {
        if (from == self || terms.place(from) == 0) {
            throw new SecureAggregationException(SecureReason.NOT_A_CLIENT, "another client", "party " + from);
        }
    }

    /**
     * Takes the shares of other clients, of those that came.
     *
     * @return for the aggregator: whose shares this client holds, and by which adverts
     */
    public byte[] hold(Map<Integer, byte[]> others) throws SecureAggregationException {
        require(State.SHARED);
        new TreeMap<>(others).forEach((from, message) -> {
            try {
                hold(from, message);
            } catch (SecureAggregationException e) {
                refused.add(Refused.of(from, e));
            }
        });
        seen.keySet().retainAll(seedShares.keySet());
        state = State.HOLDING;
        return messages.holding(seen);
    }

    private void hold(int from, byte[] message) throws SecureAggregationException {
        requireOther(from);
        Advert advert = adverts.get(from);
        if (advert == null) {
            throw new SecureAggregationException(SecureReason.OUT_OF_ORDER, "an advert before shares", "none");
        }
        ByteBuffer in = messages.shares(place, message);
        byte[] seedShare = new byte[Shamir.BYTES];
        byte[] keyShare = new byte[Shamir.BYTES];
        in.get(seedShare).get(keyShare);
        boolean committed = messages.commitment(Secret.SEED, from, place, seedShare)
                        .equals(advert.share(Secret.SEED, place))
                && messages.commitment(Secret.KEY, from, place, keyShare).equals(advert.share(Secret.KEY, place));
        if (!committed) {
            throw new SecureAggregationException(
                    SecureReason.WRONG_SHARE, "the shares of its advert", "others"); // and not which: they are secret
        }
        seedShares.put(from, seedShare);
        keyShares.put(from, keyShare);
    }

    /**
     * Takes from the aggregator who takes part.
     *
     * @return the masked update for the aggregator, the only one that this client ever makes
     * @throws SecureAggregationException DROPPED, TOO_FEW, or NOT_A_CLIENT if it names one whose shares are not held here
     */
    public MaskedInput mask(byte[] fromAggregator) throws SecureAggregationException {
        require(State.HOLDING);
        SortedSet<Integer> told = messages.set(Kind.ROSTER, fromAggregator);
        requireUsable(told, seedShares.keySet());
        roster = told;
        X25519PrivateKeyParameters privateKey = new X25519PrivateKeyParameters(key);
        List<Mask> masks = new ArrayList<>();
        masks.add(Mask.own(messages.binding(), self, seed));
        for (int other : roster) {
            if (other != self) {
                masks.add(Mask.pair(
                        messages.binding(),
                        self,
                        privateKey,
                        other,
                        adverts.get(other).key()));
            }
        }
        wipe(seed, key);
        state = State.MASKED;
        return new MaskedInput(terms, tensors, examples, masks);
    }

    private void requireUsable(SortedSet<Integer> told, java.util.Set<Integer> possible)
            throws SecureAggregationException {
        if (!possible.containsAll(told)) {
            throw new SecureAggregationException(
                    SecureReason.NOT_A_CLIENT, "some of clients " + possible, "clients " + told);
        }
        if (told.size() < terms.threshold()) {
            throw tooFew(told, terms.threshold());
        }
        if (!told.contains(self)) {
            throw new SecureAggregationException(
                    SecureReason.DROPPED, "client " + self + " among those who are left", "clients " + told);
        }
    }

    static SecureAggregationException tooFew(SortedSet<Integer> left, int threshold) {
        return new SecureAggregationException(
                SecureReason.TOO_FEW, threshold + " clients at least", left.size() + ": clients " + left);
    }

    /**
     * Takes from the aggregator whose masked updates it has.
     *
     * @return for the other {@link #survivors}: what this client was told, by them and by the aggregator
     */
    public byte[] agree(byte[] fromAggregator) throws SecureAggregationException {
        require(State.MASKED);
        SortedSet<Integer> told = messages.set(Kind.SURVIVORS, fromAggregator);
        requireUsable(told, roster);
        survivors = told;
        state = State.AGREED;
        return messages.agreement(roster, survivors, seen);
    }

    /** Whose updates are in the sum, as the aggregator says. */
    public SortedSet<Integer> survivors() {
        return new TreeSet<>(survivors);
    }

    /**
     * Takes from other survivors what they were told, of those that came. Only if as many as the threshold, this one among
     * them, were told the same, it gives, for the aggregator, one share for each client: of the seed if that one survived, of
     * the key if not. All secrets are gone after it, whatever its end.
     *
     * @throws SecureAggregationException SETS_DIFFER naming those who were told something else, TOO_FEW
     */
    public byte[] reveal(Map<Integer, byte[]> others) throws SecureAggregationException {
        require(State.AGREED);
        state = State.REVEALED;
        try {
            requireAgreement(others);
            return messages.reveal(roster.size(), out -> {
                for (int client : roster) {
                    Secret kind = survivors.contains(client) ? Secret.SEED : Secret.KEY;
                    out.put(kind.code());
                    out.put((kind == Secret.SEED ? seedShares : keyShares).get(client));
                }
            });
        } finally {
            wipeAll();
        }
    }

    private void requireAgreement(Map<Integer, byte[]> others) throws SecureAggregationException {
        Bytes own = messages.agreement(messages.agreement(roster, survivors, seen));
        SortedSet<Integer> same = new TreeSet<>(java.util.Set.of(self));
        SortedSet<Integer> different = new TreeSet<>();
        new TreeMap<>(others).forEach((from, message) -> {
            try {
                requireOther(from);
                if (!survivors.contains(from)) {
                    throw new SecureAggregationException(
                            SecureReason.DROPPED, "clients " + survivors, "client " + from);
                }
                if (!messages.agreement(message).equals(own)) {
                    different.add(from);
                    throw new SecureAggregationException(
                            SecureReason.SETS_DIFFER, "the sets of client " + self, "others");
                }
                same.add(from);
            } catch (SecureAggregationException e) {
                refused.add(Refused.of(from, e));
            }
        });
        if (same.size() < terms.threshold() && !different.isEmpty()) {
            throw new SecureAggregationException(
                    SecureReason.SETS_DIFFER,
                    different,
                    terms.threshold() + " clients that were told the same",
                    "clients " + same);
        }
        if (same.size() < terms.threshold()) {
            throw tooFew(same, terms.threshold());
        }
    }

    private void require(State due) throws SecureAggregationException {
        if (state != due) {
            throw new SecureAggregationException(SecureReason.OUT_OF_ORDER, "the step after " + due, "it is " + state);
        }
    }

    private static void wipe(byte[]... secrets) {
        for (byte[] secret : secrets) {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private void wipeAll() {
        wipe(seed, key);
        wipe(ownSeedShares);
        wipe(ownKeyShares);
        seedShares.values().forEach(SecureClient::wipe);
        keyShares.values().forEach(SecureClient::wipe);
    }

    /** Gives up, if it has not come to its end. Secrets are overwritten. */
    @Override
    public void close() {
        state = State.CLOSED;
        wipeAll();
    }

    @Override
    public String toString() {
        return "client " + self + ", " + state;
    }
}
