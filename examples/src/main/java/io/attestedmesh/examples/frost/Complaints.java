package io.attestedmesh.examples.frost;

import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A party's complaints by dealer, usually none. One that holds the share which the dealer signed is judged by itself; one
 * without, where nothing came or nothing that the dealer would have to own, asks the dealer to open the share to all.
 */
record Complaints(SortedMap<Integer, Optional<SignedShare>> byDealer) {
    Complaints {
        byDealer = Collections.unmodifiableSortedMap(new TreeMap<>(byDealer));
    }

    static Complaints read(DkgParameters parameters, MessageReader reader) throws PartyFaultException {
        SortedMap<Integer, Optional<SignedShare>> byDealer = new TreeMap<>();
        int count = reader.number(0, parameters.parties() - 1);
        int dealer = 0;
        for (int i = 0; i < count; i++) {
            dealer = reader.number(dealer + 1, parameters.parties());
            boolean opened = reader.number(0, 1) == 1;
            byDealer.put(dealer, opened ? Optional.of(SignedShare.readField(reader)) : Optional.empty());
        }
        reader.end();
        return new Complaints(byDealer);
    }

    byte[] encode() {
        MessageWriter writer = new MessageWriter(MessageKind.DKG_COMPLAINTS).number(byDealer.size());
        byDealer.forEach((dealer, opened) -> {
            writer.number(dealer).number(opened.isPresent() ? 1 : 0);
            opened.ifPresent(share -> share.writeField(writer));
        });
        return writer.toByteArray();
    }

    /** Whatever an opened share shows, it shows that somebody cheated: its dealer or the complainer. */
    void judge(int complainer, DkgParameters parameters, Map<Integer, DealerCommitment> commitments)
            throws PartyFaultException {
        for (Map.Entry<Integer, Optional<SignedShare>> complaint : byDealer.entrySet()) {
            if (complaint.getValue().isPresent()) {
                int dealer = complaint.getKey();
                SignedShare opened = complaint.getValue().get();
                DealerCommitment commitment = commitments.get(dealer);
                if (!opened.isSignedBy(commitment, parameters, dealer, complainer)) {
                    throw unfounded(complainer, dealer, "not signed by it");
                }
                if (commitment.fits(complainer, opened.share())) {
                    throw unfounded(complainer, dealer, "a right one");
                }
                throw badShare(dealer, complainer);
            }
        }
    }

    static PartyFaultException badShare(int dealer, int receiver) {
        return new PartyFaultException(
                FrostReason.BAD_SHARE, dealer, "a share for party " + receiver + " on its polynomial", "another one");
    }

    private static PartyFaultException unfounded(int complainer, int dealer, String actual) {
        return new PartyFaultException(
                FrostReason.UNFOUNDED_COMPLAINT, complainer, "a wrong share signed by party " + dealer, actual);
    }
}
