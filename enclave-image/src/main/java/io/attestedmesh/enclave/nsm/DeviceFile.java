package io.attestedmesh.enclave.nsm;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.nio.file.Path;

/**
 * {@code /dev/nsm}: one ioctl with two buffers (Linux, {@code include/uapi/linux/nsm.h}). The driver takes one message at
 * a time, so requests of several threads wait here for one another.
 */
final class DeviceFile implements NsmChannel {
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;

    /** {@code _IOWR(0x0A, 0, struct nsm_raw)}. */
    private static final long NSM_IOCTL_RAW = 0xC0200A00L;

    /** {@code struct iovec request, response}, each a pointer and a length. */
    private static final int RAW_SIZE = 32;

    /** The three calls of the C library that this needs; each throws what {@code errno} says. */
    interface C extends Library {
        int open(String path, int flags) throws LastErrorException;

        int ioctl(int fd, NativeLong request, Pointer argument) throws LastErrorException;

        int close(int fd) throws LastErrorException;
    }

    private final C c;
    private final Path path;
    private final int fd;
    private final Memory request = new Memory(MAX_REQUEST);
    private final Memory response = new Memory(MAX_RESPONSE);
    private final Memory raw = new Memory(RAW_SIZE);
    private boolean closed;

    private DeviceFile(C c, Path path, int fd) {
        this.c = c;
        this.path = path;
        this.fd = fd;
    }

    static DeviceFile open(Path path) throws IOException {
        try {
            C c = Native.load("c", C.class);
            return new DeviceFile(c, path, c.open(path.toString(), O_RDWR | O_CLOEXEC));
        } catch (LastErrorException e) {
            throw new IOException("cannot open " + path + ": " + e.getMessage(), e);
        } catch (UnsatisfiedLinkError e) {
            throw new IOException("this machine has no C library that JNA can load: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized Bytes exchange(Bytes message) throws IOException {
        if (closed) {
            throw new IOException(path + " was closed");
        }
        request.write(0, message.toByteArray(), 0, message.size());
        raw.setPointer(0, request);
        raw.setLong(8, message.size());
        raw.setPointer(16, response);
        raw.setLong(24, MAX_RESPONSE);
        try {
            c.ioctl(fd, new NativeLong(NSM_IOCTL_RAW, true), raw);
        } catch (LastErrorException e) {
            throw new IOException(path + " does not answer: " + e.getMessage(), e);
        }
        long length = raw.getLong(24);
        if (length < 1 || length > MAX_RESPONSE) {
            throw new IOException(path + " answered " + length + " bytes");
        }
        return Bytes.of(response.getByteArray(0, (int) length));
    }

    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            try {
                c.close(fd);
            } catch (LastErrorException e) {
                throw new IOException("closing " + path + ": " + e.getMessage(), e);
            }
        }
    }
}
