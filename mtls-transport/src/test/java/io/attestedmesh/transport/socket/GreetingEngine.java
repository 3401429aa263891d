package io.attestedmesh.transport.socket;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * What session attestation will do, without its meaning: after the TLS handshake each side sends one record of data of its
 * own, runs a task about the other's, and only then says FINISHED.
 */
final class GreetingEngine extends SSLEngine {
    private enum Step {
        TLS,
        SEND,
        RECEIVE,
        TASK,
        DONE
    }

    private final SSLEngine tls;
    private final byte[] greeting;
    private final byte[] expected;
    private final ByteBuffer received = ByteBuffer.allocate(RecordStream.BUFFER);
    private Step step = Step.TLS;
    private boolean taskTaken;
    private volatile boolean taskDone;

    GreetingEngine(SSLEngine tls, byte[] greeting, byte[] expected) {
        super(tls.getPeerHost(), tls.getPeerPort());
        this.tls = tls;
        this.greeting = greeting.clone();
        this.expected = expected.clone();
    }

    boolean done() {
        return step == Step.DONE;
    }

    private static SSLEngineResult with(SSLEngineResult result, HandshakeStatus status, int consumed, int produced) {
        return new SSLEngineResult(result.getStatus(), status, consumed, produced);
    }

    @Override
    public synchronized HandshakeStatus getHandshakeStatus() {
        return switch (step) {
            case TLS, DONE -> tls.getHandshakeStatus();
            case SEND -> HandshakeStatus.NEED_WRAP;
            case RECEIVE -> HandshakeStatus.NEED_UNWRAP;
            case TASK -> taskDone ? HandshakeStatus.NEED_UNWRAP_AGAIN : HandshakeStatus.NEED_TASK;
        };
    }

    @Override
    public synchronized SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target)
            throws SSLException {
        if (step == Step.DONE) {
            return tls.wrap(sources, offset, length, target);
        }
        if (step == Step.TLS) {
            return afterTls(tls.wrap(ByteBuffer.allocate(0), target));
        }
        if (step != Step.SEND) {
            return nothing(getHandshakeStatus());
        }
        SSLEngineResult sent = tls.wrap(ByteBuffer.wrap(greeting), target);
        if (sent.bytesConsumed() == greeting.length) {
            step = Step.RECEIVE;
        }
        return with(sent, getHandshakeStatus(), 0, sent.bytesProduced());
    }

    @Override
    public synchronized SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length)
            throws SSLException {
        if (step == Step.DONE) {
            return tls.unwrap(source, targets, offset, length);
        }
        if (step == Step.TLS) {
            return afterTls(tls.unwrap(source, received));
        }
        if (step == Step.RECEIVE) {
            SSLEngineResult heard = tls.unwrap(source, received);
            if (received.position() >= expected.length) {
                step = Step.TASK;
            }
            return with(heard, getHandshakeStatus(), heard.bytesConsumed(), 0);
        }
        if (step == Step.SEND || !taskDone) {
            return nothing(getHandshakeStatus());
        }
        step = Step.DONE;
        if (!received.flip().equals(ByteBuffer.wrap(expected))) {
            throw new SSLException("another greeting");
        }
        return nothing(HandshakeStatus.FINISHED);
    }

    private static SSLEngineResult nothing(HandshakeStatus status) {
        return new SSLEngineResult(Status.OK, status, 0, 0);
    }

    private SSLEngineResult afterTls(SSLEngineResult result) {
        if (result.getHandshakeStatus() != HandshakeStatus.FINISHED) {
            return result;
        }
        step = Step.SEND;
        return with(result, getHandshakeStatus(), result.bytesConsumed(), result.bytesProduced());
    }

    @Override
    public synchronized Runnable getDelegatedTask() {
        if (step != Step.TASK) {
            return tls.getDelegatedTask();
        }
        if (taskTaken) {
            return null;
        }
        taskTaken = true;
        return () -> taskDone = true;
    }

    @Override
    public void closeInbound() throws SSLException {
        tls.closeInbound();
    }

    @Override
    public boolean isInboundDone() {
        return tls.isInboundDone();
    }

    @Override
    public void closeOutbound() {
        tls.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
        return tls.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return tls.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        tls.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return tls.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return tls.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        tls.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return tls.getSession();
    }

    @Override
    public SSLSession getHandshakeSession() {
        return tls.getHandshakeSession();
    }

    @Override
    public void beginHandshake() throws SSLException {
        tls.beginHandshake();
    }

    @Override
    public void setUseClientMode(boolean client) {
        tls.setUseClientMode(client);
    }

    @Override
    public boolean getUseClientMode() {
        return tls.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        tls.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return tls.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        tls.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return tls.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean enable) {
        tls.setEnableSessionCreation(enable);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return tls.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return tls.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        tls.setSSLParameters(parameters);
    }

    @Override
    public String getApplicationProtocol() {
        return tls.getApplicationProtocol();
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        return tls.getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLEngine, List<String>, String> selector) {
        tls.setHandshakeApplicationProtocolSelector(selector);
    }
}
