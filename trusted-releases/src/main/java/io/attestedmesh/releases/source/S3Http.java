package io.attestedmesh.releases.source;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/** Sends the SDK's questions as those to web servers are sent: an answer is whole, and within size and time, or none. */
final class S3Http implements SdkHttpClient {
    /** An error is a few lines of XML. */
    private static final int MAX_ERROR = 64 << 10;

    /** The JDK's client says these itself. The host that was signed is that of the address, which is the one it sends. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "content-length", "expect", "host", "upgrade");

    private final HttpClient client;
    private final SourceSettings settings;

    S3Http(SourceSettings settings) {
        this.client = WebClient.of(settings);
        this.settings = settings;
    }

    /** @throws IllegalArgumentException for what has a body, or an address that is not asked */
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest asked) {
        if (asked.contentStreamProvider().isPresent()) {
            throw new IllegalArgumentException("objects are read here, not written");
        }
        HttpRequest request = request(asked.httpRequest());
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return answer(new WebExchange(client, settings.timeout()).send(request, S3Http.this::body));
            }

            /** The SDK interrupts the call, too, and that ends it. */
            @Override
            public void abort() {}
        };
    }

    private static HttpRequest request(SdkHttpRequest asked) {
        URI address = asked.getUri();
        WebAddress.require(address);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).method(asked.method().name(), BodyPublishers.noBody());
        asked.forEachHeader((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    private LimitedBody body(HttpResponse.ResponseInfo answer) {
        return answer.statusCode() == WebSource.OK
                ? LimitedBody.ofContent(answer, settings.maxBytes())
                : LimitedBody.ofError(answer, MAX_ERROR);
    }

    private static HttpExecuteResponse answer(HttpResponse<Bytes> answer) {
        return HttpExecuteResponse.builder()
                .response(SdkHttpResponse.builder()
                        .statusCode(answer.statusCode())
                        .headers(answer.headers().map())
                        .build())
                .responseBody(AbortableInputStream.create(
                        new ByteArrayInputStream(answer.body().toByteArray())))
                .build();
    }

    @Override
    public void close() {}
}
