package io.attestedmesh.transport.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * An {@link SSLSocket} over an engine. The engine is made when the handshake begins, with the host that the socket was
 * connected to, by name where a name was given.
 */
final class EngineSocket extends LayeredSocket {
    private final SocketSettings settings;
    private final boolean closesBelow;
    private final InputStream consumed;
    private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();
    private final Object making = new Object();
    private Optional<String> host;
    private EngineConnection connection;
    private RecordStream records;
    private int timeout = -1;
    private volatile boolean closed;
    private volatile boolean inputShut;
    private volatile boolean outputShut;

    /**
     * @param host of the peer, if it is not the one that the socket will be connected to
     * @param consumed what was read of {@code below} before, or an empty stream
     */
    EngineSocket(
            Socket below, SocketSettings settings, Optional<String> host, InputStream consumed, boolean closesBelow) {
        super(below);
        this.settings = settings;
        this.host = host;
        this.consumed = consumed;
        this.closesBelow = closesBelow;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int millis) throws IOException {
        below.connect(endpoint, millis);
        synchronized (making) {
            if (host.isEmpty() && endpoint instanceof InetSocketAddress address) {
                // the name as it was given: the answer of a name server proves nothing
                host = Optional.of(address.getHostString());
            }
        }
    }

    private EngineConnection connection() throws IOException {
        synchronized (making) {
            if (closed) {
                throw new SocketException("Socket is closed");
            }
            if (!below.isConnected()) {
                throw new SocketException("Socket is not connected");
            }
            if (connection == null) {
                records = new RecordStream(below, consumed, !closesBelow);
                if (timeout >= 0) {
                    records.timeout(timeout);
                }
                SSLEngine engine = settings.engineFor(this, host, below.getPort());
                connection = new EngineConnection(
                        engine, below, records, closesBelow, settings.engines().handshakeLimit());
            }
            return connection;
        }
    }

    private Optional<EngineConnection> begun() {
        synchronized (making) {
            return Optional.ofNullable(connection);
        }
    }

    @Override
    public void startHandshake() throws IOException {
        shaken();
    }

    private EngineConnection shaken() throws IOException {
        EngineConnection made = connection();
        if (made.handshake() && !listeners.isEmpty()) {
            HandshakeCompletedEvent event = new HandshakeCompletedEvent(this, made.session());
            List<HandshakeCompletedListener> told = List.copyOf(listeners);
            // on a thread of its own, as JSSE does: a listener may read, write or close
            Thread teller = new Thread(
                    () -> told.forEach(listener -> listener.handshakeCompleted(event)), "attested-socket-event");
            teller.setDaemon(true);
            teller.start();
        }
        return made;
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /** @throws IllegalArgumentException if it was not added */
    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (!listeners.remove(listener)) {
            throw new IllegalArgumentException("no such listener");
        }
    }

    /** Completes the handshake first; a session that is not valid and names no peer if that fails. */
    @Override
    public SSLSession getSession() {
        if (below.isConnected() && !closed) {
            try {
                return shaken().session();
            } catch (IOException e) {
                // whoever reads or writes is told; this method cannot throw
                return new NoSession();
            }
        }
        return begun().map(EngineConnection::session).orElseGet(NoSession::new);
    }

    @Override
    public SSLSession getHandshakeSession() {
        return begun().filter(made -> made.session() == null)
                .map(made -> made.engine().getHandshakeSession())
                .orElse(null);
    }

    @Override
    public String getApplicationProtocol() {
        return begun().filter(made -> made.session() != null)
                .map(made -> made.engine().getApplicationProtocol())
                .orElse(null);
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        return begun().filter(made -> made.session() == null)
                .map(made -> made.engine().getHandshakeApplicationProtocol())
                .orElse(null);
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLSocket, List<String>, String> selector) {
        settings.selector(selector);
    }

    @Override
    public BiFunction<SSLSocket, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return settings.selector();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        checkOpen(inputShut, "input");
        return new Input();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        checkOpen(outputShut, "output");
        return new Output();
    }

    private void checkOpen(boolean shut, String what) throws SocketException {
        if (closed) {
            throw new SocketException("Socket is closed");
        }
        if (!below.isConnected()) {
            throw new SocketException("Socket is not connected");
        }
        if (shut) {
            throw new SocketException("Socket " + what + " is shutdown");
        }
    }

    /** Of one read, in the handshake too; a handshake that it interrupts is continued by the next call. */
    @Override
    public synchronized void setSoTimeout(int millis) throws SocketException {
        if (millis < 0) {
            throw new IllegalArgumentException("a time-out cannot be negative");
        }
        synchronized (making) {
            if (closed) {
                throw new SocketException("Socket is closed");
            }
            timeout = millis;
            if (records != null) {
                records.timeout(millis);
            }
        }
    }

    @Override
    public synchronized int getSoTimeout() throws SocketException {
        synchronized (making) {
            return timeout >= 0 ? timeout : below.getSoTimeout();
        }
    }

    /** What comes later is left unread; the peer is not told. */
    @Override
    public void shutdownInput() throws IOException {
        checkOpen(inputShut, "input");
        inputShut = true;
        if (closesBelow) {
            below.shutdownInput();
        }
    }

    /**
     * Says close_notify, and goes on receiving.
     *
     * @throws UnsupportedOperationException if the engine closes both directions at once
     */
    @Override
    public void shutdownOutput() throws IOException {
        checkOpen(outputShut, "output");
        if (!settings.engines().halfClose()) {
            throw new UnsupportedOperationException("this TLS engine cannot close one direction alone");
        }
        EngineConnection made = shaken();
        outputShut = true;
        made.shutdownOutput();
    }

    @Override
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() throws IOException {
        Optional<EngineConnection> made;
        synchronized (making) {
            if (closed) {
                return;
            }
            closed = true;
            made = Optional.ofNullable(connection);
        }
        if (made.isPresent()) {
            made.get().close();
        } else if (closesBelow) {
            below.close();
        }
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return settings.engines().parameters().getCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return settings.engines().parameters().getCipherSuites();
    }

    /** Ignored: they are the engine's own. */
    @Override
    public void setEnabledCipherSuites(String[] suites) {
        SocketSettings.checkSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return settings.engines().parameters().getProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return settings.engines().parameters().getProtocols();
    }

    /** @throws IllegalArgumentException if the engine speaks none of them */
    @Override
    public void setEnabledProtocols(String[] protocols) {
        settings.checkProtocols(protocols);
    }

    @Override
    public SSLParameters getSSLParameters() {
        return settings.parameters();
    }

    /** Names, matchers, constraints and application protocols are taken; the rest is the engine's. */
    @Override
    public void setSSLParameters(SSLParameters parameters) {
        settings.parameters(parameters);
    }

    /** @throws IllegalArgumentException if the handshake has begun */
    @Override
    public void setUseClientMode(boolean client) {
        if (begun().isPresent() && client != settings.client()) {
            throw new IllegalArgumentException("the handshake has begun");
        }
        settings.client(client);
    }

    @Override
    public boolean getUseClientMode() {
        return settings.client();
    }

    /** Ignored: the engine demands what it demands. */
    @Override
    public void setNeedClientAuth(boolean need) {}

    @Override
    public boolean getNeedClientAuth() {
        return settings.engines().parameters().getNeedClientAuth();
    }

    /** Ignored: the engine demands what it demands. */
    @Override
    public void setWantClientAuth(boolean want) {}

    @Override
    public boolean getWantClientAuth() {
        return settings.engines().parameters().getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean enable) {
        settings.sessionCreation(enable);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return settings.sessionCreation();
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            if (inputShut) {
                return -1;
            }
            try {
                return shaken().read(target, offset, length);
            } catch (IOException e) {
                if (inputShut && !closed) {
                    return -1;
                }
                throw e;
            }
        }

        @Override
        public int available() {
            return inputShut ? 0 : begun().map(EngineConnection::available).orElse(0);
        }

        @Override
        public void close() throws IOException {
            EngineSocket.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, source.length);
            if (outputShut) {
                throw new SocketException("Socket output is shutdown");
            }
            shaken().write(source, offset, length);
        }

        @Override
        public void close() throws IOException {
            EngineSocket.this.close();
        }
    }
}
