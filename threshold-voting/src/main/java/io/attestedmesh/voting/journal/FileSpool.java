package io.attestedmesh.voting.journal;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A spool in the journal's file. The replica's thread appends and commits, the consumer's reads and removes. The last {@link
 * #KEPT} that were removed stay in the file, and after a restart the consumer sees them again: a store that lost its own last
 * writes gets them once more.
 */
public final class FileSpool implements Spool {
    /** More than embedded databases were seen to lose by a kill: eight commits, of a batch of 512 each. */
    static final int KEPT = 8192;

    private final JournalMap<Long, byte[]> items;
    private final ReentrantLock lock = new ReentrantLock();
    private long last;
    private long durable;
    private long removed;
    private long forgotten;

    FileSpool(JournalMap<Long, byte[]> items, long last) {
        this.items = items;
        this.last = last;
        this.durable = last;
        this.forgotten = items.firstKey().map(first -> first - 1).orElse(last);
        this.removed = forgotten;
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

    /** Whether something was appended that is not on the disk yet. */
    boolean isAhead() {
        lock.lock();
        try {
            return durable < last;
        } finally {
            lock.unlock();
        }
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
            removed = Math.max(removed, Math.min(position, durable));
            for (; forgotten < removed - KEPT; forgotten++) {
                var unused = items.forget(forgotten + 1);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long removed() {
        lock.lock();
        try {
            return removed;
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
