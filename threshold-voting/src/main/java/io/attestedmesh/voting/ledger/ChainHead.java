package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;

/**
 * One place of a chain, and with it all that comes before.
 *
 * @param position of the row, from 1
 * @param hash 48 bytes
 */
public record ChainHead(long position, Bytes hash) {
    /** Of a chain without rows. */
    public static final ChainHead EMPTY = new ChainHead(0, Bytes.of(new byte[EntryBounds.DIGEST]));

    @Override
    public String toString() {
        return position + " of hash " + hash;
    }
}
