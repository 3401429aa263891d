package io.attestedmesh.federated.model;

import java.lang.management.ManagementFactory;
import java.util.concurrent.Callable;

/**
 * What a call gave, and what it put on the heap.
 *
 * @param bytes all objects that it made, also those that are garbage already
 */
record Allocated<T>(T result, long bytes) {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    static <T> Allocated<T> by(Callable<T> call) throws Exception {
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        T result = call.call();
        return new Allocated<>(result, THREADS.getThreadAllocatedBytes(thread) - before);
    }
}
