package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

@Timeout(60)
class WebProxyTest {
    private static final SourceSettings DEFAULTS = SourceSettings.upTo(1000);
    private static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDFORATEST", "a secret of no account"));

    @Test
    void fetch_overHttps_asksTheProxyForATunnel() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> refuseOne(proxy));
            WebSource source = new WebSource(URI.create("https://releases.example/bundle.json"), through(proxy));

            assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);

            assertThat(asked.get()).isEqualTo("CONNECT releases.example:443 HTTP/1.1");
        }
    }

    @Test
    void fetch_fromS3OverHttps_asksTheProxyForATunnel() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> refuseOne(proxy));
            S3Location location = S3Location.parse("s3://acme/b?endpoint=https%3A%2F%2Fs3.example");
            S3Source source =
                    new S3Source(location, () -> S3Clients.of(location, through(proxy), Optional.of(CREDENTIALS)));

            assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);

            assertThat(asked.get()).isEqualTo("CONNECT s3.example:443 HTTP/1.1");
        }
    }

    @Test
    void fetch_fromAHostThatIsNone_saysWhich() {
        // more than 255 letters, about which no name server can be asked
        String host = "a.".repeat(130) + "example";
        WebSource source = new WebSource(URI.create("https://" + host + "/bundle.json"), DEFAULTS);

        assertThatThrownBy(source::fetch).isInstanceOf(IOException.class).hasMessageStartingWith("no address for a.a.");
    }

    @Test
    void fetch_overPlainHttp_neverAsksTheProxy() throws Exception {
        byte[] bundle = "bundle".getBytes(UTF_8);
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LoopbackServer server = LoopbackServer.start()) {
            server.answers(200, bundle);

            assertThat(new WebSource(server.url("/"), through(proxy)).fetch().content())
                    .isEqualTo(Bytes.of(bundle));
        }
    }

    private static SourceSettings through(ServerSocket proxy) {
        return DEFAULTS.withProxy(new InetSocketAddress(proxy.getInetAddress(), proxy.getLocalPort()));
    }

    private static String refuseOne(ServerSocket proxy) {
        try (Socket client = proxy.accept();
                BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII))) {
            String first = in.readLine();
            String line = first;
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            client.getOutputStream()
                    .write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                            .getBytes(US_ASCII));
            client.getOutputStream().flush();
            return first;
        } catch (IOException e) {
            return e.toString();
        }
    }
}
