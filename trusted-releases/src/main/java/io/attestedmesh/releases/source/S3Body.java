package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The content of an object, held to a size and a time while it comes in: the SDK's timeout ends with the headers. */
final class S3Body {
    private static final int PART = 16 << 10;

    private final GetObjectResponse answer;
    private final int maxBytes;
    private final long deadline;

    /** @param deadline in the time of {@link System#nanoTime} */
    S3Body(GetObjectResponse answer, int maxBytes, long deadline) {
        this.answer = answer;
        this.maxBytes = maxBytes;
        this.deadline = deadline;
    }

    Bytes read(InputStream in) throws IOException {
        requireIdentity();
        Optional<Long> announced = Optional.ofNullable(answer.contentLength());
        if (announced.isPresent() && announced.get() > maxBytes) {
            throw Content.tooLarge(maxBytes);
        }
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        byte[] part = new byte[PART];
        for (int count = in.read(part); count >= 0; count = in.read(part)) {
            if (count > maxBytes - received.size()) {
                throw Content.tooLarge(maxBytes);
            }
            received.write(part, 0, count);
            requireTime();
        }
        if (announced.isPresent() && announced.get() != received.size()) {
            throw new IOException(received.size() + " of " + announced.get() + " announced bytes came");
        }
        return Bytes.of(received.toByteArray());
    }

    private void requireIdentity() throws IOException {
        String encoding = answer.contentEncoding();
        if (encoding != null && !encoding.isEmpty() && !"identity".equalsIgnoreCase(encoding)) {
            throw new IOException("the content is encoded as \"" + OneLine.of(encoding) + "\"");
        }
    }

    private void requireTime() throws IOException {
        if (System.nanoTime() - deadline > 0) {
            throw new SocketTimeoutException("no whole answer in time");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while fetching");
        }
    }
}
