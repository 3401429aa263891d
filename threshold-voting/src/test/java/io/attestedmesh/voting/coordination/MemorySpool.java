package io.attestedmesh.voting.coordination;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.journal.Spool;
import io.attestedmesh.voting.statement.Certificate;
import java.util.ArrayList;
import java.util.List;

/** A spool that remembers what was removed, and in which order. */
final class MemorySpool implements Spool {
    private final List<Item> items = new ArrayList<>();
    private final List<Long> removals = new ArrayList<>();
    private long last;

    synchronized void add(Certificate certificate) {
        add(certificate.encoded());
    }

    synchronized void add(Bytes content) {
        items.add(new Item(++last, content));
    }

    @Override
    public synchronized List<Item> first(int most) {
        return List.copyOf(items.subList(0, Math.min(most, items.size())));
    }

    @Override
    public synchronized void removeThrough(long position) {
        removals.add(position);
        items.removeIf(item -> item.position() <= position);
    }

    @Override
    public synchronized long removed() {
        return removals.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    @Override
    public synchronized long size() {
        return items.size();
    }

    synchronized List<Long> removals() {
        return List.copyOf(removals);
    }
}
