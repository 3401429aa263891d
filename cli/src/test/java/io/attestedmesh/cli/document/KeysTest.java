package io.attestedmesh.cli.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.transport.pki.Pem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link PublicKeys} and {@link NoteKeys}: whose keys a trust root may name. */
class KeysTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void makeKeys() {
        new SigningDesk(folder).keys().log();
    }

    private static CommandException refused(String typed) {
        return catchRefusal(() -> PublicKeys.named("--key", typed));
    }

    private static CommandException catchRefusal(ThrowingCallable use) {
        CommandException refusal = catchThrowableOfType(CommandException.class, use);
        assertThat(refusal).isNotNull();
        assertThat(refusal.status()).isEqualTo(ExitStatus.USAGE);
        return refusal;
    }

    @ParameterizedTest
    @CsvSource({"alice, ES384", "bob, ES256", "carol, Ed25519"})
    void publicKey_ofEachKind_hasItsAlgorithm(String name, String algorithm) throws Exception {
        assertThat(PublicKeys.named("--key", name + "=" + folder.resolve(name + ".pub"))
                        .algorithm()
                        .joseName())
                .isEqualTo(algorithm);
    }

    @Test
    void publicKey_fileNameWithAnEqualsSign_isRead() throws Exception {
        Path file = Files.copy(folder.resolve("alice.pub"), folder.resolve("a=b.pub"));
        assertThat(PublicKeys.named("--key", "alice=" + file).name()).isEqualTo("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alice", "=alice.pub"})
    void publicKey_withoutAName_isRefused(String typed) {
        assertThat(refused(typed)).hasMessageContaining("is not of the form NAME=FILE");
    }

    @Test
    void publicKey_unusableName_isRefused() {
        assertThat(refused("al ice=" + folder.resolve("alice.pub")))
                .hasMessageContaining("is not 1 to 64 letters, digits");
    }

    @Test
    void publicKey_privateKeyFile_isRefusedAndNotShown() throws Exception {
        CommandException refusal = refused("alice=" + folder.resolve("alice.key"));
        assertThat(refusal).hasMessageContaining("expected PUBLIC KEY, found PRIVATE KEY");
        assertThat(refusal.getMessage())
                .doesNotContain(Files.readAllLines(folder.resolve("alice.key")).get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp521r1", "rsa"})
    void publicKey_ofAnotherKind_isRefused(String kind) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind.equals("rsa") ? "RSA" : "EC");
        if (kind.equals("rsa")) {
            generator.initialize(2048);
        } else {
            generator.initialize(new ECGenParameterSpec(kind));
        }
        Path file = Files.write(
                folder.resolve("other.pub"),
                Pem.encode(generator.generateKeyPair().getPublic()));
        assertThat(refused("alice=" + file)).hasMessageContaining("is no public key on P-384, P-256 or Ed25519");
    }

    @Test
    void publicKey_garbageInItsFrame_isRefused() throws Exception {
        Path file = Files.writeString(
                folder.resolve("garbage.pub"), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
        assertThat(refused("alice=" + file)).hasMessageContaining("is no public key");
    }

    @Test
    void publicKey_twoInOneFile_areRefused() throws Exception {
        String key = Files.readString(folder.resolve("alice.pub"));
        Path file = Files.writeString(folder.resolve("two.pub"), key + key);
        assertThat(refused("alice=" + file)).hasMessageContaining("more than one public key");
    }

    @Test
    void publicKey_absentFile_isAnIoFailure() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> PublicKeys.named("--key", "alice=" + folder.resolve("none")));
    }

    @Test
    void noteKey_asTextOrFile_isTheSame() throws Exception {
        Path file = folder.resolve("log.vkey");
        String vkey = Files.readString(file).strip();
        List<NoteKey> keys = NoteKeys.read("--log", List.of(vkey, file.toString()));
        assertThat(keys).hasSize(2);
        assertThat(keys.get(0)).isEqualTo(keys.get(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none.vkey", "log+00000000+AAAA", "log", "a+b", "log+zz"})
    void noteKey_thatIsNone_isRefused(String typed) {
        assertThat(catchRefusal(() -> NoteKeys.read("--log", typed)))
                .hasMessageContaining("is neither a vkey nor a file with one");
    }

    @Test
    void noteKey_changedByOneDigit_isRefused() throws Exception {
        String vkey = Files.readString(folder.resolve("log.vkey")).strip();
        String changed = vkey.substring(0, vkey.length() - 2) + (vkey.endsWith("A=") ? "B=" : "AA");
        catchRefusal(() -> NoteKeys.read("--log", changed));
    }
}
