package io.attestedmesh.enclave.machine;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;

/**
 * Turns the machine off, also after root was given up: a thread of its own keeps this one capability and no other.
 * Where the first process just ended, the kernel would panic.
 */
public final class PowerSwitch {
    private static final System.Logger LOG = System.getLogger(PowerSwitch.class.getName());
    private static final int PR_SET_KEEPCAPS = 8;
    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final int SYS_BOOT = 1 << 22;
    /** Without ACPI a power-off only halts, and the hypervisor would not see an end; a restart ends an enclave. */
    private static final int RB_AUTOBOOT = 0x01234567;

    private final CountDownLatch armed = new CountDownLatch(1);
    private final CountDownLatch rootGivenUp = new CountDownLatch(1);
    private final CountDownLatch narrowed = new CountDownLatch(1);
    private final CountDownLatch pressed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "amesh-power");
    private volatile boolean narrow;
    private volatile IOException failure;

    private PowerSwitch() {
        thread.setDaemon(true);
    }

    /** Makes one; while the process is still root. */
    public static PowerSwitch arm() throws InterruptedException {
        PowerSwitch made = new PowerSwitch();
        made.thread.start();
        made.armed.await();
        return made;
    }

    private void run() {
        try {
            keep();
            armed.countDown();
            rootGivenUp.await();
            if (narrow) {
                keepOne();
            }
            narrowed.countDown();
            pressed.await();
        } catch (InterruptedException e) {
            return;
        }
        MachineCalls.sync();
        MachineCalls.reboot(RB_AUTOBOOT);
        LOG.log(Level.ERROR, "the kernel does not turn the machine off");
    }

    private void keep() {
        Machine.forbidNewCapabilities();
        try {
            MachineException.check(MachineCalls.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keeping capabilities");
        } catch (IOException e) {
            failure = e;
        }
    }

    private void keepOne() {
        int[] header = {CAPABILITY_VERSION_3, 0};
        int[] effectivePermittedInheritable = {SYS_BOOT, SYS_BOOT, 0, 0, 0, 0};
        try {
            MachineException.check(
                    MachineCalls.capset(header, effectivePermittedInheritable), "keeping one capability alone");
            MachineException.check(MachineCalls.prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0), "keeping no others later");
        } catch (IOException e) {
            failure = e;
        }
    }

    /**
     * Gives up all capabilities but the one; right after {@link Machine#become}.
     *
     * @throws IOException if the kernel did not do so: the thread may hold all that root had, and nothing is to be run
     */
    public void narrow() throws IOException, InterruptedException {
        narrow = true;
        rootGivenUp.countDown();
        narrowed.await();
        if (failure != null) {
            throw failure;
        }
    }

    /** Writes out what is buffered and turns the machine off, also for an interrupted thread; returns only if that failed. */
    public void press() {
        rootGivenUp.countDown();
        pressed.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
