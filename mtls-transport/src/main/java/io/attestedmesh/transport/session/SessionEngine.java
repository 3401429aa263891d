package io.attestedmesh.transport.session;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.tls.SessionTranscript;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.engine.DelegatingEngine;
import io.attestedmesh.transport.engine.UnfinishedSession;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * An engine whose handshake ends only when both sides have attested inside the connection: until then it hands out no
 * byte, takes none, and names no peer. Where the peer speaks no session attestation, the handshake ends as TLS ends it,
 * if the roster demands no more of that peer.
 */
final class SessionEngine extends DelegatingEngine {
    // a record and what its encryption adds, with room: Conscrypt wants more than a record holds
    private static final int PLAIN_BYTES = 33 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private enum Phase {
        TLS,
        EXCHANGE,
        FAILED,
        READY
    }

    private final SessionAttestation attestation;
    private final PendingEvidence pending = new PendingEvidence();
    private final Object lock = new Object();

    private volatile Phase phase = Phase.TLS;
    private boolean prepared;
    private boolean taskPromised;
    private List<String> applicationProtocols = List.of();
    private BiFunction<SSLEngine, List<String>, String> selector;
    private SessionExchange exchange;
    private long deadline;
    private ByteBuffer plain;
    private SSLHandshakeException failure;
    private volatile RejectedCertificateException rejection;

    SessionEngine(SSLEngine strict, SessionAttestation attestation) {
        super(strict);
        this.attestation = attestation;
    }

    // --- the application's protocols, with that of session attestation around them

    /** Before the first message: only now it is known whether this is a client. */
    private void prepare() {
        if (prepared) {
            return;
        }
        prepared = true;
        if (!getUseClientMode()) {
            delegate().setHandshakeApplicationProtocolSelector((engine, offered) -> select(offered));
        } else if (attestation.offersSession(host())) {
            SSLParameters parameters = delegate().getSSLParameters();
            parameters.setApplicationProtocols(
                    SessionProtocol.offers(applicationProtocols).toArray(String[]::new));
            delegate().setSSLParameters(parameters);
        }
    }

    private String select(List<String> offered) {
        Optional<List<String>> withSession = SessionProtocol.offeredWith(offered);
        String selected = selectOwn(withSession.orElse(offered));
        if (selected == null || withSession.isEmpty()) {
            return selected;
        }
        String answer = SessionProtocol.answer(selected);
        return offered.contains(answer) ? answer : null;
    }

    /** Null for an alert, empty for none, as {@code setHandshakeApplicationProtocolSelector} has it. */
    private String selectOwn(List<String> offered) {
        if (selector != null) {
            return selector.apply(this, offered);
        }
        if (applicationProtocols.isEmpty()) {
            return "";
        }
        return applicationProtocols.stream()
                .filter(offered::contains)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        applicationProtocols = List.of(parameters.getApplicationProtocols());
        super.setSSLParameters(parameters);
    }

    @Override
    public SSLParameters getSSLParameters() {
        SSLParameters parameters = super.getSSLParameters();
        parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        return parameters;
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLEngine, List<String>, String> selector) {
        this.selector = selector;
    }

    @Override
    public BiFunction<SSLEngine, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return selector;
    }

    @Override
    public String getApplicationProtocol() {
        return SessionProtocol.application(super.getApplicationProtocol());
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        String protocol = super.getHandshakeApplicationProtocol();
        return protocol == null ? null : SessionProtocol.application(protocol);
    }

    // --- the connection

    @Override
    public void beginHandshake() throws SSLException {
        prepare();
        super.beginHandshake();
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer source, ByteBuffer target) throws SSLException {
        return phase == Phase.READY ? super.wrap(source, target) : wrapOwn(target);
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        return phase == Phase.READY ? super.wrap(sources, offset, length, target) : wrapOwn(target);
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer target) throws SSLException {
        return phase == Phase.READY ? super.unwrap(source, target) : unwrapOwn(source);
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        return phase == Phase.READY ? super.unwrap(source, targets, offset, length) : unwrapOwn(source);
    }

    /** No byte of the application's is taken: Conscrypt would send it in the call that ends the handshake. */
    private SSLEngineResult wrapOwn(ByteBuffer target) throws SSLException {
        synchronized (lock) {
            prepare();
            if (phase == Phase.EXCHANGE) {
                return wrapExchange(target);
            }
            SSLEngineResult result = super.wrap(NOTHING.duplicate(), target);
            return phase == Phase.TLS ? afterTls(result) : result;
        }
    }

    private SSLEngineResult wrapExchange(ByteBuffer target) throws SSLException {
        requireTime();
        Optional<ByteBuffer> frame = delegateWrites() ? Optional.empty() : exchange.outgoing();
        if (frame.isEmpty() && !delegateWrites()) {
            return new SSLEngineResult(Status.OK, exchangeStatus(), 0, 0);
        }
        SSLEngineResult result = super.wrap(frame.orElseGet(NOTHING::duplicate), target);
        return new SSLEngineResult(result.getStatus(), advance(), 0, result.bytesProduced());
    }

    private SSLEngineResult unwrapOwn(ByteBuffer source) throws SSLException {
        synchronized (lock) {
            prepare();
            if (phase == Phase.FAILED) {
                throw failure;
            }
            if (plain == null) {
                plain = ByteBuffer.allocate(PLAIN_BYTES);
            }
            plain.clear();
            if (phase == Phase.EXCHANGE) {
                requireTime();
            }
            SSLEngineResult result = super.unwrap(source, plain);
            plain.flip();
            if (phase == Phase.TLS) {
                return afterTls(result);
            }
            exchange.receive(plain);
            HandshakeStatus status = advance();
            if (status != HandshakeStatus.FINISHED && result.getStatus() == Status.CLOSED) {
                throw cut();
            }
            return new SSLEngineResult(result.getStatus(), status, result.bytesConsumed(), 0);
        }
    }

    private SSLEngineResult afterTls(SSLEngineResult result) throws SSLException {
        if (result.getHandshakeStatus() != HandshakeStatus.FINISHED) {
            return result;
        }
        if (!SessionProtocol.isSession(super.getApplicationProtocol())) {
            requireNoMore();
            ready();
            return result;
        }
        begin();
        return new SSLEngineResult(
                result.getStatus(), exchangeStatus(), result.bytesConsumed(), result.bytesProduced());
    }

    /** The handshake ended without session attestation: enough only where the certificate is. */
    private void requireNoMore() throws SSLException {
        try {
            attestation.requireCertificateIsEnough(super.getSession(), super.getApplicationProtocol());
        } catch (RejectedCertificateException e) {
            throw fail(e);
        }
    }

    private void begin() throws SSLException {
        Usage own = getUseClientMode() ? Usage.CLIENT : Usage.SERVER;
        SSLSession session = super.getSession();
        try {
            Bytes exporter = attestation.export(delegate());
            Bytes ownKey = SessionTranscript.keyOf(session.getLocalCertificates()[0]);
            Bytes peerKey = SessionTranscript.keyOf(session.getPeerCertificates()[0]);
            Bytes ownNonce = attestation.nonce();
            exchange = new SessionExchange(
                    own,
                    ownNonce,
                    peerNonce -> own == Usage.CLIENT
                            ? new SessionTranscript(exporter, ownKey, peerKey, ownNonce, peerNonce)
                            : new SessionTranscript(exporter, peerKey, ownKey, peerNonce, ownNonce),
                    attestation::document,
                    (document, claims) -> attestation.appraise(session, document, claims),
                    pending);
        } catch (RejectedCertificateException e) {
            throw fail(e);
        }
        deadline = attestation.deadline();
        phase = Phase.EXCHANGE;
    }

    /** Where the exchange stands after something was sent or received; FINISHED once, at its end. */
    private HandshakeStatus advance() throws SSLException {
        if (exchange.isComplete()) {
            ready();
            return HandshakeStatus.FINISHED;
        }
        Optional<SessionVerdict> peerVerdict = exchange.peerVerdict();
        Optional<RejectedCertificateException> own = exchange.rejection();
        // the peer learns why before the connection ends: it is read on until it has answered, or closed
        if (own.isPresent() && peerVerdict.isPresent() && exchange.outgoing().isEmpty()) {
            throw fail(own.get());
        }
        if (own.isEmpty() && peerVerdict.flatMap(SessionVerdict::rejection).isPresent()) {
            throw fail(new SSLHandshakeException("the peer refused our evidence in the session: "
                    + peerVerdict.get().rejection().get()));
        }
        return exchangeStatus();
    }

    private HandshakeStatus exchangeStatus() {
        HandshakeStatus tls = super.getHandshakeStatus();
        if (tls == HandshakeStatus.NEED_WRAP || tls == HandshakeStatus.NEED_TASK) {
            return tls;
        }
        if (exchange.outgoing().isPresent()) {
            return HandshakeStatus.NEED_WRAP;
        }
        if (exchange.needsTask()) {
            taskPromised |= exchange.hasTask();
            return HandshakeStatus.NEED_TASK;
        }
        return HandshakeStatus.NEED_UNWRAP;
    }

    private boolean delegateWrites() {
        return super.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
    }

    private void ready() {
        plain = null;
        phase = Phase.READY;
        attestation.finished(this);
    }

    // --- its end before its time

    private void requireTime() throws SSLException {
        if (attestation.isPast(deadline)) {
            throw fail(exchange.rejection()
                    .orElseGet(() -> new RejectedCertificateException(
                            SessionReason.TIMEOUT,
                            "session attestation within " + attestation.timeout(),
                            exchange.progress())));
        }
    }

    private SSLHandshakeException cut() {
        return fail(exchange.rejection()
                .orElseGet(() -> new RejectedCertificateException(
                        SessionReason.TRUNCATED, "session attestation to its end", "an end " + exchange.progress())));
    }

    private SSLHandshakeException fail(RejectedCertificateException why) {
        rejection = why;
        attestation.refused(why, super.getSession(), this);
        SSLHandshakeException thrown = new SSLHandshakeException(why.getMessage());
        thrown.initCause(why);
        return fail(thrown);
    }

    private SSLHandshakeException fail(SSLHandshakeException thrown) {
        failure = thrown;
        phase = Phase.FAILED;
        super.closeOutbound();
        return thrown;
    }

    @Override
    public void closeInbound() throws SSLException {
        synchronized (lock) {
            if (phase == Phase.EXCHANGE) {
                throw cut();
            }
        }
        super.closeInbound();
    }

    @Override
    public void closeOutbound() {
        synchronized (lock) {
            // whoever drives this engine gave up: what was wrong with the peer is not lost
            if (phase == Phase.EXCHANGE && exchange.rejection().isPresent()) {
                fail(exchange.rejection().get());
                return;
            }
        }
        super.closeOutbound();
    }

    // --- what an engine tells

    @Override
    public Runnable getDelegatedTask() {
        Runnable tls = super.getDelegatedTask();
        if (tls != null) {
            return tls;
        }
        synchronized (lock) {
            Optional<Runnable> task = phase == Phase.EXCHANGE ? exchange.task() : Optional.empty();
            // what was waited for may have come since NEED_TASK was said; Netty would wait for that task for ever
            Runnable nothingLeft = taskPromised ? () -> {} : null;
            taskPromised = false;
            return task.orElse(nothingLeft);
        }
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        if (phase != Phase.EXCHANGE) {
            return super.getHandshakeStatus();
        }
        synchronized (lock) {
            return phase == Phase.EXCHANGE ? exchangeStatus() : super.getHandshakeStatus();
        }
    }

    /** Names no peer until both sides have accepted each other. */
    @Override
    public SSLSession getSession() {
        SSLSession session = super.getSession();
        if (phase == Phase.READY) {
            return session;
        }
        RejectedCertificateException refused = rejection;
        return UnfinishedSession.of(
                session,
                refused == null
                        ? Map.of(PendingEvidence.KEY, pending)
                        : Map.of(PendingEvidence.KEY, pending, SessionAttestation.REJECTION, refused));
    }

    private Optional<String> host() {
        return Optional.ofNullable(getPeerHost()).filter(name -> !name.isEmpty());
    }
}
