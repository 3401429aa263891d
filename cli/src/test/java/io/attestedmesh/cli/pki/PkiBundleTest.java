package io.attestedmesh.cli.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.command.ExitStatus;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh pki bundle}. */
class PkiBundleTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path folder;

    private Path ca;
    private Path out;

    @BeforeEach
    void makeNode() {
        ca = folder.resolve("ca");
        out = folder.resolve("node-a.tar.gz");
        amesh("pki", "ca", ca.toString());
        amesh("pki", "issue", "node-a", "--ca", ca.toString(), "--dns", "a.example");
    }

    private static CommandRun amesh(String... args) {
        return new CommandRun.Setting().at(NOW).run(args);
    }

    private CommandRun bundle() {
        return amesh("pki", "bundle", "node-a", "--ca", ca.toString(), "--out", out.toString());
    }

    /** Mode and name of every entry. */
    private static List<String> entries(Path archive) throws Exception {
        byte[] tar = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(archive))).readAllBytes();
        assertThat(tar.length % 512).isZero();
        List<String> entries = new ArrayList<>();
        int at = 0;
        while (tar[at] != 0) {
            String name = field(tar, at, 100);
            String mode = field(tar, at + 100, 8);
            int size = Integer.parseInt(field(tar, at + 124, 12), 8);
            assertThat(field(tar, at + 136, 12)).isEqualTo("00000000000");
            entries.add(mode + " " + name);
            at += 512 + (size + 511) / 512 * 512;
        }
        return entries;
    }

    private static String field(byte[] tar, int at, int length) {
        return new String(Arrays.copyOfRange(tar, at, at + length), StandardCharsets.US_ASCII).split("\0", 2)[0];
    }

    @Test
    void bundle_node_holdsItsFilesAndNothingMore() throws Exception {
        CommandRun run = bundle();
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(entries(out))
                .containsExactly(
                        "0000644 node-a/ca.crt",
                        "0000644 node-a/server.crt",
                        "0000600 node-a/server.key",
                        "0000644 node-a/client.crt",
                        "0000600 node-a/client.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
    }

    @Test
    void bundle_again_isTheSameToTheByte() throws Exception {
        bundle();
        byte[] first = Files.readAllBytes(out);
        Files.delete(out);
        bundle();
        assertThat(Files.readAllBytes(out)).isEqualTo(first);
    }

    @Test
    void bundle_caWithAList_packsTheList() throws Exception {
        amesh("pki", "crl", "--ca", ca.toString());
        bundle();
        assertThat(entries(out)).contains("0000644 node-a/ca.crl");
    }

    @Test
    void bundle_whereAFileIs_needsForce() throws Exception {
        Files.writeString(out, "mine");
        assertThat(bundle().status()).isEqualTo(ExitStatus.FAILED);
        assertThat(out).hasContent("mine");
    }

    @Test
    void bundle_keyOfAnother_isRejected() throws Exception {
        Path node = ca.resolve("nodes/node-a");
        Files.copy(node.resolve("client.key"), node.resolve("server.key"), StandardCopyOption.REPLACE_EXISTING);
        CommandRun run = bundle();
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("reason: KEY_MISMATCH");
        assertThat(out).doesNotExist();
    }

    @Test
    void bundle_certificateOfAnotherCa_isRejected() {
        String other = folder.resolve("other").toString();
        amesh("pki", "ca", other, "--name", "Other");
        CommandRun run = amesh(
                "pki",
                "bundle",
                "node-a",
                "--ca",
                other,
                "--from",
                ca.resolve("nodes/node-a").toString(),
                "--out",
                out.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("reason: UNTRUSTED_ISSUER").contains("expected: CN=Other");
    }

    @Test
    void bundle_revokedNode_isRejected() {
        amesh("pki", "revoke", "node-a", "--ca", ca.toString());
        CommandRun run = bundle();
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("reason: CERTIFICATE_REVOKED");
    }

    @Test
    void bundle_unknownNode_isAUsageErrorWithAHint() {
        CommandRun run = amesh("pki", "bundle", "node-z", "--ca", ca.toString(), "--out", out.toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("holds no certificate of a node").contains("amesh pki issue node-z");
    }

    @Test
    void bundle_nameThatIsAPath_isRefused() {
        assertThat(amesh("pki", "bundle", "../node-a", "--ca", ca.toString()).status())
                .isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void tarArchive_nameOutside_isRefused() {
        TarArchive archive = new TarArchive();
        assertThatIllegalArgumentException().isThrownBy(() -> archive.add("../x", 0600, new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> archive.add("/x", 0600, new byte[0]));
        assertThatIllegalArgumentException().isThrownBy(() -> archive.add("x".repeat(101), 0600, new byte[0]));
    }
}
