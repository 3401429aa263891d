package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WebProxyTest {
    private static final SourceSettings DEFAULTS = SourceSettings.upTo(1000);

    @Test
    void fetch_overHttps_asksTheProxyForATunnel() throws Exception {
        try (RefusingProxy proxy = RefusingProxy.start()) {
            WebSource source = new WebSource(
                    URI.create("https://releases.example/bundle.json"), DEFAULTS.withProxy(proxy.address()));

            assertThatThrownBy(source::fetch).isInstanceOf(IOException.class);

            assertThat(proxy.asked()).isEqualTo("CONNECT releases.example:443 HTTP/1.1");
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
        try (RefusingProxy proxy = RefusingProxy.start();
                LoopbackServer server = LoopbackServer.start()) {
            server.answers(200, bundle);

            assertThat(new WebSource(server.url("/"), DEFAULTS.withProxy(proxy.address()))
                            .fetch()
                            .content())
                    .isEqualTo(Bytes.of(bundle));
        }
    }
}
