package io.attestedmesh.enclave.machine;

import com.sun.jna.Native;
import java.io.IOException;

/** The kernel refused to set something up. */
public final class MachineException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int number;

    private MachineException(String doing, int number) {
        super(doing + ": " + MachineCalls.strerror(number));
        this.number = number;
    }

    /** Throws the reason of the call that this thread made last, if {@code answer} says that it failed. */
    static void check(int answer, String doing) throws MachineException {
        if (answer < 0) {
            throw new MachineException(doing, Native.getLastError());
        }
    }

    /** The C library's {@code errno}. */
    public int number() {
        return number;
    }
}
