package io.attestedmesh.voting.coordination;

import io.attestedmesh.voting.journal.Spool;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A spool that fails so many times. */
final class ThrowingSpool implements Spool {
    private final Spool inner;
    private final AtomicInteger failures;

    ThrowingSpool(Spool inner, int failures) {
        this.inner = inner;
        this.failures = new AtomicInteger(failures);
    }

    @Override
    public List<Item> first(int most) {
        if (failures.getAndDecrement() > 0) {
            throw new IllegalStateException("the disk");
        }
        return inner.first(most);
    }

    @Override
    public void removeThrough(long position) {
        inner.removeThrough(position);
    }

    @Override
    public long removed() {
        return inner.removed();
    }

    @Override
    public long size() {
        return inner.size();
    }
}
