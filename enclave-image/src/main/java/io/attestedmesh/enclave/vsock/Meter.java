package io.attestedmesh.enclave.vsock;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Counts for {@link BridgeCounts}: one thread adds, any reads. */
final class Meter {
    final AtomicLong open = new AtomicLong();
    final AtomicLong accepted = new AtomicLong();
    final AtomicLong reset = new AtomicLong();
    final AtomicLong idle = new AtomicLong();
    final AtomicLong bytesOut = new AtomicLong();
    final AtomicLong bytesBack = new AtomicLong();
    private final Map<Refusal, AtomicLong> refused = new EnumMap<>(Refusal.class);

    Meter() {
        for (Refusal reason : Refusal.values()) {
            refused.put(reason, new AtomicLong());
        }
    }

    void refused(Refusal reason) {
        refused.get(reason).incrementAndGet();
    }

    /** For the one thread that adds. */
    static void add(AtomicLong counter, long more) {
        counter.lazySet(counter.getPlain() + more);
    }

    BridgeCounts counts() {
        Map<Refusal, Long> happened = new EnumMap<>(Refusal.class);
        refused.forEach((reason, count) -> {
            if (count.get() > 0) {
                happened.put(reason, count.get());
            }
        });
        return new BridgeCounts(
                open.get(), accepted.get(), happened, reset.get(), idle.get(), bytesOut.get(), bytesBack.get());
    }
}
