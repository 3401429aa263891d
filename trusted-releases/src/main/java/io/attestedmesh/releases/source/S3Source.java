package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An object in S3. One conditional GET is both the question whether it changed and the answer: a HEAD before it would
 * speak of what may no longer be there.
 */
final class S3Source implements ReleaseSource {
    private static final int NOT_MODIFIED = 304;

    private final S3Location location;
    private final Supplier<S3Client> maker;
    private final AtomicReference<S3Client> client = new AtomicReference<>();
    private volatile boolean closed;

    S3Source(S3Location location, Supplier<S3Client> maker) {
        this.location = location;
        this.maker = maker;
    }

    /** With the credentials that the SDK's default chain finds. */
    static S3Source open(S3Location location, SourceSettings settings) {
        return new S3Source(location, () -> S3Clients.of(location, settings, Optional.empty()));
    }

    @Override
    public Optional<Fetched> fetch(Optional<Validator> seen) throws IOException {
        Optional<Validator> asked = seen.filter(validator -> validator.isOf(location.describe()));
        GetObjectRequest.Builder request =
                GetObjectRequest.builder().bucket(location.bucket()).key(location.key());
        asked.ifPresent(validator -> request.ifNoneMatch(validator.value()));
        try {
            return Optional.of(fetched(client().getObjectAsBytes(request.build())));
        } catch (S3Exception e) {
            if (e.statusCode() == NOT_MODIFIED && asked.isPresent()) {
                return Optional.empty();
            }
            throw new IOException("HTTP status " + e.statusCode() + " from S3: " + code(e), e);
        } catch (SdkException e) {
            throw failed(e);
        }
    }

    private static IOException failed(SdkException e) {
        if (e instanceof AbortedException || e.getCause() instanceof InterruptedIOException) {
            return (IOException) new InterruptedIOException("interrupted while fetching").initCause(e);
        }
        if (e instanceof ApiCallTimeoutException || e.getCause() instanceof HttpTimeoutException) {
            return (IOException) new HttpTimeoutException("no whole answer in time").initCause(e);
        }
        // what the SDK says of a failed exchange adds nothing to the failure
        Throwable why = e.getCause() instanceof IOException ? e.getCause() : e;
        return new IOException("no answer from S3: " + OneLine.of(String.valueOf(why.getMessage())), e);
    }

    private Fetched fetched(ResponseBytes<GetObjectResponse> object) {
        GetObjectResponse answer = object.response();
        Optional<String> tag = Optional.ofNullable(answer.eTag());
        // "null" is the version of an object in a bucket that keeps none
        Optional<String> version = Optional.ofNullable(answer.versionId()).filter(id -> !id.equals("null"));
        // Without a length, a part of the content would look like the whole, and is asked for again.
        Optional<Validator> validator = Optional.ofNullable(answer.contentLength())
                .flatMap(length -> tag)
                .flatMap(value -> Validator.entityTag(location.describe(), value));
        return new Fetched(Bytes.of(object.asByteArray()), version.or(() -> tag), validator);
    }

    private static String code(S3Exception e) {
        String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
        return code == null ? "no code" : OneLine.of(code);
    }

    // The first fetch makes it: looking for a region and credentials may take time, and may fail today only.
    private S3Client client() throws IOException {
        if (client.get() == null) {
            client.set(maker.get());
        }
        if (closed) {
            close();
            throw new IOException("closed");
        }
        return client.get();
    }

    @Override
    public String describe() {
        return location.describe();
    }

    @Override
    public void close() {
        closed = true;
        S3Client open = client.get();
        if (open != null) {
            open.close();
        }
    }
}
