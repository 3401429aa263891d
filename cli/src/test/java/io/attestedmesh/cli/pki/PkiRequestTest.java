package io.attestedmesh.cli.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh pki csr} on the node and {@code sign} on the CA's host. */
class PkiRequestTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path folder;

    private String ca;
    private Path node;

    @BeforeEach
    void makeCaAndRequests() {
        ca = folder.resolve("ca").toString();
        node = folder.resolve("node");
        assertThat(amesh("pki", "ca", ca).status()).isEqualTo(ExitStatus.DONE);
        CommandRun made = amesh(
                "pki", "csr", "node-a", "--dns", "a.example,b.example", "--ip", "127.0.0.1", "--out", node.toString());
        assertThat(made.outLines()).containsExactly(node + "/server.csr", node + "/client.csr");
    }

    private static CommandRun amesh(String... args) {
        return new CommandRun.Setting().at(NOW).run(args);
    }

    private CommandRun sign(String... more) {
        return amesh(
                Stream.concat(Stream.of("pki", "sign", "node-a", node + "/server.csr", "--ca", ca), Stream.of(more))
                        .toArray(String[]::new));
    }

    private X509Certificate signed() throws Exception {
        return Pem.certificates(Path.of(ca, "nodes", "node-a", "server.crt")).get(0);
    }

    @Test
    void sign_bothRequests_makesANodeThatVerifies() throws Exception {
        CommandRun run = amesh(
                "pki",
                "sign",
                "node-a",
                node + "/server.csr",
                node + "/client.csr",
                "--ca",
                ca,
                "--accept-names",
                "--out",
                node.toString());
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(run.outLines()).containsExactly(node + "/server.crt", node + "/client.crt");
        assertThat(run.err())
                .contains(
                        "asks for subject CN=node-a, DNS:a.example, DNS:b.example, IP:127.0.0.1, use server, key P-256");
        CommandRun verified = amesh("pki", "verify", node.toString(), "--name", "b.example");
        assertThat(verified.status()).as(verified.err()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void sign_confirmedNames_grantsTheseAlone() throws Exception {
        CommandRun run = sign("--dns", "a.example");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(run.err()).contains("amesh: warning: asked for and not granted: b.example, 127.0.0.1");
        assertThat(AlternativeNames.of(signed())).hasToString("DNS:a.example");
        assertThat(signed().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    }

    @Test
    void sign_twoRequestsForOneUse_isRefused() throws Exception {
        CommandRun run = amesh(
                "pki", "sign", "node-a", node + "/server.csr", node + "/server.csr", "--ca", ca, "--accept-names");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("two requests would become");
        assertThat(Files.readString(Path.of(ca, "index.json"))).doesNotContain("serial");
    }

    @Test
    void sign_unconfirmedNames_isRefusedAndIssuesNothing() throws Exception {
        CommandRun run = sign();
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("nobody has confirmed the names").contains("--accept-names");
        assertThat(Files.readString(Path.of(ca, "index.json"))).doesNotContain("serial");
    }

    @Test
    void sign_nameThatWasNotAskedFor_isRejected() {
        CommandRun run = sign("--dns", "c.example");
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("reason: NAME_MISMATCH").contains("actual: c.example");
    }

    @Test
    void sign_acceptAndConfirmTogether_isRefused() {
        assertThat(sign("--dns", "a.example", "--accept-names").status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void sign_subject_isTheOperatorsChoice() throws Exception {
        CommandRun run = amesh("pki", "sign", "renamed", node + "/server.csr", "--ca", ca, "--accept-names");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        X509Certificate signed =
                Pem.certificates(Path.of(ca, "nodes", "renamed", "server.crt")).get(0);
        assertThat(signed.getSubjectX500Principal().getName()).isEqualTo("CN=renamed");
    }

    @Test
    void sign_brokenSignature_isRefused() throws Exception {
        Path file = node.resolve("server.csr");
        byte[] der = Pem.blocks("x", Files.readAllBytes(file)).get(0).content().toByteArray();
        der[der.length - 1] ^= 1;
        Files.writeString(
                file,
                "-----BEGIN CERTIFICATE REQUEST-----\n" + Base64.getEncoder().encodeToString(der)
                        + "\n-----END CERTIFICATE REQUEST-----\n");
        CommandRun run = sign("--accept-names");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("not signed by the key that it is for");
        assertThat(amesh("pki", "inspect", file.toString()).status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void sign_certificateInsteadOfRequest_isRefused() {
        CommandRun run = amesh("pki", "sign", "node-a", ca + "/ca.crt", "--ca", ca, "--accept-names");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("expected CERTIFICATE REQUEST, found CERTIFICATE");
    }

    @Test
    void sign_absentFile_isAnIoFailure() {
        assertThat(amesh("pki", "sign", "node-a", node + "/none.csr", "--ca", ca, "--accept-names")
                        .status())
                .isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void csr_whereKeysAre_keepsThem() throws Exception {
        byte[] before = Files.readAllBytes(node.resolve("server.key"));
        CommandRun again = amesh("pki", "csr", "node-a", "--dns", "a.example", "--out", node.toString());
        assertThat(again.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(Files.readAllBytes(node.resolve("server.key"))).isEqualTo(before);
    }

    @Test
    void inspect_request_showsWhatItAsksFor() {
        CommandRun run = amesh("pki", "inspect", node + "/client.csr", "--json");
        assertThat(run.outLines())
                .singleElement()
                .asString()
                .contains(
                        "\"type\":\"certification request\"",
                        "\"dnsNames\":[\"a.example\",\"b.example\"]",
                        "\"use\":[\"client\"]",
                        "\"signature\":\"valid\"");
    }
}
