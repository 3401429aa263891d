package io.attestedmesh.voting.journal;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.List;

/** What waits on this node's disk to be written elsewhere, in order; for one consumer. Only what is durable is seen. */
public interface Spool {
    /** One of them; positions count from 1 and without gaps, for ever. */
    record Item(long position, Bytes content) {}

    /** The oldest, {@code most} at most. */
    List<Item> first(int most);

    /** These are written where they belong, and need not be kept. */
    void removeThrough(long position);

    /** Up to which position they are known to be written; after a start it may be told less than before. */
    long removed();

    /** How many wait. */
    long size();
}
