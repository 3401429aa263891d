package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.OneLine;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/** Reads so many bytes of an answer and no more: the SDK would keep all of it in memory. */
final class BoundedHttp implements SdkHttpClient {
    private final SdkHttpClient client;
    private final int maxBytes;

    BoundedHttp(SdkHttpClient client, int maxBytes) {
        this.client = client;
        this.maxBytes = maxBytes;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest asked) {
        if (!"https".equalsIgnoreCase(asked.httpRequest().protocol())) {
            // The environment and profiles can name an endpoint too.
            throw SdkClientException.create("an endpoint that is not https: "
                    + OneLine.of(asked.httpRequest().protocol() + "://"
                            + asked.httpRequest().host()));
        }
        ExecutableHttpRequest request = client.prepareRequest(asked);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return bounded(request.call());
            }

            @Override
            public void abort() {
                request.abort();
            }
        };
    }

    private HttpExecuteResponse bounded(HttpExecuteResponse answer) {
        if (answer.responseBody().isEmpty()) {
            return answer;
        }
        AbortableInputStream body = answer.responseBody().get();
        return HttpExecuteResponse.builder()
                .response(answer.httpResponse())
                .responseBody(AbortableInputStream.create(new BoundedStream(body, maxBytes), body))
                .build();
    }

    @Override
    public void close() {
        client.close();
    }

    private static final class BoundedStream extends FilterInputStream {
        private final int maxBytes;
        private long read;

        BoundedStream(InputStream in, int maxBytes) {
            super(in);
            this.maxBytes = maxBytes;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int got = super.read(into, from, length);
            count(Math.max(got, 0));
            return got;
        }

        @Override
        public long skip(long n) throws IOException {
            long skipped = super.skip(n);
            count(skipped);
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(long bytes) throws IOException {
            read += bytes;
            if (read > maxBytes) {
                throw new IOException("an answer of more than " + maxBytes + " bytes");
            }
        }
    }
}
