package io.attestedmesh.federated.secure;

import io.attestedmesh.mpc.session.MessageSink;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The masked update of one client, while it comes. It counts when {@link SecureAggregator#fold} is called; until then it can
 * be abandoned, and the sum does not know of it. Thread-safe.
 */
public final class IncomingInput implements MessageSink, AutoCloseable {
    private final int client;
    private final byte[] staging;
    private int filled;
    private boolean closed;

    IncomingInput(int client, byte[] staging) {
        this.client = client;
        this.staging = staging;
    }

    @Override
    public synchronized void write(ByteBuffer part) throws IOException {
        if (closed) {
            throw new IOException("the input of client " + client + " is not waited for any more");
        }
        if (part.remaining() > staging.length - filled) {
            throw new IOException("client " + client + " sends more than " + staging.length + " bytes");
        }
        int count = part.remaining();
        part.get(staging, filled, count);
        filled += count;
    }

    int client() {
        return client;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized int filled() {
        return filled;
    }

    /** Nothing is taken any more. */
    @Override
    public synchronized void close() {
        closed = true;
    }
}
