package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.journal.Spool;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What waits, in memory; counts from wherever a test begins. */
final class MemorySpool implements Spool {
    private final NavigableMap<Long, Bytes> waiting = new TreeMap<>();
    private long last;
    private long removed;
    private int refusals;

    /** Its next position is {@code first}. */
    static MemorySpool from(long first) {
        MemorySpool spool = new MemorySpool();
        spool.last = first - 1;
        spool.removed = first - 1;
        return spool;
    }

    synchronized void add(LedgerEntry entry) {
        waiting.put(++last, entry.encoded());
    }

    synchronized void addAll(List<? extends LedgerEntry> entries) {
        entries.forEach(this::add);
    }

    synchronized void put(long position, Bytes content) {
        waiting.put(position, content);
    }

    /** So many removals fail, as on a disk that is full. */
    synchronized void refuseRemovals(int count) {
        refusals = count;
    }

    @Override
    public synchronized List<Item> first(int most) {
        return waiting.entrySet().stream().limit(most).map(MemorySpool::item).toList();
    }

    private static Item item(Map.Entry<Long, Bytes> entry) {
        return new Item(entry.getKey(), entry.getValue());
    }

    @Override
    public synchronized void removeThrough(long position) {
        if (refusals > 0) {
            refusals--;
            throw new IllegalStateException("the disk is full");
        }
        waiting.headMap(position, true).clear();
        removed = Math.max(removed, position);
    }

    @Override
    public synchronized long removed() {
        return removed;
    }

    @Override
    public synchronized long size() {
        return waiting.size();
    }
}
