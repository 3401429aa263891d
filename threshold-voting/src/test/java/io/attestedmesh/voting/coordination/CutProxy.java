package io.attestedmesh.voting.coordination;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Carries bytes to a port of loopback until it is cut; then what comes is accepted and never answered. */
final class CutProxy implements AutoCloseable {
    private final ServerSocket server;
    private volatile int to;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile boolean cut;
    private volatile boolean deaf;

    CutProxy(int to) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.to = to;
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Holds all that comes from now on back. */
    void cut() {
        cut = true;
    }

    /** Loses the answers to what is still carried. */
    void cutAnswers() {
        deaf = true;
    }

    /** Carries new connections again; those that were cut break. */
    void heal() throws IOException {
        cut = false;
        deaf = false;
        breakConnections();
    }

    /** Carries to another port from now on; connections that there are break. */
    void leadTo(int other) throws IOException {
        to = other;
        breakConnections();
    }

    private void breakConnections() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "cut-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket from = server.accept();
                Socket onward = new Socket(InetAddress.getLoopbackAddress(), to);
                sockets.add(from);
                sockets.add(onward);
                daemon(() -> carry(from, onward, false));
                daemon(() -> carry(onward, from, true));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void carry(Socket from, Socket onward, boolean answers) {
        try (from;
                onward) {
            InputStream in = from.getInputStream();
            OutputStream out = onward.getOutputStream();
            byte[] buffer = new byte[16_384];
            int read = in.read(buffer);
            while (read >= 0) {
                if (!cut && !(answers && deaf)) {
                    out.write(buffer, 0, read);
                }
                read = in.read(buffer);
            }
        } catch (IOException e) {
            // one side is gone, and so is the other
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        breakConnections();
    }
}
