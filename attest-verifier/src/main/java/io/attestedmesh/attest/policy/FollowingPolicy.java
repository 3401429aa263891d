package io.attestedmesh.attest.policy;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** One policy for each list that its source hands out, made when the list is first seen. */
final class FollowingPolicy implements Supplier<AttestationPolicy> {
    private final Supplier<? extends ReferenceValues> list;
    private final AtomicReference<AttestationPolicy> current;

    FollowingPolicy(AttestationPolicy first, Supplier<? extends ReferenceValues> list) {
        this.current = new AtomicReference<>(first);
        this.list = list;
    }

    @Override
    public AttestationPolicy get() {
        while (true) {
            // read before the list is: a thread that was overtaken must not bring an older list back
            AttestationPolicy seen = current.get();
            ReferenceValues now = Objects.requireNonNull(list.get());
            if (seen.referenceValues() == now) {
                return seen;
            }
            AttestationPolicy changed = seen.with(now);
            if (current.compareAndSet(seen, changed)) {
                return changed;
            }
        }
    }
}
