package io.attestedmesh.transport.engine;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * An engine that no setting weakens: it stays at TLS 1.3, a server demands a certificate, a session is never resumed. The
 * cipher suites are the provider's own for TLS 1.3 (Conscrypt loses its certificate when they are set by hand).
 */
class StrictEngine extends SSLEngine {
    private final SSLEngine delegate;
    private final Consumer<SSLEngine> atEnd;
    private volatile boolean finished;

    /** {@code atEnd} runs once, when the handshake has ended well, before any byte is handed out. */
    StrictEngine(SSLEngine delegate, Consumer<SSLEngine> atEnd) {
        super(delegate.getPeerHost(), delegate.getPeerPort());
        this.delegate = delegate;
        this.atEnd = atEnd;
    }

    SSLEngine delegate() {
        return delegate;
    }

    static SSLParameters tighten(SSLParameters parameters) {
        parameters.setProtocols(new String[] {JsseEngine.TLS13});
        parameters.setNeedClientAuth(true);
        return parameters;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer source, ByteBuffer target) throws SSLException {
        return seen(delegate.wrap(source, target));
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        return seen(delegate.wrap(sources, offset, length, target));
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer target) throws SSLException {
        return seen(delegate.unwrap(source, target));
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        return seen(delegate.unwrap(source, targets, offset, length));
    }

    private SSLEngineResult seen(SSLEngineResult result) {
        if (!finished && result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            finished = true;
            atEnd.accept(this);
        }
        return result;
    }

    @Override
    public Runnable getDelegatedTask() {
        return delegate.getDelegatedTask();
    }

    @Override
    public void closeInbound() throws SSLException {
        delegate.closeInbound();
    }

    @Override
    public boolean isInboundDone() {
        return delegate.isInboundDone();
    }

    @Override
    public void closeOutbound() {
        delegate.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
        return delegate.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return delegate.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return delegate.getEnabledCipherSuites();
    }

    /** Ignored. */
    @Override
    public void setEnabledCipherSuites(String[] suites) {}

    @Override
    public String[] getSupportedProtocols() {
        return new String[] {JsseEngine.TLS13};
    }

    @Override
    public String[] getEnabledProtocols() {
        return new String[] {JsseEngine.TLS13};
    }

    /** @throws IllegalArgumentException if TLS 1.3 is not among them */
    @Override
    public void setEnabledProtocols(String[] protocols) {
        if (!List.of(protocols).contains(JsseEngine.TLS13)) {
            throw new IllegalArgumentException("this engine speaks TLS 1.3 only");
        }
    }

    /** Names no peer until the handshake has ended, for only then has the peer proved that it has its key. */
    @Override
    public SSLSession getSession() {
        SSLSession session = delegate.getSession();
        return finished ? session : UnfinishedSession.of(session);
    }

    @Override
    public SSLSession getHandshakeSession() {
        return delegate.getHandshakeSession();
    }

    @Override
    public void beginHandshake() throws SSLException {
        delegate.beginHandshake();
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return delegate.getHandshakeStatus();
    }

    @Override
    public void setUseClientMode(boolean client) {
        delegate.setUseClientMode(client);
        delegate.setNeedClientAuth(true);
    }

    @Override
    public boolean getUseClientMode() {
        return delegate.getUseClientMode();
    }

    /** Stays true. */
    @Override
    public void setNeedClientAuth(boolean need) {
        delegate.setNeedClientAuth(true);
    }

    @Override
    public boolean getNeedClientAuth() {
        return true;
    }

    /** Ignored: a certificate is demanded, not wanted. */
    @Override
    public void setWantClientAuth(boolean want) {}

    @Override
    public boolean getWantClientAuth() {
        return false;
    }

    @Override
    public void setEnableSessionCreation(boolean enable) {
        delegate.setEnableSessionCreation(enable);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return delegate.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return tighten(delegate.getSSLParameters());
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        SSLParameters kept = tighten(parameters);
        kept.setCipherSuites(delegate.getEnabledCipherSuites());
        delegate.setSSLParameters(kept);
    }

    /** Empty, as the contract says, also where the provider answers null. */
    @Override
    public String getApplicationProtocol() {
        String protocol = delegate.getApplicationProtocol();
        return protocol == null ? "" : protocol;
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        return delegate.getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLEngine, List<String>, String> selector) {
        delegate.setHandshakeApplicationProtocolSelector((engine, offered) -> selector.apply(this, offered));
    }

    @Override
    public BiFunction<SSLEngine, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return delegate.getHandshakeApplicationProtocolSelector();
    }
}
