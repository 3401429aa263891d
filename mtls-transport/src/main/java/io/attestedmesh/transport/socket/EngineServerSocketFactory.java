package io.attestedmesh.transport.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Objects;
import javax.net.ssl.SSLServerSocketFactory;

/** Server sockets whose accepted sockets are over engines; each does its handshake when it is first used. */
public final class EngineServerSocketFactory extends SSLServerSocketFactory {
    private static final int BACKLOG = 50;

    private final Engines engines;

    public EngineServerSocketFactory(Engines engines) {
        this.engines = Objects.requireNonNull(engines, "engines");
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return engines.parameters().getCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return engines.parameters().getCipherSuites();
    }

    /** Not bound. */
    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new EngineServerSocket(new SocketSettings(engines, false));
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return bound(new InetSocketAddress(port), BACKLOG);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return bound(new InetSocketAddress(port), backlog);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
        return bound(new InetSocketAddress(address, port), backlog);
    }

    private ServerSocket bound(InetSocketAddress address, int backlog) throws IOException {
        ServerSocket server = createServerSocket();
        try {
            server.bind(address, backlog);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }
}
