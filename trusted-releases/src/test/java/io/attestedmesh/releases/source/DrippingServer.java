package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A server that begins each answer with the same bytes, and then never ends it: a part now and then. */
final class DrippingServer implements AutoCloseable {
    private final ServerSocket socket;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch dropped = new CountDownLatch(1);
    private volatile boolean reached;

    private DrippingServer(ServerSocket socket) {
        this.socket = socket;
    }

    static DrippingServer start(String beginning, String part) throws IOException {
        DrippingServer server = new DrippingServer(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(() -> server.answerOne(beginning, part), "a dripping server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    /** Whether the client ended the connection, or had no time to make one. */
    boolean wasDropped() throws InterruptedException {
        return !reached || dropped.await(20, TimeUnit.SECONDS);
    }

    private void answerOne(String beginning, String part) {
        try (Socket client = socket.accept();
                BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
            reached = true;
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            client.getOutputStream().write(beginning.getBytes(US_ASCII));
            while (!closing.await(5, TimeUnit.MILLISECONDS)) {
                client.getOutputStream().write(part.getBytes(US_ASCII));
            }
        } catch (IOException gone) {
            dropped.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        socket.close();
    }
}
