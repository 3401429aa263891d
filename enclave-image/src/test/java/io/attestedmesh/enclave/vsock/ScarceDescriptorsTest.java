package io.attestedmesh.enclave.vsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ScarceDescriptorsTest {
    private static final int CONNECTIONS = 150;
    private static final int DESCRIPTORS = 120;
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
                while (count(in, out) == 0) {
                    Thread.onSpinWait();
                }
                clients.forEach(ScarceDescriptorsTest::close);
                boolean served = false;
                while (!served) {
                    served = isServed(port);
                }
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
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ScarceBridge.class.getName(),
                        String.valueOf(target))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
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
