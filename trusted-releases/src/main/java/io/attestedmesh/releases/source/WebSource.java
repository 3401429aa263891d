package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A bundle on a web server. An answer counts only if it is a 200, whole and not encoded; a few redirects are followed,
 * none of them out of TLS.
 */
final class WebSource implements ReleaseSource {
    static final int MAX_REDIRECTS = 3;

    static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final URI address;
    private final SourceSettings settings;
    private volatile Optional<HttpClient> client;

    WebSource(URI address, SourceSettings settings) {
        this.address = address;
        this.settings = settings;
        this.client = Optional.of(WebClient.of(settings));
    }

    @Override
    public Optional<Fetched> fetch(Optional<Validator> seen) throws IOException {
        long deadline = System.nanoTime() + settings.timeout().toNanos();
        HttpClient open = client.orElseThrow(() -> new IOException("closed"));
        URI at = address;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            Optional<Validator> asked = ofAddress(seen, at);
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            HttpResponse<Bytes> answer = new WebExchange(open, left).send(request(at, asked), this::body);
            if (!REDIRECTS.contains(answer.statusCode())) {
                return content(at, asked, answer);
            }
            at = redirected(at, answer);
        }
        throw new IOException("more than " + MAX_REDIRECTS + " redirects");
    }

    private static Optional<Validator> ofAddress(Optional<Validator> seen, URI at) {
        return seen.filter(validator -> validator.isOf(at.toString()));
    }

    private static HttpRequest request(URI at, Optional<Validator> asked) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at)
                .GET()
                .header("Accept-Encoding", "identity")
                // a cache in between asks the server again
                .header("Cache-Control", "no-cache");
        asked.ifPresent(validator -> request.header(validator.header(), validator.value()));
        return request.build();
    }

    private LimitedBody body(HttpResponse.ResponseInfo answer) {
        return answer.statusCode() == OK ? LimitedBody.ofContent(answer, settings.maxBytes()) : LimitedBody.unread();
    }

    private static Optional<Fetched> content(URI at, Optional<Validator> asked, HttpResponse<Bytes> answer)
            throws IOException {
        if (answer.statusCode() == NOT_MODIFIED && asked.isPresent()) {
            return Optional.empty();
        }
        if (answer.statusCode() != OK) {
            throw new IOException("HTTP status " + answer.statusCode() + " from " + WebAddress.shown(at));
        }
        Optional<Validator> validator = Validator.of(at.toString(), answer.headers());
        return Optional.of(new Fetched(
                answer.body(),
                validator.map(Validator::value),
                isFramed(answer.headers()) ? validator : Optional.empty()));
    }

    // A body that ends where the connection does may be a part of one, and is asked for again.
    private static boolean isFramed(HttpHeaders headers) {
        return headers.firstValue("Content-Length").isPresent()
                || headers.firstValue("Transfer-Encoding")
                        .filter("chunked"::equalsIgnoreCase)
                        .isPresent();
    }

    private static URI redirected(URI from, HttpResponse<Bytes> answer) throws IOException {
        String location = answer.headers()
                .firstValue("Location")
                .orElseThrow(() -> new IOException("HTTP status " + answer.statusCode() + " without a Location"));
        try {
            return WebAddress.redirected(from, location);
        } catch (IllegalArgumentException e) {
            throw new IOException("redirected: " + OneLine.of(String.valueOf(e.getMessage())), e);
        }
    }

    @Override
    public String describe() {
        return WebAddress.shown(address);
    }

    @Override
    public void close() {
        client = Optional.empty();
    }
}
