package io.attestedmesh.enclave.vsock;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.Map;

/**
 * The calls of the C library that stream sockets need. Each returns what C returns; where that is negative, {@link
 * Native#getLastError} is the reason. An exception for each would cost more than the call: "would block" is an everyday
 * answer.
 */
final class SystemCalls {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int ENONET = 64;
    static final int EPROTO = 71;
    static final int ENOPROTOOPT = 92;
    static final int EOPNOTSUPP = 95;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ENOBUFS = 105;
    static final int ENOMEM = 12;
    static final int EISCONN = 106;
    static final int ENOTCONN = 107;
    static final int ECONNREFUSED = 111;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;
    static final int EINPROGRESS = 115;

    static {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new UnsupportedOperationException("sockets of this kind are made on Linux only");
        }
        Native.register(
                SystemCalls.class, NativeLibrary.getInstance("c", Map.of(Library.OPTION_STRING_ENCODING, "UTF-8")));
    }

    private SystemCalls() {}

    static native int socket(int family, int type, int protocol);

    static native int bind(int fd, byte[] address, int size);

    static native int listen(int fd, int backlog);

    static native int connect(int fd, byte[] address, int size);

    static native int accept4(int fd, long address, long size, int flags);

    static native int getsockname(int fd, byte[] address, int[] size);

    static native int getpeername(int fd, byte[] address, int[] size);

    static native int getsockopt(int fd, int level, int name, int[] value, int[] size);

    static native int setsockopt(int fd, int level, int name, int[] value, int size);

    static native int shutdown(int fd, int how);

    static native int close(int fd);

    static native long recv(int fd, long buffer, long size, int flags);

    static native long send(int fd, long buffer, long size, int flags);

    static native long read(int fd, long buffer, long size);

    static native long write(int fd, long buffer, long size);

    static native int eventfd(int initial, int flags);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int fd, long event);

    static native int epoll_wait(int epoll, long events, int most, int milliseconds);

    static native String strerror(int number);
}
