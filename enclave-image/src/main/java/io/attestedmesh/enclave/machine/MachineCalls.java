package io.attestedmesh.enclave.machine;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.Map;

/** The calls of the C library that the first process of a machine needs; they return what C returns. */
final class MachineCalls {
    static {
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new UnsupportedOperationException("a machine of this kind runs Linux");
        }
        Native.register(
                MachineCalls.class, NativeLibrary.getInstance("c", Map.of(Library.OPTION_STRING_ENCODING, "UTF-8")));
    }

    private MachineCalls() {}

    static native int mount(String source, String target, String type, long flags, String data);

    static native int open(String path, int flags);

    static native int socket(int family, int type, int protocol);

    static native int close(int fd);

    static native int ioctl(int fd, long request, byte[] argument);

    static native int geteuid();

    static native int setgroups(long count, int[] groups);

    static native int setresgid(int real, int effective, int saved);

    static native int setresuid(int real, int effective, int saved);

    static native int prctl(int option, long second, long third, long fourth, long fifth);

    static native int capset(int[] header, int[] data);

    static native void sync();

    static native int reboot(int command);

    static native String strerror(int number);
}
