package io.attestedmesh.enclave.vsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** For what another thread counts a moment after its effect can be seen. */
final class Eventually {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private Eventually() {}

    static void equal(LongSupplier actual, long expected) {
        long start = System.nanoTime();
        while (actual.getAsLong() != expected && System.nanoTime() - start < PATIENCE) {
            Thread.onSpinWait();
        }
        assertThat(actual.getAsLong()).isEqualTo(expected);
    }
}
