package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A proxy that refuses the first who asks, and remembers for what. */
final class RefusingProxy implements AutoCloseable {
    private final ServerSocket socket;
    private final CompletableFuture<String> asked;

    private RefusingProxy(ServerSocket socket) {
        this.socket = socket;
        // on a thread of its own: newer JDKs complete what their HTTP client fetches on the common pool
        this.asked = CompletableFuture.supplyAsync(this::refuseOne, task -> new Thread(task).start());
    }

    static RefusingProxy start() throws IOException {
        return new RefusingProxy(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }

    /** The first line of the request; waits for it. */
    String asked() throws InterruptedException, ExecutionException {
        return asked.get();
    }

    private String refuseOne() {
        try (Socket client = socket.accept();
                BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
            String first = in.readLine();
            String line = first;
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            client.getOutputStream()
                    .write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            .getBytes(US_ASCII));
            client.getOutputStream().flush();
            return first;
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
