package io.attestedmesh.examples.network;

import io.attestedmesh.examples.bgw.BgwParty;
import io.attestedmesh.examples.bgw.Dealing;
import io.attestedmesh.examples.bgw.Multiplication;
import io.attestedmesh.examples.bgw.SharedValue;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.mpc.session.SessionException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Arithmetic on values that nobody sees, between the parties of a session, whose ids have to be 1 to n. */
public final class Bgw {
    private Bgw() {}

    /** Shares the input of every party; each calls this with its own. The result is by party. */
    public static SortedMap<Integer, SharedValue> share(Rounds rounds, BgwParty party, Scalar input)
            throws PartyFaultException, SessionException, InterruptedException {
        Dealing mine = party.deal(input);
        SortedMap<Integer, SharedValue> shared = new TreeMap<>();
        shared.put(rounds.session().self().id(), mine.own());
        for (Map.Entry<Integer, byte[]> message :
                rounds.exchange(mine.messages()).entrySet()) {
            shared.put(message.getKey(), party.receive(message.getKey(), message.getValue()));
        }
        return shared;
    }

    /** The product of two shared values, shared again; one round. */
    public static SharedValue multiply(Rounds rounds, BgwParty party, SharedValue a, SharedValue b)
            throws PartyFaultException, SessionException, InterruptedException {
        Multiplication step = party.multiply(a, b);
        return step.product(rounds.exchange(step.messages()));
    }

    /** Tells all parties the value; one round. */
    public static Scalar open(Rounds rounds, BgwParty party, SharedValue value)
            throws PartyFaultException, SessionException, InterruptedException {
        return party.open(value, rounds.broadcast(party.others(), party.opening(value)));
    }
}
