package io.attestedmesh.transport.session;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.attest.tls.PeerEvents.Handshake;
import io.attestedmesh.attest.tls.PeerVerifier;
import io.attestedmesh.attest.tls.SessionTranscript;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.engine.EngineHooks;
import io.attestedmesh.transport.engine.TlsEngine;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * Has both sides of each connection attest once more, inside it, before the application's first byte (docs/protocol.md).
 * It stands around the engines of a {@link TlsEngine} with an exporter.
 */
public final class SessionAttestation implements EngineHooks {
    /** From the end of the TLS handshake to both verdicts; more than a document may take, less than a whole handshake. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(8);

    private final TlsEngine engine;
    private final PeerVerifier verifier;
    private final DocumentQueue documents;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final EngineHooks atEnd;
    private final PeerEvents events;
    private final SecureRandom random = new SecureRandom();

    /**
     * For the engines of one context.
     *
     * @param timeout for one exchange, after the TLS handshake
     * @param nanoTime as {@link System#nanoTime}
     * @param atEnd told of each engine once both sides have accepted each other
     * @param events told of refusals
     * @throws IllegalArgumentException if the engine has no exporter
     */
    public SessionAttestation(
            TlsEngine engine,
            PeerVerifier verifier,
            DocumentQueue documents,
            Duration timeout,
            LongSupplier nanoTime,
            EngineHooks atEnd,
            PeerEvents events) {
        if (!engine.hasExporter()) {
            throw new IllegalArgumentException("TLS engine " + engine.name() + " exports no keying material");
        }
        this.engine = engine;
        this.verifier = verifier;
        this.documents = documents;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        this.atEnd = atEnd;
        this.events = events;
    }

    @Override
    public SSLEngine made(SSLEngine strict) {
        return new SessionEngine(strict, this);
    }

    /** The end of TLS is not the end of the handshake here. */
    @Override
    public void ended(SSLEngine strict) {}

    boolean offersSession(Optional<String> host) {
        return host.map(verifier::demandedOfServer).orElse(Freshness.SESSION) == Freshness.SESSION;
    }

    void requireCertificateIsEnough(SSLSession session, String protocol) throws RejectedCertificateException {
        Optional<AttestedPeer> peer = AttestedPeer.of(session);
        if (peer.isPresent()) {
            verifier.requireFreshness(
                    peer.get(), "the peer does not speak session attestation (ALPN \"" + protocol + "\")");
        }
    }

    Bytes export(SSLEngine strict) throws SSLException {
        return engine.export(strict, TlsEngine.CHANNEL_BINDING_LABEL, SessionTranscript.PART);
    }

    Bytes nonce() {
        byte[] nonce = new byte[SessionTranscript.PART];
        random.nextBytes(nonce);
        return Bytes.of(nonce);
    }

    CompletableFuture<Bytes> document(AttestationRequest request) {
        return documents.ask(request);
    }

    void appraise(SSLSession session, Bytes document, ExpectedClaims claims) throws RejectedCertificateException {
        verifier.requireFreshness(verifier.verifySession(session, document, claims));
    }

    long deadline() {
        return nanoTime.getAsLong() + timeout.toNanos();
    }

    boolean isPast(long deadline) {
        return nanoTime.getAsLong() - deadline > 0;
    }

    Duration timeout() {
        return timeout;
    }

    void finished(SSLEngine session) {
        atEnd.ended(session);
    }

    /** {@code own} is the engine that failed, {@code session} that of its TLS handshake. */
    void refused(RejectedCertificateException why, SSLSession session, SSLEngine own) {
        events.rejected(why, TlsEngine.peerChain(session), Handshake.of(own, session));
    }
}
