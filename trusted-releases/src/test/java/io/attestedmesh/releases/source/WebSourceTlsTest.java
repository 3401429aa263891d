package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebSourceTlsTest {
    private static final byte[] BUNDLE = "bundle".getBytes(UTF_8);
    private static final SourceSettings DEFAULTS = SourceSettings.upTo(1000);

    @TempDir
    Path folder;

    @Test
    void fetch_fromAServerWithASelfSignedCertificate_fails() throws Exception {
        ServerCertificate made = ServerCertificate.make(folder, "ip:127.0.0.1");
        try (LoopbackServer server = LoopbackServer.start(made.server())) {
            server.answers(200, BUNDLE);

            assertThatThrownBy(() -> new WebSource(server.url("/"), DEFAULTS).fetch())
                    .isInstanceOf(IOException.class)
                    .hasRootCauseInstanceOf(java.security.cert.CertPathBuilderException.class)
                    .hasCauseInstanceOf(SSLException.class);
            assertThat(server.asked()).isEmpty();
        }
    }

    @Test
    void fetch_fromAServerThatAGivenAuthorityVouchesFor_isItsContent() throws Exception {
        ServerCertificate made = ServerCertificate.make(folder, "ip:127.0.0.1");
        try (LoopbackServer server = LoopbackServer.start(made.server())) {
            server.answers(200, BUNDLE);

            assertThat(new WebSource(server.url("/"), DEFAULTS.withAuthorities(List.of(made.certificate())))
                            .fetch()
                            .content())
                    .isEqualTo(Bytes.of(BUNDLE));
        }
    }

    @Test
    void fetch_fromAServerOfAnotherName_fails() throws Exception {
        ServerCertificate made = ServerCertificate.make(folder, "dns:releases.example");
        try (LoopbackServer server = LoopbackServer.start(made.server())) {
            server.answers(200, BUNDLE);

            assertThatThrownBy(
                            () -> new WebSource(server.url("/"), DEFAULTS.withAuthorities(List.of(made.certificate())))
                                    .fetch())
                    .isInstanceOf(IOException.class)
                    .hasCauseInstanceOf(SSLException.class);
            assertThat(server.asked()).isEmpty();
        }
    }

    @Test
    void fetch_ofARedirectToPlainHttp_failsAndDoesNotAskThere() throws Exception {
        ServerCertificate made = ServerCertificate.make(folder, "ip:127.0.0.1");
        try (LoopbackServer plain = LoopbackServer.start();
                LoopbackServer server = LoopbackServer.start(made.server())) {
            plain.answers(200, BUNDLE);
            server.answers(302, new byte[0], "Location", plain.url("/").toString());

            assertThatThrownBy(
                            () -> new WebSource(server.url("/"), DEFAULTS.withAuthorities(List.of(made.certificate())))
                                    .fetch())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("would leave TLS");
            assertThat(server.asked()).hasSize(1);
            assertThat(plain.asked()).isEmpty();
        }
    }
}
