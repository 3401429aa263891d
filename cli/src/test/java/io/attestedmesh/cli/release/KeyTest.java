package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {
    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void sit() {
        desk = new SigningDesk(folder);
    }

    @ParameterizedTest
    @CsvSource({"p384, ES384", "P256, ES256", "ed25519, Ed25519"})
    void key_ofEachKind_isNamedByItsThumbprint(String kind, String algorithm) throws Exception {
        CommandRun run = desk.done(
                "release", "key", "alice", "--out", "@", "--kind", kind, "--insecure-no-passphrase", "--json");
        assertThat(run.out())
                .containsPattern("\"keyId\":\"[A-Za-z0-9_-]{43}\"")
                .contains("\"algorithm\":\"" + algorithm + "\"");
        assertThat(run.err()).contains("amesh: warning: ").contains("is not encrypted");
        assertThat(Files.readString(folder.resolve("alice.pub"))).startsWith("-----BEGIN PUBLIC KEY-----");
    }

    @Test
    void key_isEncryptedUnderThePassphraseAndForItsOwnerAlone() throws Exception {
        CommandRun run = new CommandRun.Setting()
                .variable("PHRASE", "sesame")
                .run("release", "key", "alice", "--out", folder.toString(), "--passphrase-env", "PHRASE");
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(run.outLines()).singleElement().asString().matches("[A-Za-z0-9_-]{43}");
        assertThat(Files.readString(folder.resolve("alice.key"))).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("alice.key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void key_withoutAnyPassphrase_isNotMade() {
        desk.wrong("a password is needed", "release key alice --out @");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void key_thatIsThere_isNeverOverwritten() throws Exception {
        desk.key("alice", "p256");
        byte[] before = Files.readAllBytes(folder.resolve("alice.key"));
        CommandRun run = desk.run("release key alice --out @ --insecure-no-passphrase");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(Files.readAllBytes(folder.resolve("alice.key"))).isEqualTo(before);
        assertThat(run.err()).contains("hint: nothing was written; --out names another folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "secp256k1", "p521", ""})
    void key_ofAnotherKind_isRefused(String kind) {
        desk.wrong("is no kind of key", "release", "key", "a", "--out", "@", "--kind", kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../alice", "a b", "", ".hidden", "a/b"})
    void key_ofAnUnusableName_isRefused(String name) {
        desk.wrong("not a name for a key", "release", "key", name, "--out", "@", "--insecure-no-passphrase");
    }

    @Test
    void key_withAndWithoutAPassphrase_isNotMade() {
        desk.wrong(
                "--insecure-no-passphrase excludes a passphrase",
                "release key alice --out @ --insecure-no-passphrase --passphrase-env PHRASE");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void key_whoseFolderIsAFile_isNotMade() throws Exception {
        Files.writeString(folder.resolve("keys"), "");
        CommandRun run = desk.run("release key alice --out @keys --insecure-no-passphrase");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("keys is a file, not a folder");
    }
}
