package io.attestedmesh.mpc.session;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A streamed message that is coming, over one call after another if connections break, into the sink of its receiver as
 * soon as there is one. Thread-safe.
 */
public final class Arriving {
    /** One call that brings it. Its methods are called under the lock of the message, and must not block. */
    public interface Stream {
        /** Send from this offset. */
        void begin(long offset);

        /** It ends without being accepted. */
        void refuse(Acceptance why);
    }

    private final long size;
    private Stream stream;
    private MessageSink sink;
    private long received;
    private boolean begun;
    private boolean writing;
    private Acceptance refusal;
    private boolean complete;

    Arriving(long size) {
        this.size = size;
    }

    /** Another call brings it from now on. */
    synchronized void over(Stream next) {
        if (stream != null) {
            stream.refuse(Acceptance.NO_ROOM);
        }
        stream = next;
        begun = false;
        begin();
    }

    /** Its receiver is there; false if there is another one already. */
    synchronized boolean into(MessageSink target) {
        if (sink == null) {
            sink = target;
            begin();
        }
        return sink == target;
    }

    private void begin() {
        if (stream == null || begun || writing) {
            return;
        }
        if (refusal != null) {
            stream.refuse(refusal);
        } else if (sink != null) {
            begun = true;
            stream.begin(received);
        }
    }

    /**
     * The next bytes have come over {@code from}.
     *
     * @throws IOException if the sink does not take them; the message is refused then
     * @throws IllegalStateException if they do not belong there: too many, not asked for, or over a call of before
     */
    public void add(Stream from, ByteBuffer part) throws IOException {
        int count = part.remaining();
        synchronized (this) {
            if (stream != from || !begun || refusal != null || count > size - received) {
                throw new IllegalStateException("bytes that do not belong there");
            }
            writing = true;
        }
        boolean written = false;
        try {
            sink.write(part);
            written = true;
        } finally {
            wrote(written ? count : -1);
        }
    }

    private synchronized void wrote(int count) {
        writing = false;
        if (count < 0) {
            refuse(Acceptance.SINK_FAILED);
        } else {
            received += count;
        }
        begin(); // another call may have come meanwhile
    }

    /** True if it came whole, over {@code from}. */
    synchronized boolean end(Stream from) {
        boolean whole = stream == from && begun && refusal == null && received == size;
        complete |= whole;
        return whole;
    }

    /** The call has broken; another one may come. */
    public synchronized void lost(Stream from) {
        if (stream == from) {
            stream = null;
            begun = false;
        }
    }

    /** It will not be received. */
    synchronized void refuse(Acceptance why) {
        if (refusal == null && !complete) {
            refusal = why;
            if (stream != null) {
                stream.refuse(why);
            }
        }
    }

    synchronized boolean isComplete() {
        return complete;
    }

    synchronized boolean isRefused() {
        return refusal != null;
    }

    long size() {
        return size;
    }
}
