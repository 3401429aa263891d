package io.attestedmesh.examples.bgw;

import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.PartyFaultException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** All parties in one process; the share of party i of a value stands at i - 1. */
final class BgwRun {
    final List<BgwParty> parties = new ArrayList<>();

    BgwRun(int parties, int threshold) {
        for (int id = 1; id <= parties; id++) {
            this.parties.add(new BgwParty(id, parties, threshold, new SecureRandom()));
        }
    }

    BgwParty party(int id) {
        return parties.get(id - 1);
    }

    List<SharedValue> deal(int dealer, Scalar secret) throws PartyFaultException {
        Dealing dealing = party(dealer).deal(secret);
        List<SharedValue> shares = new ArrayList<>();
        for (int id = 1; id <= parties.size(); id++) {
            shares.add(
                    id == dealer
                            ? dealing.own()
                            : party(id).receive(dealer, dealing.messages().get(id)));
        }
        return shares;
    }

    List<SharedValue> multiply(List<SharedValue> a, List<SharedValue> b) throws PartyFaultException {
        List<Multiplication> steps = new ArrayList<>();
        for (int i = 0; i < parties.size(); i++) {
            steps.add(parties.get(i).multiply(a.get(i), b.get(i)));
        }
        List<SharedValue> product = new ArrayList<>();
        for (int id = 1; id <= parties.size(); id++) {
            product.add(steps.get(id - 1).product(sentTo(id, steps)));
        }
        return product;
    }

    private Map<Integer, byte[]> sentTo(int receiver, List<Multiplication> steps) {
        Map<Integer, byte[]> sent = new TreeMap<>();
        party(receiver)
                .others()
                .forEach(from -> sent.put(from, steps.get(from - 1).messages().get(receiver)));
        return sent;
    }

    SortedMap<Integer, byte[]> openings(List<SharedValue> shares) {
        SortedMap<Integer, byte[]> openings = new TreeMap<>();
        for (int id = 1; id <= parties.size(); id++) {
            openings.put(id, party(id).opening(shares.get(id - 1)));
        }
        return openings;
    }

    Scalar open(int id, List<SharedValue> shares, Map<Integer, byte[]> openings) throws PartyFaultException {
        Map<Integer, byte[]> others = new TreeMap<>(openings);
        others.remove(id);
        return party(id).open(shares.get(id - 1), others);
    }

    /** What the last party sees. */
    Scalar open(List<SharedValue> shares) throws PartyFaultException {
        return open(parties.size(), shares, openings(shares));
    }
}
