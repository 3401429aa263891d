package io.attestedmesh.transport.session;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.tls.SessionTranscript;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * One side of session attestation, without the connection that carries it (docs/protocol.md). Each side sends nonce,
 * evidence, verdict, in this order; a rejection may come at any time and is the last. Thread-safe: documents are made and
 * verified on other threads than frames are moved.
 */
final class SessionExchange {
    /** Decides about the peer's document. */
    @FunctionalInterface
    interface Appraisal {
        void appraise(Bytes document, ExpectedClaims claims) throws RejectedCertificateException;
    }

    private final Usage own;
    private final Usage peer;
    private final Bytes ownNonce;
    private final Function<Bytes, SessionTranscript> transcriptFor;
    private final Function<AttestationRequest, CompletableFuture<Bytes>> documents;
    private final Appraisal appraisal;
    private final PendingEvidence pending;

    private final FrameReader reader = new FrameReader();
    private final Deque<ByteBuffer> outgoing = new ArrayDeque<>();
    private Frame.Type awaited = Frame.Type.NONCE;
    private SessionTranscript transcript;
    private CompletableFuture<Bytes> asked;
    private CompletableFuture<Void> document;
    private Optional<Bytes> toAppraise = Optional.empty();
    private boolean taskRuns;
    private boolean deaf;
    private boolean evidenceQueued;
    private boolean accepted;
    private boolean verdictQueued;
    private Optional<SessionVerdict> peerVerdict = Optional.empty();
    private Optional<RejectedCertificateException> rejection = Optional.empty();

    /**
     * Begins with the nonce.
     *
     * @param own the part that this side plays in the TLS handshake
     * @param transcriptFor the transcript for the nonce of the peer
     * @param documents makes our own
     */
    SessionExchange(
            Usage own,
            Bytes ownNonce,
            Function<Bytes, SessionTranscript> transcriptFor,
            Function<AttestationRequest, CompletableFuture<Bytes>> documents,
            Appraisal appraisal,
            PendingEvidence pending) {
        this.own = own;
        this.peer = own == Usage.CLIENT ? Usage.SERVER : Usage.CLIENT;
        this.ownNonce = ownNonce;
        this.transcriptFor = transcriptFor;
        this.documents = documents;
        this.appraisal = appraisal;
        this.pending = pending;
        queue(new Frame(Frame.Type.NONCE, this.ownNonce));
    }

    /** What is to be sent next; empty if nothing is. Whatever its reader leaves in it stays first. */
    synchronized Optional<ByteBuffer> outgoing() {
        while (!outgoing.isEmpty() && !outgoing.peek().hasRemaining()) {
            outgoing.remove();
        }
        return Optional.ofNullable(outgoing.peek());
    }

    /** Takes what the peer sent. What is wrong with it ends in {@link #rejection}, and the peer is told. */
    synchronized void receive(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining() && !deaf) {
                if (peerVerdict.isPresent()) {
                    throw FrameReader.refused("nothing behind a verdict", bytes.remaining() + " bytes");
                }
                Optional<Frame> frame = reader.read(bytes);
                if (frame.isPresent()) {
                    take(frame.get());
                }
            }
        } catch (RejectedCertificateException e) {
            deaf = true;
            reject(e);
        }
        bytes.position(bytes.limit());
    }

    private void take(Frame frame) throws RejectedCertificateException {
        if (frame.type() == Frame.Type.VERDICT) {
            takeVerdict(SessionVerdict.of(frame.payload()));
            return;
        }
        if (frame.type() != awaited) {
            throw FrameReader.refused("a frame " + awaited, "a frame " + frame.type());
        }
        if (frame.type() == Frame.Type.NONCE) {
            awaited = Frame.Type.EVIDENCE;
            transcript = transcriptFor.apply(frame.payload());
            askForDocument();
        } else {
            awaited = Frame.Type.VERDICT;
            toAppraise = rejection.isEmpty() ? Optional.of(frame.payload()) : Optional.empty();
        }
    }

    private void takeVerdict(SessionVerdict verdict) throws RejectedCertificateException {
        boolean accepts = verdict.rejection().isEmpty();
        if (accepts && (awaited != Frame.Type.VERDICT || !evidenceQueued || evidenceIsUnsent())) {
            throw FrameReader.refused("a verdict on evidence that the peer has seen", "one before that");
        }
        peerVerdict = Optional.of(verdict);
    }

    private boolean evidenceIsUnsent() {
        return outgoing.stream().anyMatch(frame -> frame.hasRemaining() && frame.get(1) == Frame.Type.EVIDENCE.code());
    }

    private void askForDocument() {
        try {
            asked = documents.apply(new AttestationRequest(
                    Optional.of(transcript.key(own)),
                    Optional.of(transcript.userData(own)),
                    Optional.of(transcript.nonceFor(own))));
        } catch (RuntimeException e) {
            asked = CompletableFuture.failedFuture(e);
        }
        document = asked.handle(this::documentMade);
    }

    private Void documentMade(Bytes made, Throwable failure) {
        synchronized (this) {
            if (made == null) {
                Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                        ? wrapped.getCause()
                        : failure;
                reject(new RejectedCertificateException(
                        SessionReason.NO_DOCUMENT, "a document of our own attester", String.valueOf(cause), cause));
            } else if (!Frame.Type.EVIDENCE.permits(made.size())) {
                reject(new RejectedCertificateException(
                        SessionReason.NO_DOCUMENT,
                        "a document of " + Frame.Type.EVIDENCE.bounds(),
                        made.size() + " bytes of our own attester"));
            } else if (rejection.isEmpty()) {
                queue(new Frame(Frame.Type.EVIDENCE, made));
                evidenceQueued = true;
                queueAcceptance();
            }
        }
        pending.ready();
        return null;
    }

    /** The next piece of work for a thread that may wait; empty if there is none, or one is being done. */
    synchronized Optional<Runnable> task() {
        if (taskRuns) {
            return Optional.empty();
        }
        if (toAppraise.isPresent()) {
            Bytes evidence = toAppraise.get();
            toAppraise = Optional.empty();
            taskRuns = true;
            return Optional.of(() -> appraise(evidence));
        }
        if (waitsForDocument()) {
            taskRuns = true;
            return Optional.of(this::awaitDocument);
        }
        return Optional.empty();
    }

    /** True if {@link #task} would give one now. */
    synchronized boolean hasTask() {
        return !taskRuns && (toAppraise.isPresent() || waitsForDocument());
    }

    /** True while {@link #task} has or had work that is not done. */
    synchronized boolean needsTask() {
        return taskRuns || toAppraise.isPresent() || waitsForDocument();
    }

    private boolean waitsForDocument() {
        return document != null && !document.isDone() && !pending.isAwaited();
    }

    private void awaitDocument() {
        document.join(); // never fails: what fails is handled in it
        synchronized (this) {
            taskRuns = false;
        }
    }

    private void appraise(Bytes evidence) {
        Optional<RejectedCertificateException> refused = Optional.empty();
        try {
            appraisal.appraise(evidence, transcript.claims(peer));
        } catch (RejectedCertificateException e) {
            refused = Optional.of(e);
        } catch (RuntimeException e) {
            // what could not be appraised was not accepted, and the peer need not wait for its time to be over
            refused = Optional.of(new RejectedCertificateException(
                    SessionReason.NO_VERDICT, "a verdict about the evidence in the session", e.toString(), e));
        }
        synchronized (this) {
            taskRuns = false;
            if (refused.isPresent()) {
                reject(refused.get());
            } else if (rejection.isEmpty()) {
                accepted = true;
                queueAcceptance();
            }
        }
    }

    /** Behind our own evidence, never before it. */
    private void queueAcceptance() {
        if (accepted && evidenceQueued && !verdictQueued) {
            verdictQueued = true;
            queue(SessionVerdict.ACCEPTED.frame());
        }
    }

    /** The first reason counts; the peer is told unless it was accepted before. */
    synchronized void reject(RejectedCertificateException why) {
        if (rejection.isPresent()) {
            return;
        }
        rejection = Optional.of(why);
        toAppraise = Optional.empty();
        if (!verdictQueued) {
            verdictQueued = true;
            queue(SessionVerdict.rejected(why.reason()).frame());
        }
    }

    /** The connection is over: a document that is not begun is not made. */
    synchronized void end() {
        if (asked != null) {
            asked.cancel(false);
        }
    }

    private void queue(Frame frame) {
        outgoing.add(frame.encoded());
    }

    /** Why this side refuses the peer, or goes no further. */
    synchronized Optional<RejectedCertificateException> rejection() {
        return rejection;
    }

    /** The peer's last word, if it has said it. */
    synchronized Optional<SessionVerdict> peerVerdict() {
        return peerVerdict;
    }

    /** True once each side has accepted the other, and ours has been sent. */
    synchronized boolean isComplete() {
        return accepted
                && rejection.isEmpty()
                && verdictQueued
                && outgoing().isEmpty()
                && peerVerdict.filter(SessionVerdict.ACCEPTED::equals).isPresent();
    }

    /** How far the peer has come, for an error. */
    synchronized String progress() {
        return reader.insideFrame() ? "part of a frame, after which " + awaited + " was due" : "before its " + awaited;
    }
}
