package io.attestedmesh.cli.enclave;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened, to be closed in the opposite order. */
final class OpenParts implements Closeable {
    private final Deque<Closeable> parts = new ArrayDeque<>();

    /** How a thing is closed. */
    interface Closing<T> {
        void close(T part) throws IOException;
    }

    <T> T add(T part, Closing<T> closing) {
        parts.push(() -> closing.close(part));
        return part;
    }

    /** Closes all, also where one fails; then throws the first failure. */
    @Override
    public void close() throws IOException {
        Exception first = null;
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (IOException | RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof RuntimeException defect) {
            throw defect;
        }
        if (first instanceof IOException failure) {
            throw failure;
        }
    }
}
