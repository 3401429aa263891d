package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** The body of an answer, held to a size while it comes in. */
final class LimitedBody implements BodySubscriber<Bytes> {
    private static final String CONTENT = "the content";

    private final String what;
    private final int maxBytes;
    private final OptionalLong announced;
    private final CompletableFuture<Bytes> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile Subscription subscription;

    private LimitedBody(String what, int maxBytes, OptionalLong announced) {
        this.what = what;
        this.maxBytes = maxBytes;
        this.announced = announced;
    }

    /** The content asked for; not read if the headers speak of an encoding, or of more than {@code maxBytes}. */
    static LimitedBody ofContent(HttpResponse.ResponseInfo answer, int maxBytes) {
        List<String> encodings = answer.headers().allValues("Content-Encoding");
        if (!encodings.stream().allMatch("identity"::equalsIgnoreCase)) {
            return refused(new IOException("the content is encoded as \"" + OneLine.of(String.join(", ", encodings))
                    + "\", which was not asked for"));
        }
        OptionalLong length = length(answer);
        return length.isPresent() && length.getAsLong() > maxBytes
                ? refused(Content.tooLarge(CONTENT, maxBytes))
                : new LimitedBody(CONTENT, maxBytes, length);
    }

    /** What an answer says that is not the content; it may also announce the length of what it would have been. */
    static LimitedBody ofError(HttpResponse.ResponseInfo answer, int maxBytes) {
        return new LimitedBody("the text of HTTP status " + answer.statusCode(), maxBytes, OptionalLong.empty());
    }

    /** A body that is not read at all. */
    static LimitedBody unread() {
        LimitedBody body = new LimitedBody(CONTENT, 0, OptionalLong.empty());
        body.whole.complete(Bytes.EMPTY);
        return body;
    }

    private static OptionalLong length(HttpResponse.ResponseInfo answer) {
        try {
            return answer.headers().firstValueAsLong("Content-Length");
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static LimitedBody refused(IOException why) {
        LimitedBody body = new LimitedBody(CONTENT, 0, OptionalLong.empty());
        body.whole.completeExceptionally(why);
        return body;
    }

    /** Ends the connection if the body is still coming in. */
    void abort() {
        Subscription open = subscription;
        if (open != null) {
            open.cancel();
        }
    }

    @Override
    public CompletionStage<Bytes> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Subscription opened) {
        subscription = opened;
        if (whole.isDone()) {
            opened.cancel();
        } else {
            opened.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        for (ByteBuffer part : parts) {
            if (whole.isDone()) {
                return;
            }
            if (part.remaining() > maxBytes - received.size()) {
                subscription.cancel();
                whole.completeExceptionally(Content.tooLarge(what, maxBytes));
                return;
            }
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            received.writeBytes(bytes);
        }
    }

    @Override
    public void onError(Throwable cause) {
        whole.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
        if (announced.isPresent() && announced.getAsLong() != received.size()) {
            whole.completeExceptionally(
                    new IOException(received.size() + " of " + announced.getAsLong() + " announced bytes came"));
        } else {
            whole.complete(Bytes.of(received.toByteArray()));
        }
    }
}
