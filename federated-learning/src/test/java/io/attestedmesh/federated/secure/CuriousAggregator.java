package io.attestedmesh.federated.secure;

import io.attestedmesh.federated.secure.SecureMessage.Secret;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/** Has all that an aggregator ever receives, and shares that clients leak to it, and computes a single update from that. */
final class CuriousAggregator {
    private final LocalRun run;
    private final SortedSet<Integer> roster;

    CuriousAggregator(LocalRun run) throws Exception {
        this.run = run;
        this.roster = run.set(SecureMessage.Kind.ROSTER, run.roster);
    }

    /** Shares of one of a client's secrets that other clients hold, by place: the first {@code count} of them. */
    Map<Integer, byte[]> leaked(Secret secret, int owner, int count) throws Exception {
        Map<Integer, byte[]> shares = new TreeMap<>();
        for (int holder : LocalRun.without(run.clients, owner).keySet()) {
            byte[] message = run.shares.getOrDefault(owner, Map.of()).get(holder);
            if (message != null && shares.size() < count) {
                ByteBuffer in = run.messages.shares(run.terms.place(holder), message);
                byte[] seedShare = new byte[Shamir.BYTES];
                byte[] keyShare = new byte[Shamir.BYTES];
                in.get(seedShare).get(keyShare);
                shares.put(run.terms.place(holder), secret == Secret.SEED ? seedShare : keyShare);
            }
        }
        return shares;
    }

    /** Those of a client that were revealed to the aggregator; as many as the threshold. */
    private Map<Integer, byte[]> revealed(Secret secret, int owner) throws Exception {
        Map<Integer, byte[]> shares = new TreeMap<>();
        for (Map.Entry<Integer, byte[]> reveal : run.reveals.entrySet()) {
            ByteBuffer in = run.messages.reveal(roster.size(), reveal.getValue());
            for (int client : roster) {
                byte kind = in.get();
                byte[] share = new byte[Shamir.BYTES];
                in.get(share);
                if (client == owner && kind == secret.code() && shares.size() < run.terms.threshold()) {
                    shares.put(run.terms.place(reveal.getKey()), share);
                }
            }
        }
        return shares;
    }

    /** The best guess at the quantised update of {@code target}: right if there are enough shares of both secrets. */
    long[] update(int target, Secret ofLeaked, Map<Integer, byte[]> leaked) throws Exception {
        Map<Integer, byte[]> ofSeed = ofLeaked == Secret.SEED ? leaked : revealed(Secret.SEED, target);
        Map<Integer, byte[]> ofKey = ofLeaked == Secret.KEY ? leaked : revealed(Secret.KEY, target);
        List<Mask> masks = new ArrayList<>();
        masks.add(
                Mask.own(run.messages.binding(), target, Shamir.combine(ofSeed)).negated());
        X25519PrivateKeyParameters key = new X25519PrivateKeyParameters(Shamir.combine(ofKey));
        for (int other :
                LocalRun.without(new TreeMap<>(Map.copyOf(run.adverts)), target).keySet()) {
            if (roster.contains(other)) {
                masks.add(Mask.pair(
                                run.messages.binding(),
                                target,
                                key,
                                other,
                                run.messages.advert(run.adverts.get(other)).key())
                        .negated());
            }
        }
        byte[] vector = run.inputs.get(target).clone();
        Ring ring = run.terms.ring();
        for (Mask mask : masks) {
            Mask.Applied applied = mask.from(ring, 0);
            for (int at = 0; at < vector.length; at += Mask.PIECE) {
                applied.to(vector, at, Math.min(Mask.PIECE, vector.length - at), new byte[Mask.PIECE]);
            }
        }
        long[] numbers = new long[vector.length / ring.bytes()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = ring.get(vector, i * ring.bytes());
        }
        return numbers;
    }
}
