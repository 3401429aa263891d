package io.attestedmesh.transport.socket;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

/** Accepts TCP connections, and makes an {@link EngineSocket} of each with a copy of its own settings. */
final class EngineServerSocket extends SSLServerSocket {
    private final SocketSettings settings;

    EngineServerSocket(SocketSettings settings) throws IOException {
        this.settings = settings;
    }

    @Override
    public Socket accept() throws IOException {
        Socket below = new Socket();
        implAccept(below);
        return new EngineSocket(
                below,
                settings.copy(),
                Optional.of(below.getInetAddress().getHostAddress()),
                InputStream.nullInputStream(),
                true);
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
    public String[] getSupportedCipherSuites() {
        return settings.engines().parameters().getCipherSuites();
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
    public void setUseClientMode(boolean client) {
        settings.client(client);
    }

    @Override
    public boolean getUseClientMode() {
        return settings.client();
    }

    @Override
    public void setEnableSessionCreation(boolean enable) {
        settings.sessionCreation(enable);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return settings.sessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return settings.parameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        settings.parameters(parameters);
    }
}
