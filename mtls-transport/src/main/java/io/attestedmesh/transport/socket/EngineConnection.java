package io.attestedmesh.transport.socket;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;

/**
 * One engine over one connected socket. It does what the engine's status says and knows nothing else of a handshake, so
 * that an engine may exchange more than TLS does before it reports {@code FINISHED}.
 *
 * <p>Locks are taken in the order handshaking, reading, writing. After the handshake a reader and a writer share nothing
 * but the engine, which allows one {@code unwrap} beside one {@code wrap}.
 */
final class EngineConnection {
    /** For what is only polite at the end of a connection: an alert, and that the peer receives it. */
    private static final int PATIENCE_MILLIS = 1_000;

    // an engine that asks for the same again and again without moving a byte is broken
    private static final int IDLE_STEPS = 1_000;
    private static final int LAST_RECORDS = 8;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final Socket below;
    private final RecordStream records;
    private final boolean closesBelow;
    private final Duration limit;
    private final ReentrantLock handshaking = new ReentrantLock();
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();

    private ByteBuffer plain = ByteBuffer.allocate(RecordStream.BUFFER).flip();
    private volatile boolean begun;
    private long deadline;
    private boolean ended;
    private boolean sendsNoMore;
    private volatile SSLSession session;
    private volatile IOException failure;
    private volatile boolean closed;

    EngineConnection(SSLEngine engine, Socket below, RecordStream records, boolean closesBelow, Duration limit) {
        this.engine = engine;
        this.below = below;
        this.records = records;
        this.closesBelow = closesBelow;
        this.limit = limit;
    }

    SSLEngine engine() {
        return engine;
    }

    /** Null until the handshake has ended well. */
    SSLSession session() {
        return session;
    }

    /**
     * Completes the handshake, once; one that was interrupted by a time-out is continued.
     *
     * @return true if it was this call that completed it
     */
    boolean handshake() throws IOException {
        if (session != null) {
            return false;
        }
        handshaking.lock();
        try {
            // whoever completed it meanwhile may be reading, and hold that lock until the peer says something
            if (session != null) {
                return false;
            }
            reading.lock();
            writing.lock();
            try {
                checkUsable();
                session = begin();
                return true;
            } finally {
                writing.unlock();
                reading.unlock();
            }
        } finally {
            handshaking.unlock();
        }
    }

    private SSLSession begin() throws IOException {
        try {
            if (!begun) {
                begun = true;
                deadline = System.nanoTime() + limit.toNanos();
                engine.beginHandshake();
            }
            records.deadline(deadline);
            drive();
            return engine.getSession();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (EOFException e) {
            throw fail(new SSLHandshakeException("the peer ended the connection during the handshake"), e);
        } catch (IOException e) {
            throw fail(e, e);
        } catch (RuntimeException e) {
            throw fail(new SSLHandshakeException("the engine failed in the handshake"), e);
        } finally {
            records.endDeadline();
        }
    }

    private void drive() throws IOException {
        int idle = 0;
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
            if (++idle > IDLE_STEPS) {
                throw new SSLException("the engine makes no progress: " + status);
            }
            if (status == HandshakeStatus.NEED_TASK) {
                runTasks();
                status = engine.getHandshakeStatus();
                continue;
            }
            SSLEngineResult result = status == HandshakeStatus.NEED_WRAP ? wrap(NOTHING.duplicate()) : unwrap();
            status = result.getHandshakeStatus();
            if (result.getStatus() == Status.CLOSED && status != HandshakeStatus.NEED_WRAP) {
                throw new EOFException("closed");
            }
            if (result.bytesConsumed() > 0 || result.bytesProduced() > 0) {
                idle = 0;
            }
        }
        if (engine.isInboundDone() || engine.isOutboundDone()) {
            throw new EOFException("closed");
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** As {@code InputStream.read}; an end without the peer's close_notify is an error and not an end. */
    int read(byte[] target, int offset, int length) throws IOException {
        reading.lock();
        try {
            while (!plain.hasRemaining() || closed) {
                if (ended && !closed) {
                    return -1;
                }
                checkUsable();
                receive();
            }
            int count = Math.min(length, plain.remaining());
            plain.get(target, offset, count);
            return count;
        } finally {
            reading.unlock();
        }
    }

    /** Bytes that can be read at once. */
    int available() {
        if (!reading.tryLock()) {
            return 0;
        }
        try {
            return closed ? 0 : plain.remaining();
        } finally {
            reading.unlock();
        }
    }

    private void receive() throws IOException {
        try {
            SSLEngineResult result = unwrap();
            if (result.getStatus() == Status.CLOSED) {
                if (!engine.isInboundDone()) {
                    throw new SSLException("the engine was closed");
                }
                ended = !closed;
            }
            if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                runTasks();
            }
            if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                answer(result.bytesConsumed() == 0 && !ended);
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (EOFException e) {
            throw fail(new SSLException(e.getMessage()), e);
        } catch (IOException e) {
            throw fail(e, e);
        } catch (RuntimeException e) {
            throw fail(new SSLException("the engine failed"), e);
        }
    }

    /**
     * Sends what the engine wants to send, such as its own new key. Where a writer is at work, its next record does it: to
     * wait for a writer who waits for the peer to read could be to wait for ever.
     */
    private void answer(boolean atOnce) throws IOException {
        if (atOnce) {
            writing.lock();
        } else if (!writing.tryLock()) {
            return;
        }
        try {
            sendPending();
        } finally {
            writing.unlock();
        }
    }

    private void sendPending() throws IOException {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            if (wrap(NOTHING.duplicate()).bytesProduced() == 0) {
                return;
            }
        }
    }

    void write(byte[] source, int offset, int length) throws IOException {
        writing.lock();
        try {
            ByteBuffer left = ByteBuffer.wrap(source, offset, length);
            int idle = 0;
            while (left.hasRemaining()) {
                checkUsable();
                idle = send(left) ? 0 : idle + 1;
                if (idle > IDLE_STEPS) {
                    throw new SSLException("the engine takes no data");
                }
            }
            // what a reader left to this writer, and what an engine took and has not handed out
            sendPending();
        } catch (IOException | RuntimeException e) {
            if (failure == null && !closed && !sendsNoMore) {
                failure = e instanceof IOException io ? io : new SSLException("the engine failed", e);
                closeBelow();
            }
            throw e;
        } finally {
            writing.unlock();
        }
    }

    private boolean send(ByteBuffer left) throws IOException {
        SSLEngineResult result = wrap(left);
        if (result.getStatus() == Status.CLOSED && left.hasRemaining()) {
            sendsNoMore = true;
            throw new SSLException("the connection is closed for sending");
        }
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            runTasks();
        }
        return result.bytesConsumed() > 0 || result.bytesProduced() > 0;
    }

    private SSLEngineResult wrap(ByteBuffer source) throws IOException {
        while (true) {
            SSLEngineResult result = engine.wrap(source, records.outgoing());
            if (result.getStatus() != Status.BUFFER_OVERFLOW) {
                records.flush();
                return result;
            }
            records.enlargeOutgoing(engine.getSession().getPacketBufferSize());
        }
    }

    // returns once the engine has taken something, or wants something else
    private SSLEngineResult unwrap() throws IOException {
        while (true) {
            SSLEngineResult result;
            plain.compact();
            try {
                result = engine.unwrap(records.incoming(), plain);
            } finally {
                plain.flip();
            }
            HandshakeStatus status = result.getHandshakeStatus();
            boolean wantsElse = status == HandshakeStatus.NEED_TASK
                    || status == HandshakeStatus.NEED_WRAP
                    || status == HandshakeStatus.NEED_UNWRAP_AGAIN;
            boolean idle = result.bytesConsumed() == 0 && result.bytesProduced() == 0;
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                plain = RecordStream.larger(plain, engine.getSession().getApplicationBufferSize())
                        .flip();
            } else if (result.getStatus() == Status.CLOSED
                    || status == HandshakeStatus.FINISHED
                    || wantsElse
                    || !idle) {
                return result;
            } else {
                records.fill();
            }
        }
    }

    /** Says close_notify and goes on receiving; for engines that can. */
    void shutdownOutput() throws IOException {
        writing.lock();
        try {
            checkUsable();
            sendsNoMore = true;
            engine.closeOutbound();
            lastRecords();
            if (closesBelow) {
                below.shutdownOutput();
            }
        } finally {
            writing.unlock();
        }
    }

    /** At most about twice {@link #PATIENCE_MILLIS}, whatever other threads and the peer do. */
    void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        boolean said = !begun || failure != null || (session != null && farewell());
        if (closesBelow || !said) {
            below.close();
        }
        releaseEngine();
    }

    // records what went wrong for all who come later, tells the peer by an alert, and closes
    private IOException fail(IOException shown, Exception cause) {
        if (closed) {
            releaseEngine(); // whoever closed may have waited for this reader in vain
            return new SocketException("Socket closed");
        }
        if (shown != cause) {
            shown.initCause(cause);
        }
        failure = shown;
        if (farewell() && closesBelow) {
            records.linger(PATIENCE_MILLIS);
        }
        closeBelow();
        releaseEngine();
        return shown;
    }

    private void closeBelow() {
        if (closesBelow) {
            try {
                below.close();
            } catch (IOException e) {
                // what went wrong first is what is reported
            }
        }
    }

    /** Sends the engine's last records. The socket below has no time-out for writing, so another thread does it. */
    private boolean farewell() {
        try {
            if (!writing.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
            try {
                Thread last = new Thread(this::lastRecordsIfPossible, "attested-socket-close");
                last.setDaemon(true);
                last.start();
                last.join(PATIENCE_MILLIS);
                return !last.isAlive();
            } finally {
                writing.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void lastRecordsIfPossible() {
        try {
            engine.closeOutbound();
            lastRecords();
        } catch (IOException | RuntimeException e) {
            // the peer is gone, or the engine is: there is nobody left to tell
        }
    }

    // some engines throw once more what they threw before they hand out the alert about it
    private void lastRecords() throws IOException {
        for (int i = 0; i < LAST_RECORDS && !engine.isOutboundDone(); i++) {
            try {
                if (wrap(NOTHING.duplicate()).bytesProduced() == 0) {
                    return;
                }
            } catch (SSLException e) {
                if (i == LAST_RECORDS - 1) {
                    throw e;
                }
            }
        }
    }

    // engines of native libraries hold memory and descriptors until they are closed both ways
    private void releaseEngine() {
        try {
            if (!reading.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
            try {
                engine.closeOutbound();
                engine.closeInbound();
            } catch (SSLException | RuntimeException e) {
                // the peer said no close_notify: whoever read was told
            } finally {
                reading.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void checkUsable() throws IOException {
        if (closed) {
            throw new SocketException("Socket closed");
        }
        if (failure != null) {
            throw new SSLException("the connection has failed: " + failure.getMessage(), failure);
        }
    }
}
