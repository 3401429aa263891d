package io.attestedmesh.transport.socket;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Records as bytes, to and from the socket below, through two buffers that have a largest size. */
final class RecordStream {
    /** Two of the largest records that any engine makes, and room for what engines add. */
    static final int BUFFER = 33 * 1024;

    static final int LARGEST_BUFFER = 4 * BUFFER;

    // RFC 8446, section 5.1
    private static final int HEADER = 5;
    private static final int LENGTH_AT = 3;
    private static final long NEVER = Long.MAX_VALUE;
    private static final int DRAINED = 64 * 1024;

    private final Socket below;
    private final InputStream before;
    private final InputStream in;
    private final OutputStream out;
    private final boolean byRecord;
    private ByteBuffer incoming = ByteBuffer.allocate(BUFFER).flip();
    private ByteBuffer outgoing = ByteBuffer.allocate(BUFFER);
    private volatile int timeout;
    private long deadline = NEVER;

    private boolean beforeRead;

    /**
     * @param before what was read of {@code below} already, and comes first
     * @param byRecord takes no byte behind a record, which may belong to whoever uses {@code below} after TLS
     */
    RecordStream(Socket below, InputStream before, boolean byRecord) throws IOException {
        this.below = below;
        this.before = before;
        this.in = below.getInputStream();
        this.out = below.getOutputStream();
        this.byRecord = byRecord;
        this.timeout = below.getSoTimeout();
    }

    /** For one read, in milliseconds; 0 is none. Holds from the next read on. */
    void timeout(int millis) {
        timeout = millis;
    }

    /** Until {@link #endDeadline}, reading fails at {@code nanos} of {@link System#nanoTime}, however much has come by then. */
    void deadline(long nanos) {
        deadline = nanos;
    }

    void endDeadline() {
        deadline = NEVER;
    }

    /** What was received and no engine has taken. */
    ByteBuffer incoming() {
        return incoming;
    }

    /** Room for what is to be sent by {@link #flush}. */
    ByteBuffer outgoing() {
        return outgoing;
    }

    void enlargeOutgoing(int atLeast) throws SSLException {
        outgoing = larger(outgoing.flip(), atLeast);
    }

    void flush() throws IOException {
        out.write(outgoing.array(), 0, outgoing.position());
        outgoing.clear();
    }

    /**
     * Waits for more bytes.
     *
     * @throws EOFException if there are none
     */
    void fill() throws IOException {
        incoming.compact();
        try {
            if (!incoming.hasRemaining()) {
                incoming = larger(incoming.flip(), 0);
            }
            int read = read(byRecord ? Math.min(missing(), incoming.remaining()) : incoming.remaining());
            if (read < 0) {
                throw new EOFException("the connection ended without close_notify: what was received may be truncated");
            }
            incoming.position(incoming.position() + read);
        } finally {
            incoming.flip();
        }
    }

    private int missing() {
        int have = incoming.position();
        if (have < HEADER) {
            return HEADER - have;
        }
        return Math.max(1, HEADER + (incoming.getShort(LENGTH_AT) & 0xffff) - have);
    }

    private int read(int most) throws IOException {
        if (!beforeRead) {
            int read = before.read(incoming.array(), incoming.position(), most);
            if (read > 0) {
                return read;
            }
            beforeRead = true;
        }
        below.setSoTimeout(millisLeft());
        try {
            return in.read(incoming.array(), incoming.position(), most);
        } catch (SocketTimeoutException e) {
            if (deadline != NEVER && deadline - System.nanoTime() <= 0) {
                throw tooLate();
            }
            throw e;
        }
    }

    private int millisLeft() throws SSLHandshakeException {
        int forOne = timeout;
        if (deadline == NEVER) {
            return forOne;
        }
        long nanos = deadline - System.nanoTime();
        if (nanos <= 0) {
            throw tooLate();
        }
        int left = Math.toIntExact(Math.min(TimeUnit.NANOSECONDS.toMillis(nanos) + 1, Integer.MAX_VALUE));
        return forOne == 0 ? left : Math.min(forOne, left);
    }

    private static SSLHandshakeException tooLate() {
        return new SSLHandshakeException("the handshake took longer than its limit");
    }

    /**
     * Says that no more is sent, then waits until the peer ends too: closing over unread bytes would reset the connection,
     * and the peer might never see the alert that says why.
     */
    void linger(int millis) {
        try {
            below.shutdownOutput();
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            byte[] ignored = new byte[HEADER * 1024];
            int total = 0;
            while (total < DRAINED) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return;
                }
                below.setSoTimeout(Math.toIntExact(left));
                int read = in.read(ignored);
                if (read < 0) {
                    return;
                }
                total += read;
            }
        } catch (IOException e) {
            // it is being closed: there is nobody left to tell
        }
    }

    static ByteBuffer larger(ByteBuffer full, int atLeast) throws SSLException {
        int size = Math.max(2 * full.capacity(), full.remaining() + atLeast);
        if (size > LARGEST_BUFFER) {
            throw new SSLException("a record needs a buffer of more than " + LARGEST_BUFFER + " bytes");
        }
        return ByteBuffer.allocate(size).put(full);
    }
}
