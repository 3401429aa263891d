package io.attestedmesh.transport.engine;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * An engine that no setting weakens: it stays at TLS 1.3, a server demands a certificate, a session is never resumed. The
 * cipher suites are the provider's own for TLS 1.3 (Conscrypt loses its certificate when they are set by hand).
 */
class StrictEngine extends DelegatingEngine {
    private final EngineHooks hooks;
    private volatile boolean handshaking;
    private final AtomicBoolean finished = new AtomicBoolean();

    StrictEngine(SSLEngine delegate, EngineHooks hooks) {
        super(delegate);
        this.hooks = hooks;
    }

    /** The provider's own. */
    SSLEngine inner() {
        return delegate();
    }

    static SSLParameters tighten(SSLParameters parameters) {
        parameters.setProtocols(new String[] {JsseEngine.TLS13});
        parameters.setNeedClientAuth(true);
        return parameters;
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer source, ByteBuffer target) throws SSLException {
        return seen(delegate().wrap(source, target));
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        return seen(delegate().wrap(sources, offset, length, target));
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer target) throws SSLException {
        return seen(delegate().unwrap(source, target));
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        return seen(delegate().unwrap(source, targets, offset, length));
    }

    private SSLEngineResult seen(SSLEngineResult result) {
        if (finished.get()) {
            return result;
        }
        HandshakeStatus status = result.getHandshakeStatus();
        // Conscrypt loses its FINISHED in a call that ends the handshake and finds no whole record
        boolean lost = handshaking && status == HandshakeStatus.NOT_HANDSHAKING && result.getStatus() != Status.CLOSED;
        if (status != HandshakeStatus.FINISHED && !lost) {
            if (status != HandshakeStatus.NOT_HANDSHAKING) {
                handshaking = true;
            }
            return result;
        }
        if (!finished.compareAndSet(false, true)) {
            return result; // the call of another thread saw it first
        }
        hooks.ended(this);
        return new SSLEngineResult(
                result.getStatus(), HandshakeStatus.FINISHED, result.bytesConsumed(), result.bytesProduced());
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
        SSLSession session = delegate().getSession();
        return finished.get() ? session : UnfinishedSession.of(session);
    }

    @Override
    public void setUseClientMode(boolean client) {
        delegate().setUseClientMode(client);
        delegate().setNeedClientAuth(true);
    }

    /** Stays true. */
    @Override
    public void setNeedClientAuth(boolean need) {
        delegate().setNeedClientAuth(true);
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
    public SSLParameters getSSLParameters() {
        return tighten(delegate().getSSLParameters());
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        SSLParameters kept = tighten(parameters);
        kept.setCipherSuites(delegate().getEnabledCipherSuites());
        delegate().setSSLParameters(kept);
    }
}
