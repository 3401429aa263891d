package io.attestedmesh.cli.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** A TCP load balancer: each connection goes to the first backend that takes it, and its bytes are passed on. */
final class Balancer implements AutoCloseable {
    private final List<IntSupplier> backends;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private Balancer(List<IntSupplier> backends) throws IOException {
        this.backends = backends;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** @param backends the port of each, asked again for each connection */
    static Balancer start(List<IntSupplier> backends) throws IOException {
        Balancer balancer = new Balancer(backends);
        background(balancer::accept);
        return balancer;
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                serve(listening.accept());
            } catch (IOException e) {
                // the balancer is closed, or no backend takes this one
            }
        }
    }

    private void serve(Socket client) throws IOException {
        open.add(client);
        try {
            Socket backend = connect();
            open.add(backend);
            background(() -> pass(client, backend));
            background(() -> pass(backend, client));
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    private Socket connect() throws IOException {
        for (IntSupplier backend : backends) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), backend.getAsInt()));
                return socket;
            } catch (IOException down) {
                socket.close();
            }
        }
        throw new IOException("no backend");
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one of the two has gone, and now both are closed
        }
    }

    private static void background(Runnable task) {
        Thread thread = new Thread(task, "balancer");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
