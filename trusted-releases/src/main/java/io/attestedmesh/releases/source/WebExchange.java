package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** One request and its whole answer, within a time: the JDK's own timeout ends with the headers. */
final class WebExchange {
    private final HttpClient client;
    private final Duration time;
    private final AtomicReference<LimitedBody> incoming = new AtomicReference<>();

    WebExchange(HttpClient client, Duration time) {
        this.client = client;
        this.time = time;
    }

    HttpResponse<Bytes> send(HttpRequest request, Function<HttpResponse.ResponseInfo, LimitedBody> body)
            throws IOException {
        CompletableFuture<HttpResponse<Bytes>> answer = client.sendAsync(request, info -> {
            LimitedBody reader = body.apply(info);
            incoming.set(reader);
            return reader;
        });
        try {
            return answer.get(Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            abort(answer);
            throw (IOException) new HttpTimeoutException("no whole answer in time").initCause(e);
        } catch (InterruptedException e) {
            abort(answer);
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while fetching").initCause(e);
        } catch (ExecutionException e) {
            throw failed(request.uri(), e.getCause());
        }
    }

    private void abort(CompletableFuture<HttpResponse<Bytes>> answer) {
        answer.cancel(true);
        LimitedBody reader = incoming.get();
        if (reader != null) {
            reader.abort();
        }
    }

    private static IOException failed(URI address, Throwable cause) {
        for (Throwable at = cause; at != null; at = at.getCause()) {
            if (at instanceof UnresolvedAddressException) {
                // the JDK's has no words at all; it may be the proxy's that it means
                return new IOException("no address for " + OneLine.of(address.getHost()) + ", or for its proxy", cause);
            }
        }
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new IOException(OneLine.of(message), cause);
    }
}
