package io.attestedmesh.enclave.machine;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;

/** What the first process of a machine does, in namespaces of its own; the kernel ends it when it turns "the machine" off. */
final class FirstProcess {
    static final int USER = 65534;

    private FirstProcess() {}

    public static void main(String[] arguments) throws Exception {
        if (!Machine.isFirstProcess() || namespace().equals(arguments[0])) {
            throw new IllegalStateException("this is the machine itself, which is not to be turned off");
        }
        PowerSwitch power = PowerSwitch.arm();
        Machine.mountFileSystems();
        for (String point : new String[] {"/proc", "/sys", "/dev", "/dev/shm", "/run", "/tmp"}) {
            say("mount " + point + " " + MountPoints.current().get(point));
        }
        Machine.loopbackUp();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.64.1"));
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            say("loopback " + client.isConnected());
        }
        say("entropy " + Machine.addEntropy(Bytes.of(new SecureRandom().generateSeed(32))));
        threads("root "); // what saying it needs is loaded while it can be read
        Machine.become(USER);
        power.narrow();
        threads("user ");
        power.press();
        say("still here");
    }

    static String namespace() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    }

    private static void threads(String prefix) throws IOException {
        List<Path> tasks;
        try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
            tasks = all.toList();
        }
        for (Path task : tasks) {
            StringBuilder line = new StringBuilder(prefix);
            for (String field : Files.readAllLines(task.resolve("status"))) {
                if (field.matches("(Name|Uid|Gid|Groups|CapPrm|CapEff):.*")) {
                    line.append(field.replaceAll("\\s+", " ").trim()).append("; ");
                }
            }
            say(line.toString());
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
