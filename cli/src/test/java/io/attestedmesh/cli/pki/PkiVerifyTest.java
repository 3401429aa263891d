package io.attestedmesh.cli.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.transport.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code amesh pki verify}, {@code revoke}, {@code crl} and {@code inspect}. */
class PkiVerifyTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path folder;

    private String ca;
    private Path node;

    @BeforeEach
    void makeNode() {
        ca = folder.resolve("ca").toString();
        node = folder.resolve("ca/nodes/node-a");
        amesh("pki", "ca", ca, "--name", "Test CA");
        issue("node-a", "--dns", "a.example", "--ip", "127.0.0.1");
    }

    private static CommandRun amesh(String... args) {
        return at(NOW, args);
    }

    private static CommandRun at(Instant time, String... args) {
        return new CommandRun.Setting().at(time).run(args);
    }

    private void issue(String name, String... more) {
        CommandRun run = amesh(Stream.concat(Stream.of("pki", "issue", name, "--ca", ca), Stream.of(more))
                .toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
    }

    private static void rejected(CommandRun run, String reason, String hint) {
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err())
                .contains("reason: " + reason)
                .contains("expected: ")
                .contains("actual: ");
        assertThat(run.err()).contains("amesh: hint: ").contains(hint);
    }

    @Test
    void verify_folder_checksBothCertificates() {
        CommandRun run = amesh("pki", "verify", node.toString(), "--name", "a.example");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(run.outLines())
                .containsExactly(
                        "accepted " + node + "/server.crt (server, a.example, 127.0.0.1, until 2027-06-01T12:00:00Z)",
                        "accepted " + node + "/client.crt (client, a.example, 127.0.0.1, until 2027-06-01T12:00:00Z)");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"p384", "ed25519", "rsa"})
    void verify_everyKindOfKey_isAccepted(String kind) {
        String other = folder.resolve("other").toString();
        amesh("pki", "ca", other, "--key-type", kind);
        amesh("pki", "issue", "n", "--ca", other, "--dns", "n.example", "--key-type", kind);
        assertThat(amesh("pki", "verify", other + "/nodes/n").status()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void verify_asJson_tellsThePath() {
        CommandRun run = amesh("pki", "verify", node.toString(), "--json", "--server");
        assertThat(run.outLines())
                .singleElement()
                .asString()
                .contains("\"result\":\"accepted\"", "\"reason\":null", "\"path\":[\"CN=node-a\",\"CN=Test CA\"]");
    }

    @Test
    void verify_afterItsEnd_isExpired() {
        CommandRun run = at(NOW.plus(Duration.ofDays(366)), "pki", "verify", node.toString(), "--json");
        rejected(run, "EXPIRED", "renew it");
        assertThat(run.outLines()).hasSize(2).allMatch(line -> line.contains("\"reason\":\"EXPIRED\""));
    }

    @Test
    void verify_soonBeforeItsEnd_warns() {
        CommandRun run = at(NOW.plus(Duration.ofDays(350)), "pki", "verify", node.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(run.err()).contains("amesh: warning: ").contains("renew it");
    }

    @Test
    void verify_atAGivenTime_usesIt() {
        assertThat(amesh("pki", "verify", node.toString(), "--time", "2020-01-01T00:00:00Z")
                        .err())
                .contains("reason: NOT_YET_VALID");
        assertThat(amesh("pki", "verify", node.toString(), "--time", "yesterday")
                        .status())
                .isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void verify_otherName_isAMismatch() {
        rejected(amesh("pki", "verify", node.toString(), "--name", "b.example"), "NAME_MISMATCH", "--dns or --ip");
    }

    @Test
    void verify_nameThatAWildcardCovers_isAMismatchAsForPeers() {
        issue("node-w", "--dns", "w.mesh.example", "--dns", "*.mesh.example");
        String folderOfW = folder.resolve("ca/nodes/node-w").toString();

        assertThat(amesh("pki", "verify", folderOfW, "--name", "W.mesh.example.")
                        .status())
                .isEqualTo(ExitStatus.DONE);
        for (String other : new String[] {"b.mesh.example", "*.mesh.example"}) {
            rejected(amesh("pki", "verify", folderOfW, "--name", other), "NAME_MISMATCH", "--dns or --ip");
        }
    }

    @Test
    void verify_commonName_doesNotCount() {
        rejected(amesh("pki", "verify", node.toString(), "--name", "node-a"), "NAME_MISMATCH", "common name");
    }

    @Test
    void verify_otherCa_isUntrusted() {
        String other = folder.resolve("other").toString();
        amesh("pki", "ca", other, "--name", "Other");
        rejected(
                amesh("pki", "verify", node.toString(), "--ca", other + "/ca.crt"),
                "UNTRUSTED_ISSUER",
                "amesh pki inspect");
    }

    @Test
    void verify_otherCaOfTheSameName_isRejected() {
        String other = folder.resolve("other").toString();
        amesh("pki", "ca", other, "--name", "Test CA");
        assertThat(amesh("pki", "verify", node.toString(), "--ca", other + "/ca.crt")
                        .status())
                .isEqualTo(ExitStatus.REJECTED);
    }

    @Test
    void verify_clientAsServer_isTheWrongUse() {
        rejected(
                amesh("pki", "verify", node + "/client.crt", "--ca", ca + "/ca.crt", "--server"),
                "EXTENDED_KEY_USAGE",
                "swapped");
    }

    @Test
    void verify_swappedKeys_isAKeyMismatch() throws Exception {
        Files.copy(node.resolve("client.key"), node.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
        CommandRun run = amesh("pki", "verify", node.toString());
        rejected(run, "KEY_MISMATCH", "different runs");
        assertThat(run.outLines().get(1)).startsWith("accepted ");
    }

    @Test
    void verify_nodeCertificateAsCa_isRejected() {
        rejected(
                amesh("pki", "verify", node + "/server.crt", "--ca", node + "/server.crt"), "NOT_A_CA", "amesh pki ca");
    }

    @Test
    void verify_truncatedCertificate_isMalformed() throws Exception {
        Path file = node.resolve("server.crt");
        Files.writeString(file, Files.readString(file).substring(0, 200));
        CommandRun run = amesh("pki", "verify", node.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("has no END line").contains("truncated");
    }

    @Test
    void verify_emptyFolderOrAbsentFile_isRefused() {
        assertThat(amesh("pki", "verify", folder.toString()).status()).isEqualTo(ExitStatus.USAGE);
        assertThat(amesh("pki", "verify", folder.resolve("none.crt").toString()).status())
                .isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void verify_revokedNode_isRejectedAndOthersAreNot() throws Exception {
        issue("node-b", "--dns", "b.example");
        CommandRun revoked = amesh("pki", "revoke", "node-a", "--ca", ca, "--reason", "key-compromise");
        assertThat(revoked.status()).as(revoked.err()).isEqualTo(ExitStatus.DONE);
        assertThat(revoked.outLines()).hasSize(2).allMatch(line -> line.matches("[0-9a-f]{1,32}"));
        String list = ca + "/ca.crl";
        rejected(amesh("pki", "verify", node.toString(), "--crl", list), "CERTIFICATE_REVOKED", "a new certificate");
        assertThat(amesh("pki", "verify", ca + "/nodes/node-b", "--crl", list).status())
                .isEqualTo(ExitStatus.DONE);
        Files.copy(Path.of(list), node.resolve("ca.crl"));
        assertThat(amesh("pki", "verify", node.toString()).status()).isEqualTo(ExitStatus.REJECTED);
        CommandRun shown = amesh("pki", "inspect", list);
        assertThat(shown.out())
                .contains("revocation list")
                .contains("key-compromise")
                .contains("number             1");
    }

    @Test
    void verify_listOutOfDate_isUnknown() {
        amesh("pki", "crl", "--ca", ca, "--days", "7");
        CommandRun run = at(NOW.plus(Duration.ofDays(8)), "pki", "verify", node.toString(), "--crl", ca + "/ca.crl");
        rejected(run, "REVOCATION_UNKNOWN", "amesh pki crl");
    }

    @Test
    void revoke_bySerialAndByFile_hitsThatOneAlone() throws Exception {
        String serial = Pem.certificates(node.resolve("server.crt"))
                .get(0)
                .getSerialNumber()
                .toString(16);
        CommandRun bySerial = amesh("pki", "revoke", "--serial", serial, "--ca", ca, "--json");
        assertThat(bySerial.outLines())
                .singleElement()
                .asString()
                .contains("\"serial\":\"" + serial + "\"", "\"reason\":\"unspecified\"", "\"node\":\"node-a\"");
        CommandRun byFile = amesh("pki", "revoke", "--certificate", node + "/client.crt", "--ca", ca);
        assertThat(byFile.outLines()).hasSize(1).doesNotContain(serial);
        CommandRun again = amesh("pki", "revoke", "node-a", "--ca", ca);
        assertThat(again.status()).isEqualTo(ExitStatus.DONE);
        assertThat(again.out()).isEmpty();
        assertThat(again.err()).contains("amesh: warning: revoked before");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pki revoke --ca CA",
                "pki revoke node-z --ca CA",
                "pki revoke ../node-a --ca CA",
                "pki revoke --serial xyz --ca CA",
                "pki revoke --serial 1 --ca CA",
                "pki revoke node-a --serial 1 --ca CA",
                "pki revoke node-a --ca CA --reason boredom",
                "pki revoke node-a --ca CA --list-days 0",
                "pki revoke --certificate CA/ca.key --ca CA"
            })
    void revoke_senselessOrder_isRefusedAndRevokesNothing(String order) throws Exception {
        CommandRun run = amesh(order.replace("CA", ca).split(" "));
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
        assertThat(Files.readString(Path.of(ca, "index.json"))).doesNotContain("revokedAt");
    }

    @Test
    void crl_copy_needsForceToOverwrite() throws Exception {
        Path copy = folder.resolve("copy.crl");
        String[] order = {"pki", "crl", "--ca", ca, "--out", copy.toString()};
        assertThat(amesh(order).outLines()).containsExactly(copy.toString());
        byte[] before = Files.readAllBytes(copy);
        assertThat(amesh(order).status()).isEqualTo(ExitStatus.FAILED);
        assertThat(Files.readAllBytes(copy)).isEqualTo(before);
    }

    @Test
    void inspect_certificate_showsWhatCounts() {
        CommandRun run = amesh("pki", "inspect", node + "/server.crt", ca + "/ca.crt");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(run.out())
                .contains("subject            CN=node-a")
                .contains("dnsNames           a.example")
                .contains("addresses          127.0.0.1")
                .contains("extendedKeyUsage   serverAuth")
                .contains("keyUsage           keyCertSign, cRLSign")
                .contains("pathLength         0");
    }

    @Test
    void inspect_standardInput_isRead() throws Exception {
        CommandRun run = new CommandRun.Setting()
                .input(Files.readAllBytes(node.resolve("server.key")))
                .run("pki", "inspect", "-", "--json");
        assertThat(run.out()).contains("\"type\":\"private key\"", "\"key\":\"P-256\"", "\"encrypted\":false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----"})
    void inspect_whatIsNoPem_isMalformed(String text) throws Exception {
        Path file = folder.resolve("x.pem");
        Files.writeString(file, text);
        CommandRun run = amesh("pki", "inspect", file.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).startsWith("amesh: error: " + file);
    }

    @Test
    void inspect_unknownBlock_isNamed() throws Exception {
        Path file = folder.resolve("x.pem");
        Files.writeString(file, "-----BEGIN DH PARAMETERS-----\nMAA=\n-----END DH PARAMETERS-----\n");
        assertThat(amesh("pki", "inspect", file.toString()).out()).contains("DH PARAMETERS");
    }
}
