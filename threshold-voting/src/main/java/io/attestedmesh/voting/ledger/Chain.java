package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.CanonicalWriter;
import io.attestedmesh.voting.statement.Committee;

/**
 * Names one hash chain: all that one node recorded in one epoch, whatever table it is in.
 *
 * @param recorder the node that writes it
 */
public record Chain(String network, long epoch, String recorder) {
    private static final String LABEL = "amesh-voting-ledger-v1";
    private static final String HEAD_LABEL = "amesh-voting-ledger-head-v1";

    /** The chain of a node of this committee. */
    public static Chain of(Committee committee, String recorder) {
        return new Chain(committee.network(), committee.epoch(), recorder);
    }

    /** The chain with one more entry, by its encoding. */
    ChainHead after(ChainHead previous, Bytes entry) {
        long position = previous.position() + 1;
        return new ChainHead(position, hash(previous.hash(), position, entry));
    }

    /** SHA-384 over label, hash of the row before, network, epoch, recorder, position and the entry. */
    Bytes hash(Bytes previous, long position, Bytes entry) {
        return new CanonicalWriter()
                .text(LABEL)
                .bytes(previous)
                .text(network)
                .number(epoch)
                .text(recorder)
                .number(position)
                .bytes(entry)
                .written()
                .sha384();
    }

    /** What is signed of a head. */
    Bytes signed(ChainHead head) {
        return new CanonicalWriter()
                .text(HEAD_LABEL)
                .text(network)
                .number(epoch)
                .text(recorder)
                .number(head.position())
                .bytes(head.hash())
                .written();
    }

    @Override
    public String toString() {
        return recorder + " in " + network + " epoch " + epoch;
    }
}
