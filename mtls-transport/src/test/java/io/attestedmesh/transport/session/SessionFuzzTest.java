package io.attestedmesh.transport.session;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.tls.SessionTranscript;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Whatever a peer sends, however it is cut, ends in a rejection or in waiting, never in an acceptance. */
final class SessionFuzzTest {
    private static final Bytes KEY = Bytes.of((byte) 1);

    /** The first byte says how long the pieces are. */
    @FuzzTest
    void peer(byte[] input) {
        if (input.length == 0) {
            return;
        }
        SessionExchange exchange = new SessionExchange(
                Usage.SERVER,
                Bytes.of(new byte[SessionTranscript.PART]),
                nonce -> new SessionTranscript(Bytes.of(new byte[SessionTranscript.PART]), KEY, KEY, nonce, nonce),
                request -> CompletableFuture.completedFuture(KEY),
                (document, claims) -> {
                    throw new RejectedCertificateException(PolicyReason.NONCE_MISSING, "a nonce", "none");
                },
                new PendingEvidence());
        int piece = 1 + (input[0] & 0x7f);
        if (input[0] < 0) {
            exchange.reject(new RejectedCertificateException(SessionReason.NO_DOCUMENT, "one", "none"));
        }
        for (int at = 1; at < input.length; at += piece) {
            exchange.receive(ByteBuffer.wrap(input, at, Math.min(piece, input.length - at)));
            exchange.task().ifPresent(Runnable::run);
            for (Optional<ByteBuffer> sent = exchange.outgoing(); sent.isPresent(); sent = exchange.outgoing()) {
                sent.get().position(sent.get().limit());
            }
            require(!exchange.isComplete(), "a peer without evidence was accepted");
        }
    }

    /** Frames that are read are written as they were read. */
    @FuzzTest
    void frames(byte[] input) {
        FrameReader reader = new FrameReader();
        ByteBuffer source = ByteBuffer.wrap(input);
        int at = 0;
        try {
            for (Optional<Frame> frame = reader.read(source); frame.isPresent(); frame = reader.read(source)) {
                ByteBuffer again = frame.get().encoded();
                require(
                        again.equals(ByteBuffer.wrap(input, at, again.remaining())),
                        "a frame that is written otherwise");
                at = source.position();
                if (frame.get().type() == Frame.Type.VERDICT) {
                    SessionVerdict verdict = SessionVerdict.of(frame.get().payload());
                    require(verdict.frame().equals(frame.get()), "a verdict that is written otherwise");
                }
            }
        } catch (RejectedCertificateException e) {
            require(e.reason() == SessionReason.BAD_FRAME, "another reason: " + e.reason());
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
