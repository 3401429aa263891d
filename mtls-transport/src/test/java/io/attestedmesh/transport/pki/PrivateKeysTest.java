package io.attestedmesh.transport.pki;

import static io.attestedmesh.transport.pki.Fixtures.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeysTest {
    private static final char[] PASSWORD = "correct horse ü".toCharArray();

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void load_whatWasStored_givesTheSameKey(KeyKind kind) throws Exception {
        KeyPair keys = PrivateKeys.generate(kind, RANDOM);
        Path file = folder.resolve("a.key");
        PrivateKeys.store(file, keys.getPrivate());
        PrivateKey loaded = PrivateKeys.load(file);
        assertThat(loaded.getEncoded()).isEqualTo(keys.getPrivate().getEncoded());
        assertThat(PrivateKeys.matches(loaded, keys.getPublic())).isTrue();
        assertThat(PrivateKeys.publicKey(loaded)).isEqualTo(keys.getPublic());
    }

    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void load_encrypted_givesTheSameKey(KeyKind kind) throws Exception {
        KeyPair keys = PrivateKeys.generate(kind, RANDOM);
        Path file = folder.resolve("a.key");
        PrivateKeys.store(file, keys.getPrivate(), PASSWORD, RANDOM);
        assertThat(PrivateKeys.isEncrypted(file)).isTrue();
        assertThat(PrivateKeys.load(file, PASSWORD).getEncoded())
                .isEqualTo(keys.getPrivate().getEncoded());
    }

    @Test
    void store_encrypted_usesAesAndManyIterations() throws Exception {
        byte[] pem = PrivateKeys.encode(Fixtures.keys().getPrivate(), PASSWORD, RANDOM);
        PemBlock block = Pem.blocks("k", pem).get(0);
        assertThat(block.label()).isEqualTo("ENCRYPTED PRIVATE KEY");
        PBES2Parameters parameters = PBES2Parameters.getInstance(
                EncryptedPrivateKeyInfo.getInstance(block.content().toByteArray())
                        .getEncryptionAlgorithm()
                        .getParameters());
        assertThat(parameters.getEncryptionScheme().getAlgorithm().getId()).isEqualTo("2.16.840.1.101.3.4.1.42");
        PBKDF2Params derivation =
                PBKDF2Params.getInstance(parameters.getKeyDerivationFunc().getParameters());
        assertThat(derivation.getIterationCount().intValueExact()).isGreaterThanOrEqualTo(100_000);
    }

    @Test
    void store_anyKey_isReadableByItsOwnerOnly() throws Exception {
        Path file = folder.resolve("a.key");
        PrivateKeys.store(file, Fixtures.keys().getPrivate());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw-r--r--", "rw----r--", "rw--w----"})
    void load_fileThatOthersReach_isRefusedWithAHint(String mode) throws Exception {
        Path file = folder.resolve("a.key");
        PrivateKeys.store(file, Fixtures.keys().getPrivate());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> PrivateKeys.load(file))
                .withMessageContaining(mode)
                .satisfies(e -> assertThat(e.hint()).hasValue("chmod 600 " + file));
    }

    @Test
    void load_absentFile_isAnIoFailure() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> PrivateKeys.load(folder.resolve("absent.key")));
    }

    @Test
    void load_wrongPassword_isRefusedWithoutNamingIt() throws Exception {
        Path file = folder.resolve("a.key");
        PrivateKeys.store(file, Fixtures.keys().getPrivate(), PASSWORD, RANDOM);
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> PrivateKeys.load(file, "incorrect".toCharArray()))
                .withMessage(file + ": the password does not open this key")
                .withNoCause();
    }

    @Test
    void load_encryptedWithoutPassword_saysSo() throws Exception {
        Path file = folder.resolve("a.key");
        PrivateKeys.store(file, Fixtures.keys().getPrivate(), PASSWORD, RANDOM);
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> PrivateKeys.load(file))
                .withMessageContaining("no password was given");
    }

    @Test
    void encode_emptyPassword_isRefused() {
        PrivateKey key = Fixtures.keys().getPrivate();
        assertThatIllegalArgumentException().isThrownBy(() -> PrivateKeys.encode(key, new char[0], RANDOM));
    }

    @Test
    void privateKey_hugeIterationCount_isRefusedBeforeItIsComputed() throws Exception {
        byte[] der = Pem.blocks("k", PrivateKeys.encode(Fixtures.keys().getPrivate(), PASSWORD, RANDOM))
                .get(0)
                .content()
                .toByteArray();
        // 600,000 is 02 03 09 27 c0; 0x7f27c0 is 8.3 million and allowed, so the tag's length grows no further than
        // this.
        int at = indexOf(der, new byte[] {2, 3, 9, 0x27, (byte) 0xc0});
        der[at + 2] = (byte) 0xff;
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.privateKey("k", pem("ENCRYPTED PRIVATE KEY", der), PASSWORD))
                .withMessageContaining("iteration count");
    }

    @Test
    void privateKey_everyByteOfAnEncryptedKeyChanged_neverEscapesTheCheckedException() throws Exception {
        byte[] der = Pem.blocks("k", PrivateKeys.encode(Fixtures.keys().getPrivate(), PASSWORD, RANDOM))
                .get(0)
                .content()
                .toByteArray();
        // The last 64 bytes are ciphertext: each would cost a full derivation.
        for (int i = 0; i < 40; i++) {
            byte[] changed = der.clone();
            changed[i] ^= 0x40;
            assertThatExceptionOfType(PemException.class)
                    .isThrownBy(() -> Pem.privateKey("k", pem("ENCRYPTED PRIVATE KEY", changed), new char[0]));
        }
    }

    @Test
    void matches_keyOfAnotherPair_isFalse() {
        assertThat(PrivateKeys.matches(
                        Fixtures.keys().getPrivate(), Fixtures.keys().getPublic()))
                .isFalse();
        assertThat(PrivateKeys.matches(
                        PrivateKeys.generate(KeyKind.ED25519, RANDOM).getPrivate(),
                        Fixtures.keys().getPublic()))
                .isFalse();
    }

    @Test
    void privateKey_secp256k1_isRefused() throws Exception {
        PrivateKeyInfo info =
                PrivateKeyInfo.getInstance(Fixtures.keys().getPrivate().getEncoded());
        byte[] der = info.getEncoded();
        // prime256v1 and secp256k1 differ in length, so a curve of the same length stands in: prime239v3.
        int at = indexOf(der, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7});
        der[at + 7] = 6;
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> Pem.privateKey("k", pem("PRIVATE KEY", der), null))
                .withMessageContaining("1.2.840.10045.3.1.6");
    }

    @Test
    void named_whatPeopleWrite_isUnderstood() throws Exception {
        assertThat(KeyKind.named("P-384")).isEqualTo(KeyKind.P384);
        assertThat(KeyKind.named("ed25519")).isEqualTo(KeyKind.ED25519);
        assertThatExceptionOfType(PkiException.class).isThrownBy(() -> KeyKind.named("dsa"));
    }

    private static byte[] pem(String label, byte[] der) {
        return ("-----BEGIN " + label + "-----\n" + Base64.getEncoder().encodeToString(der) + "\n-----END " + label
                        + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static int indexOf(byte[] content, byte[] part) {
        for (int i = 0; i + part.length <= content.length; i++) {
            if (Arrays.mismatch(content, i, i + part.length, part, 0, part.length) < 0) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }
}
