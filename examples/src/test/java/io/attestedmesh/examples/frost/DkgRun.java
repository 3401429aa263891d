package io.attestedmesh.examples.frost;

import io.attestedmesh.examples.message.PartyFaultException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A key generation in one process, up to its end or to the step in which somebody finds a fault. */
final class DkgRun {
    final SortedMap<Integer, KeyShare> keys = new TreeMap<>();
    final SortedMap<Integer, PartyFaultException> faults = new TreeMap<>();

    private final Map<Integer, DkgParticipant> parties;
    private final Interference interference;

    enum Round {
        COMMITMENT,
        ECHO,
        SHARE,
        COMPLAINTS,
        ANSWERS
    }

    /** Stands on every way between two parties. */
    interface Interference {
        Interference NONE = (round, from, to, sent) -> sent;

        /** What arrives of what was sent; null for nothing. */
        byte[] deliver(Round round, int from, int to, byte[] sent);
    }

    private interface Step<T> {
        T take(DkgParticipant party, Map<Integer, byte[]> received) throws PartyFaultException;
    }

    DkgRun(Map<Integer, DkgParticipant> parties, Interference interference) {
        this.parties = parties;
        this.interference = interference;
        SortedMap<Integer, byte[]> sent = new TreeMap<>();
        parties.forEach((id, party) -> sent.put(id, party.commitment()));
        SortedMap<Integer, byte[]> echoes = after(Round.COMMITMENT, toAll(sent), DkgParticipant::echo);
        var shares = after(Round.ECHO, toAll(echoes), DkgParticipant::shares);
        SortedMap<Integer, byte[]> complaints = after(Round.SHARE, shares, DkgParticipant::complaints);
        SortedMap<Integer, byte[]> answers = after(Round.COMPLAINTS, toAll(complaints), DkgParticipant::answers);
        keys.putAll(after(Round.ANSWERS, toAll(answers), DkgParticipant::keyShare));
    }

    private Map<Integer, SortedMap<Integer, byte[]>> toAll(Map<Integer, byte[]> sent) {
        Map<Integer, SortedMap<Integer, byte[]>> byReceiver = new TreeMap<>();
        sent.forEach((from, message) -> {
            SortedMap<Integer, byte[]> same = new TreeMap<>();
            parties.get(from).others().forEach(to -> same.put(to, message));
            byReceiver.put(from, same);
        });
        return byReceiver;
    }

    /** Nothing once there is a fault. */
    private <T> SortedMap<Integer, T> after(
            Round round, Map<Integer, ? extends Map<Integer, byte[]>> sent, Step<T> step) {
        SortedMap<Integer, T> made = new TreeMap<>();
        if (!faults.isEmpty()) {
            return made;
        }
        parties.forEach((to, party) -> {
            Map<Integer, byte[]> received = new TreeMap<>();
            party.others().forEach(from -> {
                byte[] arrived =
                        interference.deliver(round, from, to, sent.get(from).get(to));
                if (arrived != null) {
                    received.put(from, arrived);
                }
            });
            try {
                made.put(to, step.take(party, received));
            } catch (PartyFaultException e) {
                faults.put(to, e);
            }
        });
        return made;
    }
}
