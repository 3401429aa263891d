package io.attestedmesh.enclave.vsock;

import com.sun.jna.Native;
import java.io.IOException;

/** The kernel refused something. */
public final class SystemCallException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int number;

    SystemCallException(String doing, int number) {
        super(doing + ": " + SystemCalls.strerror(number));
        this.number = number;
    }

    /** Of the call that this thread made last. */
    static SystemCallException last(String doing) {
        return new SystemCallException(doing, Native.getLastError());
    }

    /** The C library's {@code errno}. */
    public int number() {
        return number;
    }

    boolean isLackOfResources() {
        return number == SystemCalls.EMFILE
                || number == SystemCalls.ENFILE
                || number == SystemCalls.ENOBUFS
                || number == SystemCalls.ENOMEM;
    }
}
