package io.attestedmesh.enclave.vsock;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One stream socket. Not thread-safe: whoever uses it also closes it, so that a number is never used after its end. */
final class NativeSocket {
    /** What {@link #read} and {@link #write} return where they would have to wait. */
    static final int WOULD_BLOCK = -1;

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_NONBLOCK = 0x800;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int SO_ERROR = 4;
    private static final int SO_KEEPALIVE = 9;
    private static final int SO_LINGER = 13;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;
    private static final int TCP_USER_TIMEOUT = 18;
    private static final int KEEPALIVE_IDLE_SECONDS = 60;
    private static final int KEEPALIVE_PAUSE_SECONDS = 15;
    private static final int KEEPALIVE_PROBES = 4;
    private static final int UNANSWERED_MILLIS = 120_000;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;
    private static final int MSG_PEEK = 2;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int FILE_TYPE = 0xf000;
    private static final int SOCKET = 0xc000;
    private static final int LARGEST_ADDRESS = 128;

    /** Of accept(2): none waits, or the one that waited has gone or met an error of its network. All else may last. */
    private static final Set<Integer> NOTHING_WAITS = Set.of(
            SystemCalls.EAGAIN,
            SystemCalls.EINTR,
            SystemCalls.ECONNABORTED,
            SystemCalls.EPROTO,
            SystemCalls.ENETDOWN,
            SystemCalls.ENETUNREACH,
            SystemCalls.EHOSTDOWN,
            SystemCalls.EHOSTUNREACH,
            SystemCalls.ENONET,
            SystemCalls.ENOPROTOOPT,
            SystemCalls.EOPNOTSUPP);

    private final int fd;
    private final int family;
    /** Where it listens; of others nothing. */
    private final Optional<StreamAddress> listening;

    /** How long one call waits; 0 of one that does not. */
    private long waitNanos;

    private boolean open = true;

    private NativeSocket(int fd, int family, Optional<StreamAddress> listening) {
        this.fd = fd;
        this.family = family;
        this.listening = listening;
    }

    private static NativeSocket create(StreamAddress address, int flags) throws SystemCallException {
        int fd = SystemCalls.socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
        if (fd < 0) {
            throw SystemCallException.last("making a socket for " + address);
        }
        return new NativeSocket(fd, address.family(), Optional.empty());
    }

    /** A listening one. A Unix socket that nobody listens on any more is replaced; others of our user alone may connect. */
    static NativeSocket listening(StreamAddress address, int backlog) throws IOException {
        if (address instanceof UnixAddress file) {
            removeAbandoned(file);
        }
        NativeSocket socket = create(address, SOCK_NONBLOCK);
        try {
            if (socket.isTcp()) {
                socket.option(SOL_SOCKET, SO_REUSEADDR, 1);
            }
            byte[] encoded = address.encoded();
            check(SystemCalls.bind(socket.fd, encoded, encoded.length), "binding to " + address);
            if (address instanceof UnixAddress file) {
                Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-------"));
            }
            check(SystemCalls.listen(socket.fd, backlog), "listening on " + address);
            return new NativeSocket(socket.fd, socket.family, Optional.of(address));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void removeAbandoned(UnixAddress address) throws IOException {
        Path path = address.path();
        boolean isSocket = Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & FILE_TYPE) == SOCKET;
        if (!isSocket) {
            return;
        }
        NativeSocket probe = create(address, SOCK_NONBLOCK);
        try {
            byte[] encoded = address.encoded();
            int answer = SystemCalls.connect(probe.fd, encoded, encoded.length);
            if (answer < 0 && Native.getLastError() == SystemCalls.ECONNREFUSED) {
                Files.delete(path);
            }
        } finally {
            probe.close();
        }
    }

    /** One that does not wait, and has not connected yet: see {@link #connect}. */
    static NativeSocket unconnected(StreamAddress address) throws SystemCallException {
        return create(address, SOCK_NONBLOCK);
    }

    /** A connected one whose reads and writes wait, each for {@code timeoutMillis} at most. */
    static NativeSocket connected(StreamAddress address, int timeoutMillis) throws IOException {
        NativeSocket socket = create(address, 0);
        try {
            socket.waitAtMost(timeoutMillis);
            socket.connectAndWait(address);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A signal may interrupt it: then Linux goes on, or begins anew, with the next call. */
    private void connectAndWait(StreamAddress address) throws SystemCallException {
        byte[] encoded = address.encoded();
        long deadline = System.nanoTime() + waitNanos;
        int reason;
        do {
            if (SystemCalls.connect(fd, encoded, encoded.length) >= 0) {
                return;
            }
            reason = Native.getLastError();
            if (reason == SystemCalls.EISCONN) {
                return;
            }
        } while (reason == SystemCalls.EINTR && System.nanoTime() - deadline < 0);
        throw new SystemCallException("connecting to " + address, reason);
    }

    /** {@code struct timeval} of a 64-bit machine, as ints in its byte order (both that we run on are little-endian). */
    private static int[] timeval(int millis) {
        return new int[] {millis / 1000, 0, millis % 1000 * 1000, 0};
    }

    enum Progress {
        CONNECTED,
        /** Writable, once it is known. */
        UNDER_WAY,
        /** The other side's queue is full (Unix sockets): ask again. */
        LATER
    }

    Progress connect(StreamAddress address) throws SystemCallException {
        byte[] encoded = address.encoded();
        if (SystemCalls.connect(fd, encoded, encoded.length) >= 0) {
            return Progress.CONNECTED;
        }
        int reason = Native.getLastError();
        return switch (reason) {
            case SystemCalls.EINPROGRESS, SystemCalls.EINTR -> Progress.UNDER_WAY;
            case SystemCalls.EAGAIN -> Progress.LATER;
            default -> throw new SystemCallException("connecting to " + address, reason);
        };
    }

    /** How a connection under way ended: nothing, or why it failed. */
    Optional<SystemCallException> failure(String doing) {
        int[] value = {0};
        int[] size = {Integer.BYTES};
        int answer = SystemCalls.getsockopt(fd, SOL_SOCKET, SO_ERROR, value, size);
        int reason = answer < 0 ? Native.getLastError() : value[0];
        return reason == 0 ? Optional.empty() : Optional.of(new SystemCallException(doing, reason));
    }

    /** The next connection, or nothing where none waits or the one that waited has gone. It does not wait. */
    Optional<NativeSocket> accept() throws SystemCallException {
        return accept(SOCK_NONBLOCK);
    }

    /** The same, of one whose reads and writes wait, each for {@code timeoutMillis} at most. */
    Optional<NativeSocket> acceptWaiting(int timeoutMillis) throws SystemCallException {
        Optional<NativeSocket> socket = accept(0);
        if (socket.isPresent()) {
            try {
                socket.get().waitAtMost(timeoutMillis);
            } catch (SystemCallException e) {
                socket.get().close();
                throw e;
            }
        }
        return socket;
    }

    /** Why this listening one does not serve {@code accepted}, whose other end is of the wrong machine; or nothing. */
    Optional<String> objection(NativeSocket accepted) {
        if (listening.isPresent() && listening.get() instanceof VsockAddress here && here.peer() != VsockAddress.ANY) {
            Optional<VsockAddress> peer = accepted.vsockPeer();
            return peer.filter(here::admits).isPresent()
                    ? Optional.empty()
                    : Optional.of("expected context " + here.peer() + ", actual "
                            + peer.map(VsockAddress::toString).orElse("unknown"));
        }
        return Optional.empty();
    }

    private Optional<VsockAddress> vsockPeer() {
        byte[] encoded = new byte[LARGEST_ADDRESS];
        int[] size = {encoded.length};
        if (SystemCalls.getpeername(fd, encoded, size) < 0) {
            return Optional.empty();
        }
        return Optional.of(VsockAddress.decode(ByteBuffer.wrap(encoded).order(ByteOrder.nativeOrder())));
    }

    private void waitAtMost(int timeoutMillis) throws SystemCallException {
        waitNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        int[] time = timeval(timeoutMillis);
        option(SOL_SOCKET, SO_RCVTIMEO, time);
        option(SOL_SOCKET, SO_SNDTIMEO, time);
    }

    private Optional<NativeSocket> accept(int flags) throws SystemCallException {
        int accepted = SystemCalls.accept4(fd, 0, 0, flags | SOCK_CLOEXEC);
        if (accepted >= 0) {
            return Optional.of(new NativeSocket(accepted, family, Optional.empty()));
        }
        SystemCallException failure = SystemCallException.last("accepting a connection");
        if (NOTHING_WAITS.contains(failure.number())) {
            return Optional.empty();
        }
        throw failure;
    }

    /** Of TCP: sends small pieces at once, and ends where the other machine is gone without a word. */
    void tune() throws SystemCallException {
        if (isTcp()) {
            option(IPPROTO_TCP, TCP_NODELAY, 1);
            option(IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
            option(IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_PAUSE_SECONDS);
            option(IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES);
            option(IPPROTO_TCP, TCP_USER_TIMEOUT, UNANSWERED_MILLIS);
            option(SOL_SOCKET, SO_KEEPALIVE, 1);
        }
    }

    /** Where it listens; with the port that the kernel chose. */
    StreamAddress boundTo(StreamAddress asked) throws SystemCallException {
        if (asked instanceof UnixAddress) {
            return asked;
        }
        byte[] encoded = new byte[LARGEST_ADDRESS];
        int[] size = {encoded.length};
        check(SystemCalls.getsockname(fd, encoded, size), "asking for the address of " + asked);
        ByteBuffer address = ByteBuffer.wrap(encoded).order(ByteOrder.nativeOrder());
        return asked instanceof VsockAddress ? VsockAddress.decode(address) : TcpAddress.decode(family, address);
    }

    /** Bytes read into {@code buffer}, 0 at the end of the stream, or {@link #WOULD_BLOCK}. */
    int read(long buffer, int size) throws SystemCallException {
        long deadline = deadline();
        long count;
        do {
            count = SystemCalls.recv(fd, buffer, size, 0);
        } while (count < 0 && isToRepeat("reading", deadline));
        return count >= 0 ? (int) count : WOULD_BLOCK;
    }

    /** Whether bytes or the end of the stream wait to be read. Any thread may ask while it is open. */
    boolean hasSomething() {
        try (Memory one = new Memory(1)) {
            return SystemCalls.recv(fd, Pointer.nativeValue(one), 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
        }
    }

    /** Bytes written from {@code buffer}, or {@link #WOULD_BLOCK}. */
    int write(long buffer, int size) throws SystemCallException {
        long deadline = deadline();
        long count;
        do {
            count = SystemCalls.send(fd, buffer, size, MSG_NOSIGNAL);
        } while (count < 0 && isToRepeat("writing", deadline));
        return count >= 0 ? (int) count : WOULD_BLOCK;
    }

    private long deadline() {
        return waitNanos == 0 ? 0 : System.nanoTime() + waitNanos;
    }

    /** After a call that failed: whether only a signal had interrupted it, in time. */
    private boolean isToRepeat(String doing, long deadline) throws SystemCallException {
        int reason = Native.getLastError();
        if (reason == SystemCalls.EINTR) {
            return waitNanos == 0 || System.nanoTime() - deadline < 0;
        }
        if (reason == SystemCalls.EAGAIN) {
            return false;
        }
        throw new SystemCallException(doing, reason);
    }

    /** Tells the other side that nothing more comes. */
    void endWriting() throws SystemCallException {
        check(SystemCalls.shutdown(fd, SHUT_WR), "ending a stream");
    }

    /** Ends both directions, so that a thread that waits in {@link #read} returns. */
    void wake() {
        SystemCalls.shutdown(fd, SHUT_RDWR);
    }

    int fd() {
        return fd;
    }

    private boolean isTcp() {
        return family == TcpAddress.AF_INET || family == TcpAddress.AF_INET6;
    }

    /** Closes so that a TCP peer sees a reset; other families know no such thing, and theirs see the end. */
    void reset() {
        if (open && isTcp()) {
            int[] lingerZero = {1, 0};
            // a socket that cannot be told so is closed all the same
            SystemCalls.setsockopt(fd, SOL_SOCKET, SO_LINGER, lingerZero, Long.BYTES);
        }
        close();
    }

    /** Twice is once. */
    void close() {
        if (open) {
            open = false;
            SystemCalls.close(fd);
        }
    }

    boolean isOpen() {
        return open;
    }

    private void option(int level, int name, int... value) throws SystemCallException {
        check(SystemCalls.setsockopt(fd, level, name, value, value.length * Integer.BYTES), "setting up a socket");
    }

    private static void check(int answer, String doing) throws SystemCallException {
        if (answer < 0) {
            throw SystemCallException.last(doing);
        }
    }
}
