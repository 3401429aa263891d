package io.attestedmesh.transport.session;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.tls.PeerEvents.Handshake;
import io.attestedmesh.attest.tls.SessionTranscript;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.engine.UnfinishedSession;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;

/**
 * An engine whose handshake ends only when both sides have attested inside the connection: until then it hands out no
 * byte, takes none, and names no peer. Where the peer speaks no session attestation, the handshake ends as TLS ends it,
 * if the roster demands no more of that peer.
 */
final class SessionEngine extends NegotiatingEngine {
    // a record and what its encryption adds, with room: Conscrypt wants more than a record holds
    private static final int PLAIN_BYTES = 33 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private enum Phase {
        TLS,
        EXCHANGE,
        /** This side found a fault, or the peer did. */
        FAILED,
        /** Whoever drives this engine gave up. */
        CLOSED,
        READY
    }

    private final SessionAttestation attestation;
    private final PendingEvidence pending = new PendingEvidence();
    private final Object lock = new Object();

    private volatile Phase phase = Phase.TLS;
    private boolean taskPromised;
    private SessionExchange exchange;
    private long deadline;
    private ByteBuffer plain;
    private SSLHandshakeException failure;
    private boolean failureUntold;
    private RejectedCertificateException rejection;

    SessionEngine(SSLEngine strict, SessionAttestation attestation) {
        super(strict);
        this.attestation = attestation;
    }

    @Override
    boolean offersSession() {
        return attestation.offersSession(Handshake.known(getPeerHost()));
    }

    // --- the connection: empty results are of calls that found the handshake ended by another thread

    @Override
    public SSLEngineResult wrap(ByteBuffer source, ByteBuffer target) throws SSLException {
        Optional<SSLEngineResult> own = phase == Phase.READY ? Optional.empty() : wrapOwn(target);
        return own.isPresent() ? own.get() : super.wrap(source, target);
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        Optional<SSLEngineResult> own = phase == Phase.READY ? Optional.empty() : wrapOwn(target);
        return own.isPresent() ? own.get() : super.wrap(sources, offset, length, target);
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer target) throws SSLException {
        Optional<SSLEngineResult> own = phase == Phase.READY ? Optional.empty() : unwrapOwn(source);
        return own.isPresent() ? own.get() : super.unwrap(source, target);
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        Optional<SSLEngineResult> own = phase == Phase.READY ? Optional.empty() : unwrapOwn(source);
        return own.isPresent() ? own.get() : super.unwrap(source, targets, offset, length);
    }

    /** No byte of the application's is taken: Conscrypt would send it in the call that ends the handshake. */
    private Optional<SSLEngineResult> wrapOwn(ByteBuffer target) throws SSLException {
        synchronized (lock) {
            return switch (phase) {
                case TLS -> Optional.of(wrapTls(target));
                case EXCHANGE -> Optional.of(wrapExchange(target));
                case FAILED, CLOSED -> Optional.of(wrapLast(target));
                case READY -> Optional.empty();
            };
        }
    }

    private SSLEngineResult wrapTls(ByteBuffer target) throws SSLException {
        prepare();
        SSLEngineResult result = super.wrap(NOTHING.duplicate(), target);
        return result.getHandshakeStatus() == HandshakeStatus.FINISHED ? produced(result, this::begin) : result;
    }

    private SSLEngineResult wrapExchange(ByteBuffer target) throws SSLException {
        requireTime();
        boolean ofTls = super.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        Optional<ByteBuffer> frame = ofTls ? Optional.of(NOTHING.duplicate()) : exchange.outgoing();
        if (frame.isEmpty()) {
            return new SSLEngineResult(Status.OK, exchangeStatus(), 0, 0);
        }
        return produced(super.wrap(frame.get(), target), this::advance);
    }

    private SSLEngineResult wrapLast(ByteBuffer target) throws SSLException {
        if (failureUntold) {
            throw told();
        }
        SSLEngineResult result = super.wrap(NOTHING.duplicate(), target);
        if (phase == Phase.FAILED && super.isOutboundDone()) {
            releaseInbound();
        }
        return new SSLEngineResult(result.getStatus(), lastStatus(), 0, result.bytesProduced());
    }

    @FunctionalInterface
    private interface NextStep {
        HandshakeStatus take() throws SSLException;
    }

    /** What was produced goes out first, whatever is found next: without it the peer could read nothing behind it. */
    private SSLEngineResult produced(SSLEngineResult result, NextStep next) throws SSLException {
        HandshakeStatus status;
        try {
            status = next.take();
        } catch (SSLException e) {
            if (result.bytesProduced() == 0) {
                throw e;
            }
            failureUntold = true;
            status = HandshakeStatus.NEED_WRAP;
        }
        return new SSLEngineResult(result.getStatus(), status, 0, result.bytesProduced());
    }

    private Optional<SSLEngineResult> unwrapOwn(ByteBuffer source) throws SSLException {
        synchronized (lock) {
            return switch (phase) {
                case TLS -> Optional.of(unwrapTls(source));
                case EXCHANGE -> Optional.of(unwrapExchange(source));
                case FAILED -> throw told();
                case CLOSED -> Optional.of(consumed(unwrapPlain(source), lastStatus()));
                case READY -> Optional.empty();
            };
        }
    }

    private SSLEngineResult unwrapTls(ByteBuffer source) throws SSLException {
        prepare();
        SSLEngineResult result = unwrapPlain(source);
        if (plain.hasRemaining()) {
            throw fail(FrameReader.refused("no byte within the TLS handshake", plain.remaining() + " bytes"));
        }
        return result.getHandshakeStatus() == HandshakeStatus.FINISHED ? consumed(result, begin()) : result;
    }

    private SSLEngineResult unwrapExchange(ByteBuffer source) throws SSLException {
        requireTime();
        SSLEngineResult result = unwrapPlain(source);
        exchange.receive(plain);
        HandshakeStatus status = advance();
        if (status != HandshakeStatus.FINISHED && result.getStatus() == Status.CLOSED) {
            throw cut();
        }
        return consumed(result, status);
    }

    private SSLEngineResult unwrapPlain(ByteBuffer source) throws SSLException {
        if (plain == null) {
            plain = ByteBuffer.allocate(PLAIN_BYTES);
        }
        plain.clear();
        try {
            return super.unwrap(source, plain);
        } finally {
            plain.flip();
        }
    }

    private static SSLEngineResult consumed(SSLEngineResult result, HandshakeStatus status) {
        return new SSLEngineResult(result.getStatus(), status, result.bytesConsumed(), 0);
    }

    // --- the exchange

    /** At the end of the TLS handshake, which is enough only where the certificate is. */
    private HandshakeStatus begin() throws SSLException {
        try {
            if (!SessionProtocol.isSession(negotiated())) {
                attestation.requireCertificateIsEnough(super.getSession(), negotiated());
                ready();
                return HandshakeStatus.FINISHED;
            }
            exchange = exchange(super.getSession());
        } catch (RejectedCertificateException e) {
            throw fail(e);
        } catch (SSLException | RuntimeException e) {
            throw fail("session attestation cannot begin", e);
        }
        deadline = attestation.deadline();
        phase = Phase.EXCHANGE;
        return exchangeStatus();
    }

    private SessionExchange exchange(SSLSession session) throws SSLException, RejectedCertificateException {
        Usage own = getUseClientMode() ? Usage.CLIENT : Usage.SERVER;
        Bytes exporter = attestation.export(delegate());
        Bytes ownKey = SessionTranscript.keyOf(session.getLocalCertificates()[0]);
        Bytes peerKey = SessionTranscript.keyOf(session.getPeerCertificates()[0]);
        Bytes ownNonce = attestation.nonce();
        return new SessionExchange(
                own,
                ownNonce,
                peerNonce -> own == Usage.CLIENT
                        ? new SessionTranscript(exporter, ownKey, peerKey, ownNonce, peerNonce)
                        : new SessionTranscript(exporter, peerKey, ownKey, peerNonce, ownNonce),
                attestation::document,
                (document, claims) -> attestation.appraise(session, document, claims),
                pending);
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
        Optional<String> ofPeer = peerVerdict.flatMap(SessionVerdict::rejection);
        if (own.isEmpty() && ofPeer.isPresent()) {
            throw fail("the peer refused our evidence in the session: " + ofPeer.get(), null);
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

    private void ready() {
        plain = null;
        exchange = null;
        phase = Phase.READY;
        attestation.finished(this);
    }

    // --- its end before its time

    private void requireTime() throws SSLException {
        if (attestation.isPast(deadline)) {
            throw fail(whyNot().orElseThrow());
        }
    }

    private SSLHandshakeException cut() {
        return fail(whyNot().orElseGet(() -> new RejectedCertificateException(
                SessionReason.TRUNCATED, "session attestation to its end", "an end " + exchange.progress())));
    }

    /** What is wrong with the peer by now, and be it only that it was slow. */
    private Optional<RejectedCertificateException> whyNot() {
        return exchange.rejection()
                .or(() -> attestation.isPast(deadline)
                        ? Optional.of(new RejectedCertificateException(
                                SessionReason.TIMEOUT,
                                "session attestation within " + attestation.timeout(),
                                exchange.progress()))
                        : Optional.empty());
    }

    private SSLHandshakeException fail(RejectedCertificateException why) {
        rejection = why;
        SSLHandshakeException thrown = fail(why.getMessage(), why);
        attestation.refused(why, super.getSession(), this);
        return thrown;
    }

    private SSLHandshakeException fail(String message, Exception cause) {
        failure = new SSLHandshakeException(message);
        failure.initCause(cause);
        end(Phase.FAILED);
        return failure;
    }

    private SSLHandshakeException told() {
        failureUntold = false;
        return failure;
    }

    private void end(Phase how) {
        phase = how;
        plain = null;
        if (exchange != null) {
            exchange.end();
        }
        super.closeOutbound();
    }

    @Override
    public void closeInbound() throws SSLException {
        synchronized (lock) {
            if (phase == Phase.EXCHANGE) {
                SSLHandshakeException cut = cut();
                releaseInbound();
                throw cut;
            }
        }
        super.closeInbound();
    }

    /** An engine of a native library holds descriptors until it is closed both ways. */
    private void releaseInbound() {
        try {
            super.closeInbound();
        } catch (SSLException e) {
            // that the peer did not say close_notify is the least that is wrong
        }
    }

    @Override
    public void closeOutbound() {
        synchronized (lock) {
            if (phase == Phase.EXCHANGE) {
                // whoever drives this engine gave up: what was wrong with the peer is not lost
                whyNot().ifPresentOrElse(this::fail, () -> end(Phase.CLOSED));
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
        if (phase == Phase.TLS || phase == Phase.READY) {
            return super.getHandshakeStatus();
        }
        synchronized (lock) {
            return switch (phase) {
                case EXCHANGE -> exchangeStatus();
                case FAILED, CLOSED -> lastStatus();
                case TLS, READY -> super.getHandshakeStatus();
            };
        }
    }

    /** Nothing that looks like the end of a good handshake while there is anything left to drive. */
    private HandshakeStatus lastStatus() {
        if (failureUntold || !isOutboundDone()) {
            return HandshakeStatus.NEED_WRAP;
        }
        return isInboundDone() ? HandshakeStatus.NOT_HANDSHAKING : HandshakeStatus.NEED_UNWRAP;
    }

    /** Names no peer until both sides have accepted each other. */
    @Override
    public SSLSession getSession() {
        SSLSession session = super.getSession();
        if (phase == Phase.READY) {
            return session;
        }
        return UnfinishedSession.of(
                session,
                refusal()
                        .<Map<String, Object>>map(why -> Map.of(
                                PendingEvidence.KEY,
                                pending,
                                Refusal.KEY,
                                new Refusal(why, TlsEngine.peerChain(session))))
                        .orElse(Map.of(PendingEvidence.KEY, pending)));
    }

    /** Known before the end of the exchange, for a peer that is refused gets to read why, and a silent one may be late. */
    private Optional<RejectedCertificateException> refusal() {
        synchronized (lock) {
            return phase == Phase.EXCHANGE ? whyNot() : Optional.ofNullable(rejection);
        }
    }
}
