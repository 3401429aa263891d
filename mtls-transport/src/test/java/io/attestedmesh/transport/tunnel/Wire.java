package io.attestedmesh.transport.tunnel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** What lies between the two ends of a tunnel, and can be cut. */
final class Wire implements AutoCloseable {
    private final Socket client;
    private final Socket server;

    Wire(Socket client, Tunnel server) throws IOException {
        this.client = client;
        this.server = new Socket(InetAddress.getLoopbackAddress(), ((Endpoint.Tcp) server.listening()).port());
        carry(this.client, this.server);
        carry(this.server, this.client);
    }

    private static void carry(Socket from, Socket to) {
        Thread thread = new Thread(
                () -> {
                    try {
                        from.getInputStream().transferTo(to.getOutputStream());
                        to.shutdownOutput();
                    } catch (IOException cut) {
                        // as was wanted
                    }
                },
                "wire");
        thread.setDaemon(true);
        thread.start();
    }

    /** Both ends see that the connection ends, and nothing of TLS or of the tunnel. */
    void cut() throws IOException {
        client.close();
        server.close();
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
