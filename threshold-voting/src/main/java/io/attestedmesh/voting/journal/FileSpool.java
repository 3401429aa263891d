package io.attestedmesh.voting.journal;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A spool in the journal's file. The replica's thread appends and commits, the consumer's reads and removes; what it removed
 * and the journal forgets again by a crash, the consumer sees again.
 */
public final class FileSpool implements Spool {
    private final JournalMap<Long, byte[]> items;
    private final ReentrantLock lock = new ReentrantLock();
    private long last;
    private long durable;
    private long removed;

    FileSpool(JournalMap<Long, byte[]> items, long last) {
        this.items = items;
        this.last = last;
        this.durable = last;
        this.removed = items.firstKey().map(first -> first - 1).orElse(last);
        if (items.lastKey().orElse(last) != last || items.size() != last - removed) {
            throw new JournalException("a spool of the journal holds " + items.size() + " items up to "
                    + items.lastKey().orElse(0L) + ", which are not those that lead up to " + last);
        }
    }

    /** Adds what is to be written once it is durable. */
    public long append(Bytes content) {
        lock.lock();
        try {
            last++;
            var unused = items.put(last, content.toByteArray());
            return last;
        } finally {
            lock.unlock();
        }
    }

    /** The position of what was appended last, over all time. */
    public long last() {
        return last;
    }

    /** All that was appended is on the disk. */
    void committed() {
        lock.lock();
        try {
            if (durable < last) {
                durable = last;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Item> first(int most) {
        lock.lock();
        try {
            List<Item> found = new ArrayList<>();
            for (long position = removed + 1; position <= durable && found.size() < most; position++) {
                found.add(new Item(position, Bytes.of(items.get(position).orElseThrow())));
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void removeThrough(long position) {
        lock.lock();
        try {
            for (; removed < Math.min(position, durable); removed++) {
                var unused = items.remove(removed + 1);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long size() {
        lock.lock();
        try {
            return last - removed;
        } finally {
            lock.unlock();
        }
    }
}
