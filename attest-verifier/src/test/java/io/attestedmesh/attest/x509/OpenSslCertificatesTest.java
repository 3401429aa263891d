package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.Paths.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hand-made set-ups: what the openssl command makes with its own settings is accepted. */
class OpenSslCertificatesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void requireOpenSsl() throws InterruptedException {
        boolean present;
        try {
            present = new ProcessBuilder("openssl", "version").start().waitFor(20, TimeUnit.SECONDS);
        } catch (IOException absent) {
            present = false;
        }
        assumeTrue(present, "no openssl command");
    }

    private void openssl(String arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(("openssl " + arguments).split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(folder.resolve("log")))
                .isZero();
    }

    private X509Certificate read(String name) throws IOException, CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(folder.resolve(name))));
    }

    private void makeChain(String key) throws IOException, InterruptedException {
        openssl("req -x509 -newkey " + key + " -nodes -subj /CN=ca -days 2 -keyout ca.key -out ca.crt");
        openssl("req -newkey " + key + " -nodes -subj /CN=client -keyout client.key -out client.csr");
        Files.writeString(folder.resolve("names"), "subjectAltName=DNS:client.example.org,IP:127.0.0.1\n");
        openssl("x509 -req -in client.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names"
                + " -out client.crt");
    }

    private PathValidator validator() throws IOException, CertificateException {
        return new PathValidator(
                TrustAnchors.of(List.of(read("ca.crt"))), RevocationLists.NONE, SignatureAlgorithms.STANDARD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa:2048", "ec -pkeyopt ec_paramgen_curve:P-384", "ed25519"})
    void chainWithNamesOnly_isAcceptedForBothRoles(String key)
            throws IOException, InterruptedException, CertificateException {
        makeChain(key);
        X509Certificate client = read("client.crt");

        for (PathValidator.Usage usage : PathValidator.Usage.values()) {
            assertThat(validator().validate(List.of(client), usage, Instant.now()))
                    .containsExactly(client, read("ca.crt"));
        }
        assertThatCode(() -> ServerNames.match(client, "client.example.org")).doesNotThrowAnyException();
        assertThatCode(() -> ServerNames.match(client, "127.0.0.1")).doesNotThrowAnyException();
    }

    @Test
    void chainWithoutExtensions_isRefusedAsVersionOne() throws IOException, InterruptedException, CertificateException {
        makeChain("rsa:2048");
        openssl("x509 -req -in client.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out bare.crt");
        X509Certificate bare = read("bare.crt");
        PathValidator validator = validator();

        assertRefused(
                CertificateReason.UNSUPPORTED_VERSION,
                () -> validator.validate(List.of(bare), PathValidator.Usage.CLIENT, Instant.now()));
    }

    @Test
    void selfSigned_isAcceptedPinnedAndAsItsOwnAnchor() throws IOException, InterruptedException, CertificateException {
        openssl("req -x509 -newkey rsa:2048 -nodes -subj /CN=peer -days 2 -addext subjectAltName=DNS:peer"
                + " -keyout ca.key -out ca.crt");
        X509Certificate peer = read("ca.crt");

        assertThat(validator().validate(List.of(peer), PathValidator.Usage.SERVER, Instant.now()))
                .containsExactly(peer, peer);
        assertThat(PinnedCertificate.certificate(peer)
                        .path(List.of(peer), PathValidator.Usage.SERVER, Instant.now(), CertificateMaker.PROVIDER)
                        .certificates())
                .containsExactly(peer);
    }

    @Test
    void otherCa_isRefused() throws IOException, InterruptedException, CertificateException {
        makeChain("rsa:2048");
        X509Certificate client = read("client.crt");
        openssl("req -x509 -newkey rsa:2048 -nodes -subj /CN=ca -days 2 -keyout ca.key -out ca.crt");
        PathValidator validator = validator();

        assertRefused(
                CertificateReason.UNTRUSTED_ISSUER,
                () -> validator.validate(List.of(client), PathValidator.Usage.CLIENT, Instant.now()));
    }
}
