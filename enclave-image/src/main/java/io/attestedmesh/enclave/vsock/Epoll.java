package io.attestedmesh.enclave.vsock;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** Waits for many sockets at once, level-triggered. One thread alone uses it. */
final class Epoll {
    static final int IN = 1;
    static final int OUT = 4;
    static final int ERROR = 8;
    static final int HANG_UP = 16;

    private static final int ADD = 1;
    private static final int REMOVE = 2;
    private static final int CHANGE = 3;
    private static final int CLOEXEC = 0x80000;
    private static final int MOST = 512;

    /** {@code struct epoll_event} is packed on x86-64 alone (linux/eventpoll.h). */
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final int SIZE = PACKED ? 12 : 16;
    private static final int DATA = PACKED ? 4 : 8;

    private final int fd;
    private final Memory events = new Memory((long) MOST * SIZE);
    private final Memory one = new Memory(SIZE);
    private boolean open = true;

    Epoll() throws SystemCallException {
        fd = SystemCalls.epoll_create1(CLOEXEC);
        if (fd < 0) {
            throw SystemCallException.last("making an epoll");
        }
    }

    void add(int socket, int interest, long data) throws SystemCallException {
        control(ADD, socket, interest, data);
    }

    void change(int socket, int interest, long data) throws SystemCallException {
        control(CHANGE, socket, interest, data);
    }

    void remove(int socket) throws SystemCallException {
        control(REMOVE, socket, 0, 0);
    }

    private void control(int operation, int socket, int interest, long data) throws SystemCallException {
        one.setInt(0, interest);
        one.setLong(DATA, data);
        if (SystemCalls.epoll_ctl(fd, operation, socket, Pointer.nativeValue(one)) < 0) {
            throw SystemCallException.last("watching a socket");
        }
    }

    /** How many are ready after {@code millis} at most; -1 waits for ever. */
    int await(int millis) throws SystemCallException {
        int ready = SystemCalls.epoll_wait(fd, Pointer.nativeValue(events), MOST, millis);
        if (ready < 0 && Native.getLastError() != SystemCalls.EINTR) {
            throw SystemCallException.last("waiting for sockets");
        }
        return Math.max(ready, 0);
    }

    int readiness(int index) {
        return events.getInt((long) index * SIZE);
    }

    long data(int index) {
        return events.getLong((long) index * SIZE + DATA);
    }

    /** Twice is once. */
    void close() {
        if (open) {
            open = false;
            SystemCalls.close(fd);
            events.close();
            one.close();
        }
    }
}
