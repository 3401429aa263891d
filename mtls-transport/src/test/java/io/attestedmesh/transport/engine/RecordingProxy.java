package io.attestedmesh.transport.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Forwards TCP connections to a port on loopback and keeps what the server sent on each. */
final class RecordingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<ByteArrayOutputStream> fromServer = new CopyOnWriteArrayList<>();

    RecordingProxy(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The ServerHello of each connection so far. */
    List<ServerHello> serverHellos() {
        return fromServer.stream()
                .map(recorded -> ServerHello.parse(recorded.toByteArray()))
                .toList();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(server);
                ByteArrayOutputStream recorded = new ByteArrayOutputStream();
                fromServer.add(recorded);
                start(() -> forward(client, server, OutputStream.nullOutputStream()));
                start(() -> forward(server, client, recorded));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void forward(Socket from, Socket to, OutputStream copy) {
        byte[] buffer = new byte[65536];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                copy.write(buffer, 0, read);
                to.getOutputStream().write(buffer, 0, read);
            }
        } catch (IOException e) {
            // either side has closed: so does the other
        }
    }

    private static void start(Runnable loop) {
        Thread thread = new Thread(loop, "recording-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
