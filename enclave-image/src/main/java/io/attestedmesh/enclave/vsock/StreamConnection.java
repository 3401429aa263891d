package io.attestedmesh.enclave.vsock;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;

/** A connection whose reads and writes wait. One thread uses and closes it; {@link #abort} is for any. */
public final class StreamConnection implements Closeable {
    private static final int BUFFER = 16 * 1024;

    private final NativeSocket socket;
    private final Memory buffer = new Memory(BUFFER);
    private volatile long usedAt = System.nanoTime();
    private boolean open = true;

    StreamConnection(NativeSocket socket) {
        this.socket = socket;
    }

    /**
     * Connects.
     *
     * @param timeout of connecting and of each read and write; at least a millisecond
     */
    public static StreamConnection connect(StreamAddress address, Duration timeout) throws IOException {
        return new StreamConnection(NativeSocket.connected(address, millis(timeout)));
    }

    static int millis(Duration timeout) {
        return Math.toIntExact(Math.max(1, timeout.toMillis()));
    }

    /** Bytes read, -1 at the end; {@link SocketTimeoutException} if nothing came in time. */
    private int read(byte[] to, int from, int size) throws IOException {
        Objects.checkFromIndexSize(from, size, to.length);
        int count = size == 0 ? 0 : socket.read(Pointer.nativeValue(buffer), Math.min(size, BUFFER));
        if (count == NativeSocket.WOULD_BLOCK) {
            throw new SocketTimeoutException("nothing came in time");
        }
        usedAt = System.nanoTime();
        buffer.read(0, to, from, count);
        return count == 0 && size > 0 ? -1 : count;
    }

    private void write(byte[] bytes, int from, int size) throws IOException {
        Objects.checkFromIndexSize(from, size, bytes.length);
        int done = 0;
        while (done < size) {
            int part = Math.min(size - done, BUFFER);
            buffer.write(0, bytes, from + done, part);
            int count = socket.write(Pointer.nativeValue(buffer), part);
            if (count == NativeSocket.WOULD_BLOCK) {
                throw new SocketTimeoutException("the other side took nothing in time");
            }
            usedAt = System.nanoTime();
            done += count;
        }
    }

    public InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return StreamConnection.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int from, int size) throws IOException {
                return StreamConnection.this.read(to, from, size);
            }
        };
    }

    public OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                StreamConnection.this.write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int size) throws IOException {
                StreamConnection.this.write(bytes, from, size);
            }
        };
    }

    /** Tells the other side that nothing more comes. */
    public void endOutput() throws IOException {
        socket.endWriting();
    }

    /** Makes reads and writes under way, and later ones, end at once. */
    public synchronized void abort() {
        if (open) {
            socket.wake();
        }
    }

    /** The same once nothing that came is left to be read; whether it did. */
    synchronized boolean abortIfQuiet() {
        if (open && socket.hasSomething()) {
            return false;
        }
        abort();
        return true;
    }

    /** When bytes moved last, as {@link System#nanoTime}. */
    long usedAt() {
        return usedAt;
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            socket.close();
            buffer.close();
        }
    }
}
