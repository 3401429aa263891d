package io.attestedmesh.cli.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code amesh pki ca}, {@code issue} and {@code self-signed}. */
class PkiIssueTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path folder;

    private String ca;

    @BeforeEach
    void makeCa() {
        ca = folder.resolve("ca").toString();
        CommandRun made = amesh("pki", "ca", ca, "--name", "Test CA");
        assertThat(made.status()).as(made.err()).isEqualTo(ExitStatus.DONE);
        assertThat(made.outLines()).containsExactly(ca + "/ca.crt");
    }

    private static CommandRun amesh(String... args) {
        return new CommandRun.Setting().at(NOW).run(args);
    }

    private CommandRun issue(String... more) {
        return amesh(Stream.concat(Stream.of("pki", "issue", "node-a", "--ca", ca), Stream.of(more))
                .toArray(String[]::new));
    }

    private static void usageError(CommandRun run, String message) {
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines().get(0)).startsWith("amesh: error: ").contains(message);
    }

    @Test
    void issue_node_laysOutFiveFiles() throws Exception {
        CommandRun run = issue("--dns", "node-a.example.org", "--ip", "127.0.0.1,::1");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        Path node = Path.of(ca, "nodes", "node-a");
        try (Stream<Path> files = Files.list(node)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("ca.crt", "server.crt", "server.key", "client.crt", "client.key");
        }
        X509Certificate server = Pem.certificates(node.resolve("server.crt")).get(0);
        X509Certificate client = Pem.certificates(node.resolve("client.crt")).get(0);
        assertThat(AlternativeNames.of(server)).hasToString("DNS:node-a.example.org, IP:127.0.0.1, IP:0:0:0:0:0:0:0:1");
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(client.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(server.getPublicKey()).isNotEqualTo(client.getPublicKey());
        assertThat(server.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(365)));
        assertThat(PrivateKeys.matches(PrivateKeys.load(node.resolve("server.key")), server.getPublicKey()))
                .isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.resolve("client.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void issue_clientAlone_makesNoServerFiles() throws Exception {
        Path out = folder.resolve("out");
        assertThat(issue("--dns", "a.example", "--client", "--out", out.toString())
                        .outLines())
                .containsExactly(out + "/client.crt");
        assertThat(out.resolve("server.key")).doesNotExist();
    }

    @Test
    void issue_asJson_printsOneObjectACertificate() {
        CommandRun run = issue("--ip", "127.0.0.1", "--json");
        assertThat(run.outLines()).hasSize(2);
        assertThat(run.outLines().get(0))
                .contains("\"use\":\"server\"", "\"names\":[\"127.0.0.1\"]", "\"notAfter\":\"2027-06-01T12:00:00Z\"");
    }

    @Test
    void issue_whereFilesAre_changesNothingWithoutForce() throws Exception {
        issue("--dns", "a.example");
        Path key = Path.of(ca, "nodes", "node-a", "server.key");
        byte[] before = Files.readAllBytes(key);
        int issued = Files.readString(Path.of(ca, "index.json")).split("serial").length;
        CommandRun again = issue("--dns", "a.example");
        assertThat(again.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(again.err()).contains("already exists: ").contains("--force");
        assertThat(Files.readAllBytes(key)).isEqualTo(before);
        assertThat(Files.readString(Path.of(ca, "index.json")).split("serial")).hasSize(issued);
        assertThat(issue("--dns", "a.example", "--force").status()).isEqualTo(ExitStatus.DONE);
        assertThat(Files.readAllBytes(key)).isNotEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../evil", "a/b", "..", ".", "", "-x", "a..b", "a b", "a\u0000", "ü", "/etc/passwd", ".a", "a."})
    void issue_nameThatIsAPath_isRefused(String name) {
        usageError(amesh("pki", "issue", "--ca", ca, "--dns", "a.example", "--", name), "not a name for a node");
        assertThat(Path.of(ca, "nodes")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a_b.example", "192.0.2.1", "*", "a..b", "-a.example"})
    void issue_badDnsName_isRefused(String name) {
        usageError(issue("--dns=" + name), "not a DNS name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3", "localhost", "::g", "10.0.0.0/8"})
    void issue_badAddress_isRefused(String address) {
        usageError(issue("--ip=" + address), "not an IP address");
    }

    @Test
    void issue_withoutNames_isRefused() {
        usageError(issue(), "a certificate without a name is good for nothing");
        assertThat(Path.of(ca, "nodes")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "36501"})
    void issue_lifeOutOfBounds_isRefused(String days) {
        usageError(issue("--dns", "a.example", "--days=" + days), "a life of " + days + " days");
    }

    @Test
    void issue_unknownKeyType_isRefused() {
        usageError(issue("--dns", "a.example", "--key-type", "dsa"), "unknown kind of key");
    }

    @Test
    void issue_withoutCa_hintsHowToMakeOne() {
        CommandRun run =
                amesh("pki", "issue", "node-a", "--ca", folder.resolve("none").toString(), "--dns", "a.example");
        usageError(run, "holds no CA");
        assertThat(run.err()).contains("amesh: hint: make one with: amesh pki ca");
    }

    @Test
    void issue_expiredCa_isRefused() {
        CommandRun run = new CommandRun.Setting()
                .at(NOW.plus(Duration.ofDays(4000)))
                .run("pki", "issue", "node-a", "--ca", ca, "--dns", "a.example");
        usageError(run, "the CA is valid from");
    }

    @Test
    void issue_longerThanTheCa_endsWithIt() {
        CommandRun run = issue("--dns", "a.example", "--days", "36500");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(run.err()).contains("(the CA's own end)");
    }

    @Test
    void issue_outsideOfNameConstraints_isRefused() {
        String narrow = folder.resolve("narrow").toString();
        amesh("pki", "ca", narrow, "--permit-dns", "mesh.example", "--permit-ip", "10.0.0.0/8");
        usageError(
                amesh("pki", "issue", "a", "--ca", narrow, "--dns", "a.other.example"),
                "name constraints do not permit");
        assertThat(amesh("pki", "issue", "a", "--ca", narrow, "--dns", "a.mesh.example", "--ip", "10.1.1.1")
                        .status())
                .isEqualTo(ExitStatus.DONE);
    }

    @Test
    void issue_keyReadableByOthers_isRefusedWithAHint() throws Exception {
        Files.setPosixFilePermissions(Path.of(ca, "ca.key"), PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun run = issue("--dns", "a.example");
        usageError(run, "others can read this secret");
        assertThat(run.err()).contains("amesh: hint: chmod 600 " + ca + "/ca.key");
    }

    @Test
    void ca_whereACaIs_isLeftAlone() throws Exception {
        byte[] before = Files.readAllBytes(Path.of(ca, "ca.key"));
        CommandRun run = amesh("pki", "ca", ca);
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("holds a CA already");
        assertThat(Files.readAllBytes(Path.of(ca, "ca.key"))).isEqualTo(before);
    }

    private Path passwordFile(String text) throws Exception {
        Path file = folder.resolve("password");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void ca_encrypted_issuesWithThePasswordOnly() throws Exception {
        String locked = folder.resolve("locked").toString();
        String file = passwordFile("sesame öffne dich\nsecond line\n").toString();
        CommandRun made = amesh("pki", "ca", locked, "--encrypt", "--password-file", file);
        assertThat(made.status()).as(made.err()).isEqualTo(ExitStatus.DONE);
        assertThat(Files.readString(Path.of(locked, "ca.key"))).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        String[] issue = {"pki", "issue", "a", "--ca", locked, "--dns", "a.example", "--force"};
        usageError(amesh(issue), "a password is needed");
        CommandRun wrong = new CommandRun.Setting()
                .at(NOW)
                .variable("CA_PASSWORD", "guess")
                .run(Stream.concat(Stream.of(issue), Stream.of("--password-env", "CA_PASSWORD"))
                        .toArray(String[]::new));
        usageError(wrong, "the password does not open this key");
        assertThat(wrong.err()).doesNotContain("guess");
        CommandRun right = new CommandRun.Setting()
                .at(NOW)
                .variable("CA_PASSWORD", "sesame öffne dich")
                .run(Stream.concat(Stream.of(issue), Stream.of("--password-env", "CA_PASSWORD"))
                        .toArray(String[]::new));
        assertThat(right.status()).as(right.err()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void ca_encryptedWithoutAnyPassword_makesNothing() {
        String locked = folder.resolve("locked").toString();
        usageError(amesh("pki", "ca", locked, "--encrypt"), "a password is needed");
        assertThat(Path.of(locked)).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\nsecond"})
    void ca_emptyPasswordFile_isRefused(String text) throws Exception {
        String file = passwordFile(text).toString();
        usageError(
                amesh("pki", "ca", folder.resolve("l").toString(), "--encrypt", "--password-file", file), "is empty");
    }

    @Test
    void ca_passwordFileReadableByOthers_isRefused() throws Exception {
        Path file = passwordFile("secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun run =
                amesh("pki", "ca", folder.resolve("l").toString(), "--encrypt", "--password-file", file.toString());
        usageError(run, "others can read this secret");
    }

    @Test
    void ca_bothPasswordSources_areRefused() throws Exception {
        String file = passwordFile("secret").toString();
        usageError(
                amesh(
                        "pki",
                        "ca",
                        folder.resolve("l").toString(),
                        "--encrypt",
                        "--password-file",
                        file,
                        "--password-env",
                        "X"),
                "exclude each other");
    }

    @Test
    void selfSigned_party_isAcceptedAsItsOwnAnchor() {
        String out = folder.resolve("party").toString();
        CommandRun made =
                amesh("pki", "self-signed", "party-a", "--dns", "a.example", "--key-type", "p384", "--out", out);
        assertThat(made.outLines()).containsExactly(out + "/party.crt");
        CommandRun verified =
                amesh("pki", "verify", out + "/party.crt", "--key", out + "/party.key", "--server", "--client");
        assertThat(verified.status()).as(verified.err()).isEqualTo(ExitStatus.DONE);
        assertThat(verified.outLines()).hasSize(2);
        CommandRun asCa = amesh("pki", "verify", out + "/party.crt", "--ca", out + "/party.crt");
        assertThat(asCa.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(asCa.err()).contains("reason: NOT_A_CA").contains("pin a self-signed certificate");
    }

    @Test
    void everyVerb_help_hasAnExampleOrSynopsisOnOut() {
        for (String verb :
                List.of("ca", "issue", "bundle", "self-signed", "csr", "sign", "revoke", "crl", "inspect", "verify")) {
            CommandRun run = amesh("pki", verb, "--help");
            assertThat(run.status()).isEqualTo(ExitStatus.DONE);
            assertThat(run.out()).contains("Example").contains("amesh pki " + verb);
        }
    }

    @Test
    void printed_outputs_neverHoldKeyMaterial() throws Exception {
        CommandRun run = issue("--dns", "a.example", "--json");
        String key = Files.readString(Path.of(ca, "nodes", "node-a", "server.key"), StandardCharsets.US_ASCII)
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
        CommandRun inspected = amesh("pki", "inspect", ca + "/nodes/node-a/server.key");
        assertThat(run.out() + run.err() + inspected.out() + inspected.err()).doesNotContain(key);
    }
}
