package io.attestedmesh.examples.frost;

import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A dealer's last message: which complaints it has seen of all parties, and the share of each complainer that showed none.
 */
record Answers(BroadcastEcho echo, SortedMap<Integer, SignedShare> byComplainer) {
    Answers {
        byComplainer = Collections.unmodifiableSortedMap(new TreeMap<>(byComplainer));
    }

    static Answers read(DkgParameters parameters, MessageReader reader) throws PartyFaultException {
        BroadcastEcho echo = BroadcastEcho.readField(reader, parameters.ids());
        SortedMap<Integer, SignedShare> byComplainer = new TreeMap<>();
        int count = reader.number(0, parameters.parties() - 1);
        int complainer = 0;
        for (int i = 0; i < count; i++) {
            complainer = reader.number(complainer + 1, parameters.parties());
            byComplainer.put(complainer, SignedShare.readField(reader));
        }
        reader.end();
        return new Answers(echo, byComplainer);
    }

    byte[] encode() {
        MessageWriter writer = echo.writeField(new MessageWriter(MessageKind.DKG_ANSWERS));
        writer.number(byComplainer.size());
        byComplainer.forEach((complainer, share) -> share.writeField(writer.number(complainer)));
        return writer.toByteArray();
    }

    void check(int dealer, Set<Integer> complainers, DkgParameters parameters, DealerCommitment commitment)
            throws PartyFaultException {
        if (!byComplainer.keySet().equals(complainers)) {
            throw notAnswered(dealer, "answers to parties " + complainers, "to " + byComplainer.keySet());
        }
        for (Map.Entry<Integer, SignedShare> answer : byComplainer.entrySet()) {
            int complainer = answer.getKey();
            if (!answer.getValue().isSignedBy(commitment, parameters, dealer, complainer)) {
                throw notAnswered(dealer, "a signed share for party " + complainer, "one with another signature");
            }
            if (!commitment.fits(complainer, answer.getValue().share())) {
                throw Complaints.badShare(dealer, complainer);
            }
        }
    }

    private static PartyFaultException notAnswered(int dealer, String expected, String actual) {
        return new PartyFaultException(FrostReason.COMPLAINT_NOT_ANSWERED, dealer, expected, actual);
    }
}
