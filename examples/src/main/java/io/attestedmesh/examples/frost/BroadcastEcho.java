package io.attestedmesh.examples.frost;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** By sender, the SHA-384 of each message of a broadcast as one party has them, its own among them. */
record BroadcastEcho(SortedMap<Integer, Bytes> digests) {
    private static final int DIGEST = 48;

    BroadcastEcho {
        digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
    }

    static BroadcastEcho of(Map<Integer, Bytes> messages) {
        SortedMap<Integer, Bytes> digests = new TreeMap<>();
        messages.forEach((sender, message) -> digests.put(sender, message.sha384()));
        return new BroadcastEcho(digests);
    }

    /** The digests only: who the senders are, all know. */
    static BroadcastEcho readField(MessageReader reader, Collection<Integer> senders) throws PartyFaultException {
        SortedMap<Integer, Bytes> digests = new TreeMap<>();
        for (int sender : new TreeSet<>(senders)) {
            digests.put(sender, reader.bytes(DIGEST));
        }
        return new BroadcastEcho(digests);
    }

    MessageWriter writeField(MessageWriter writer) {
        digests.values().forEach(writer::bytes);
        return writer;
    }

    /**
     * Compares what this party, {@code self}, has with the echoes of all others. Where one differs, either the sender sent
     * two messages or the echoing party lies; named are those that explain every difference alone, or, if nobody does and
     * several cheat, all that had a part in one.
     */
    void check(int self, Map<Integer, BroadcastEcho> others) throws PartyFaultException {
        SortedSet<Integer> involved = new TreeSet<>();
        SortedSet<Integer> alone = new TreeSet<>(others.keySet());
        others.forEach((echoing, echo) -> digests.forEach((sender, digest) -> {
            if (!digest.equals(echo.digests.get(sender))) {
                Set<Integer> either = suspects(self, sender, echoing);
                involved.addAll(either);
                alone.retainAll(either);
            }
        }));
        if (!involved.isEmpty()) {
            throw new PartyFaultException(
                    FrostReason.EQUIVOCATION,
                    alone.isEmpty() ? involved : alone,
                    "the same messages at all parties",
                    "others at some");
        }
    }

    /** This party knows that it sent everybody the same. */
    private static Set<Integer> suspects(int self, int sender, int echoing) {
        return sender == self || sender == echoing ? Set.of(echoing) : Set.of(sender, echoing);
    }
}
