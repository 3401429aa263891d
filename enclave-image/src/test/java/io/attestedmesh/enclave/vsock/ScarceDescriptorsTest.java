package io.attestedmesh.enclave.vsock;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import io.attestedmesh.attest.evidence.Reason;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ScarceDescriptorsTest {
    private static final int CONNECTIONS = 150;
    private static final int DESCRIPTORS = 120;
    private static final int SECONDS = 50;
    private static final byte[] HELLO = {1, 2, 3};

    /** A listener that asked the kernel again at once would count many thousands. */
    private static final long FEW = 1500;

    private static void echo(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket accepted = server.accept();
                Thread thread = new Thread(() -> {
                    try (accepted) {
                        accepted.getInputStream().transferTo(accepted.getOutputStream());
                    } catch (IOException reset) {
                        // it has ended, which is all that is wanted
                    }
                });
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    @Test
    void listener_withoutDescriptors_restsAndServesAgainLater() throws Exception {
        try (ServerSocket server = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress())) {
            Thread echo = new Thread(() -> echo(server));
            echo.setDaemon(true);
            echo.start();
            Process process = start(server.getLocalPort());
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
                    Writer in = process.outputWriter(StandardCharsets.UTF_8)) {
                int port = Integer.parseInt(out.readLine());
                assertThat(isServed(port)).isTrue();
                List<Socket> clients = new ArrayList<>();
                for (int i = 0; i < CONNECTIONS; i++) {
                    clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
                }
                until(() -> count(in, out) > 0);
                clients.forEach(ScarceDescriptorsTest::close);
                until(() -> isServed(port));
                assertThat(count(in, out)).isBetween(1L, FEW);
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static Process start(int target) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n " + DESCRIPTORS + " && exec \"$0\" \"$@\"",
                        java,
                        "-cp",
                        classPath(),
                        ScarceBridge.class.getName(),
                        String.valueOf(target))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** What the bridge needs and no more: each archive on a class path is an open file. */
    private static String classPath() {
        return Stream.of(ScarceBridge.class, Bridge.class, Reason.class, Native.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(location -> Path.of(URI.create(location.toString())).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("within " + SECONDS + " s").isLessThan(deadline);
        }
    }

    private static long count(Writer in, BufferedReader out) throws IOException {
        in.write("\n");
        in.flush();
        return Long.parseLong(out.readLine());
    }

    private static void close(Socket client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isServed(int port) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write(HELLO);
            client.shutdownOutput();
            return client.getInputStream().readAllBytes().length == HELLO.length;
        } catch (IOException reset) {
            return false;
        }
    }
}
