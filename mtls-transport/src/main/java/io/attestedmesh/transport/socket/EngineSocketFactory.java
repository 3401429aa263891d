package io.attestedmesh.transport.socket;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/** Client sockets, and both kinds over a socket that is connected already. */
public final class EngineSocketFactory extends SSLSocketFactory {
    private final Engines engines;

    public EngineSocketFactory(Engines engines) {
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

    /** Not connected: its peer is the host of the address that {@code connect} is called with. */
    @Override
    public Socket createSocket() {
        return client(new Socket(), Optional.empty(), true);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), Optional.empty());
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port), Optional.of(new InetSocketAddress(localHost, localPort)));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), Optional.empty());
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return connected(
                new InetSocketAddress(address, port), Optional.of(new InetSocketAddress(localAddress, localPort)));
    }

    private Socket connected(InetSocketAddress peer, Optional<SocketAddress> local) throws IOException {
        EngineSocket socket = client(new Socket(), Optional.empty(), true);
        try {
            if (local.isPresent()) {
                socket.bind(local.get());
            }
            socket.connect(peer);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * A client over {@code below}; {@code port} is that of {@code below}.
     *
     * @param host of the peer; where it is null, a verifier that needs a name refuses every server
     */
    @Override
    public Socket createSocket(Socket below, String host, int port, boolean autoClose) throws IOException {
        requireConnected(below);
        return client(below, Optional.ofNullable(host), autoClose);
    }

    /** A server over {@code below}, of which {@code consumed} was read before; it may be null. */
    @Override
    public Socket createSocket(Socket below, InputStream consumed, boolean autoClose) throws IOException {
        requireConnected(below);
        InputStream before = consumed == null ? InputStream.nullInputStream() : consumed;
        return new EngineSocket(
                below,
                new SocketSettings(engines, false),
                Optional.of(below.getInetAddress().getHostAddress()),
                before,
                autoClose);
    }

    private static void requireConnected(Socket below) throws SocketException {
        if (!below.isConnected()) {
            throw new SocketException("the socket below is not connected");
        }
    }

    private EngineSocket client(Socket below, Optional<String> host, boolean closesBelow) {
        return new EngineSocket(
                below, new SocketSettings(engines, true), host, InputStream.nullInputStream(), closesBelow);
    }
}
