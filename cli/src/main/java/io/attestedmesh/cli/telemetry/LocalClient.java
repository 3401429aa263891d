package io.attestedmesh.cli.telemetry;

import io.attestedmesh.cli.config.Address;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a {@link LocalServer}, whoever it is that answers there: in bounded time, for so many bytes. */
public final class LocalClient {
    private LocalClient() {}

    /** What came back. */
    public record LocalAnswer(int status, String body) {}

    /** A request for {@code path} at the address where a server listens. */
    public static HttpRequest.Builder request(Address listen, String path) {
        boolean everywhere = listen.host().equals("0.0.0.0") || listen.host().equals("::");
        Address dialled = everywhere ? new Address("127.0.0.1", listen.port()) : listen;
        return HttpRequest.newBuilder(URI.create("http://" + dialled + path));
    }

    /**
     * Waits for the answer.
     *
     * @throws HttpTimeoutException if it is not here in time
     * @throws IOException if there is none, or a larger one
     */
    public static LocalAnswer ask(HttpRequest request, int most, Duration patience)
            throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .build();
        CompletableFuture<HttpResponse<InputStream>> head = client.sendAsync(request, BodyHandlers.ofInputStream());
        CompletableFuture<LocalAnswer> answer = head.thenApplyAsync(response -> read(response, most));
        try {
            // one wait for all of it, for an answer may also come byte by byte
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            head.cancel(true);
            throw new HttpTimeoutException("no answer within " + patience.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        }
    }

    private static LocalAnswer read(HttpResponse<InputStream> response, int most) {
        try (InputStream in = response.body()) {
            byte[] content = in.readNBytes(most + 1);
            if (content.length > most) {
                throw new IOException("an answer of more than " + most + " bytes");
            }
            return new LocalAnswer(response.statusCode(), new String(content, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
