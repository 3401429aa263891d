package io.attestedmesh.enclave.machine;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The virtual machine that this process runs in, and has to set up where it is the first process. */
public final class Machine {
    private static final int PR_CAPBSET_DROP = 24;
    private static final int MOST_CAPABILITIES = 64;
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int O_WRONLY = 1;
    private static final int SIOCGIFFLAGS = 0x8913;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final int IFREQ_SIZE = 40;
    private static final int IFREQ_FLAGS = 16;
    private static final short IFF_UP = 1;
    private static final int RNDADDENTROPY = 0x40085203;
    private static final int READ_ONLY = 1;
    private static final int NOSUID = 2;
    private static final int NODEV = 4;
    private static final int NOEXEC = 8;
    private static final int REMOUNT = 32;
    private static final int BIND = 4096;

    private record Mount(String type, String target, int flags, String options) {}

    /** In this order: some lie in others. */
    private static final List<Mount> MOUNTS = List.of(
            new Mount("proc", "/proc", NOSUID | NODEV | NOEXEC, ""),
            new Mount("sysfs", "/sys", NOSUID | NODEV | NOEXEC, ""),
            new Mount("devtmpfs", "/dev", NOSUID | NOEXEC, "mode=0755"),
            new Mount("tmpfs", "/dev/shm", NOSUID | NODEV | NOEXEC, "mode=1777"),
            new Mount("tmpfs", "/run", NOSUID | NODEV | NOEXEC, "mode=0755"),
            // JNA and the TLS engines unpack and load their libraries here
            new Mount("tmpfs", "/tmp", NOSUID | NODEV, "mode=1777"));

    private Machine() {}

    public static boolean isFirstProcess() {
        return ProcessHandle.current().pid() == 1;
    }

    public static boolean isRoot() {
        return MachineCalls.geteuid() == 0;
    }

    /**
     * Mounts what a program expects of Linux. What is mounted already stays, with all that is in it, and gets the same
     * restrictions.
     */
    public static void mountFileSystems() throws IOException {
        for (Mount mount : MOUNTS) {
            Files.createDirectories(Path.of(mount.target()));
            // read each time: the first of them is what shows it
            Set<String> options = MountPoints.current().get(mount.target());
            if (options != null) {
                // of this mount alone: its file system, which others may use, keeps its own options
                int flags = REMOUNT | BIND | mount.flags() | flags(options);
                MachineException.check(
                        MachineCalls.mount(null, mount.target(), null, flags, null), "restricting " + mount.target());
            } else {
                MachineException.check(
                        MachineCalls.mount(mount.type(), mount.target(), mount.type(), mount.flags(), mount.options()),
                        "mounting " + mount.target());
            }
        }
    }

    /** Restrictions that a mount has already, and that mount(2) would take away where they are not said again. */
    private static int flags(Set<String> options) {
        return (options.contains("ro") ? READ_ONLY : 0)
                | (options.contains("nosuid") ? NOSUID : 0)
                | (options.contains("nodev") ? NODEV : 0)
                | (options.contains("noexec") ? NOEXEC : 0);
    }

    /** Takes the loopback interface up; the kernel then gives it 127.0.0.1/8. */
    public static void loopbackUp() throws MachineException {
        int fd = MachineCalls.socket(AF_INET, SOCK_DGRAM, 0);
        MachineException.check(fd, "making a socket");
        try {
            byte[] request = new byte[IFREQ_SIZE];
            ByteBuffer fields = ByteBuffer.wrap(request).order(ByteOrder.nativeOrder());
            fields.put("lo".getBytes(StandardCharsets.US_ASCII));
            MachineException.check(MachineCalls.ioctl(fd, SIOCGIFFLAGS, request), "asking for the state of lo");
            fields.putShort(IFREQ_FLAGS, (short) (fields.getShort(IFREQ_FLAGS) | IFF_UP));
            MachineException.check(MachineCalls.ioctl(fd, SIOCSIFFLAGS, request), "taking lo up");
        } finally {
            MachineCalls.close(fd);
        }
    }

    /**
     * Mixes {@code random} into the kernel's generator, and counts its bits there where the kernel lets us.
     *
     * @return whether they were counted
     */
    public static boolean addEntropy(Bytes random) throws IOException {
        int fd = MachineCalls.open("/dev/urandom", O_WRONLY);
        MachineException.check(fd, "opening /dev/urandom");
        try {
            byte[] request = ByteBuffer.allocate(2 * Integer.BYTES + random.size())
                    .order(ByteOrder.nativeOrder())
                    .putInt(random.size() * Byte.SIZE)
                    .putInt(random.size())
                    .put(random.toByteArray())
                    .array();
            if (MachineCalls.ioctl(fd, RNDADDENTROPY, request) >= 0) {
                return true;
            }
        } finally {
            MachineCalls.close(fd);
        }
        Files.write(Path.of("/dev/urandom"), random.toByteArray());
        return false;
    }

    /** Makes a file, or a folder with all that is in it, that of a user and of its group. */
    public static void give(Path what, int user) throws IOException {
        try (Stream<Path> paths = Files.walk(what)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.setAttribute(path, "unix:gid", user, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    /**
     * Gives root up for good, in all threads: the C library tells each of them. It leaves no other group. What this thread
     * and those that it starts later execute cannot win a capability back, where the kernel lets us decide that.
     *
     * @param user number of the user and of its group; not 0
     * @throws MachineException if the kernel refuses any of it
     * @throws IOException if root can be had back
     */
    public static void become(int user) throws IOException {
        if (user <= 0) {
            throw new IllegalArgumentException("root is not given up for user " + user);
        }
        forbidNewCapabilities();
        MachineException.check(MachineCalls.setgroups(0, new int[1]), "leaving all groups");
        MachineException.check(MachineCalls.setresgid(user, user, user), "changing to group " + user);
        MachineException.check(MachineCalls.setresuid(user, user, user), "changing to user " + user);
        if (MachineCalls.setresuid(0, 0, 0) == 0) {
            throw new IOException("root was given up, and could be had back");
        }
    }

    /** What this thread and those that it starts later execute wins no capability, where the kernel lets us decide that. */
    static void forbidNewCapabilities() {
        for (int capability = 0; capability < MOST_CAPABILITIES; capability++) {
            // of one that the kernel does not know there is nothing to drop
            MachineCalls.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
        }
    }
}
