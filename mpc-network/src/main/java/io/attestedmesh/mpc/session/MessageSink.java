package io.attestedmesh.mpc.session;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of a message go to that is too large for memory. */
@FunctionalInterface
public interface MessageSink {
    /**
     * Takes the next bytes, each once and in order, on one thread at a time, which may block: then the sender waits. The
     * buffer is not to be kept.
     */
    void write(ByteBuffer part) throws IOException;
}
