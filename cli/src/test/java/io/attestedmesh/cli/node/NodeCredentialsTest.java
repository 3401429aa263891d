package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCredentialsTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path folder;

    private Credential credential;

    @BeforeEach
    void issue() throws Exception {
        NodeFolder node = new NodeFolder(folder, NOW);
        node.issue("server", "alice.example", Usage.SERVER, Duration.ofDays(1));
        credential =
                new Credential(PrivateKeys.load(node.path("server.key")), Pem.certificates(node.path("server.crt")));
    }

    private CredentialSource source(boolean healthy) {
        return new CredentialSource() {
            @Override
            public Credential current() {
                return credential;
            }

            @Override
            public void onChange(Runnable listener) {}

            @Override
            public boolean healthy() {
                return healthy;
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void failing_server_saysWhoseCertificateEndsWhen() {
        NodeCredentials credentials = new NodeCredentials(source(false), source(true));
        assertThat(credentials.failing())
                .singleElement()
                .asString()
                .startsWith("the certificate that clients see ends at 2026-06-02T11:59:00Z");
    }

    @Test
    void failing_both_isALineEach_andALineForOneThatIsBoth() {
        CredentialSource one = source(false);
        assertThat(new NodeCredentials(one, source(false)).failing()).hasSize(2);
        assertThat(new NodeCredentials(one, one).failing()).hasSize(1);
    }

    @Test
    void failing_none_isEmpty() {
        assertThat(new NodeCredentials(source(true), source(true)).failing()).isEmpty();
    }
}
