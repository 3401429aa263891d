package io.attestedmesh.transport.pki;

import static io.attestedmesh.transport.pki.Fixtures.NOW;
import static io.attestedmesh.transport.pki.Fixtures.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.LockFile;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaFolderTest {
    @TempDir
    Path parent;

    private Path folder;
    private CaFolder ca;
    private CertificateAuthority authority;

    @BeforeEach
    void create() throws Exception {
        folder = parent.resolve("ca");
        ca = CaFolder.create(folder, profile(), KeyKind.P256, null, RANDOM);
        authority = ca.unlock(null, RANDOM);
    }

    private static AuthorityProfile profile() throws PkiException {
        return AuthorityProfile.named("Test CA", Validity.from(NOW, Duration.ofDays(3650)));
    }

    private X509Certificate issue(String node) throws Exception {
        return ca.issue(authority, node, Fixtures.keys().getPublic(), Fixtures.profile(Usage.SERVER));
    }

    private static Validity week() {
        return new Validity(NOW, NOW.plus(Duration.ofDays(7)));
    }

    @Test
    void create_files_haveTheRightModes() throws Exception {
        assertThat(mode(folder)).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("ca.key"))).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("index.json"))).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("ca.crt"))).isEqualTo("rw-r--r--");
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void create_whereACaIs_leavesItAlone() throws Exception {
        byte[] before = Files.readAllBytes(folder.resolve("ca.key"));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> CaFolder.create(folder, profile(), KeyKind.P256, null, RANDOM));
        assertThat(Files.readAllBytes(folder.resolve("ca.key"))).isEqualTo(before);
    }

    @Test
    void unlock_encrypted_needsTheRightPassword() throws Exception {
        Path other = parent.resolve("locked");
        CaFolder locked = CaFolder.create(other, profile(), KeyKind.P256, "secret".toCharArray(), RANDOM);
        assertThat(locked.isEncrypted()).isTrue();
        assertThat(locked.unlock("secret".toCharArray(), RANDOM).certificate()).isEqualTo(locked.certificate());
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> locked.unlock("Secret".toCharArray(), RANDOM))
                .withMessageContaining("the password does not open this key");
        assertThatExceptionOfType(PemException.class).isThrownBy(() -> locked.unlock(null, RANDOM));
    }

    @Test
    void open_folderWithoutACa_hintsHowToMakeOne() {
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> CaFolder.open(parent))
                .withMessageContaining("holds no CA")
                .satisfies(e -> assertThat(e.hint()).hasValue("make one with: amesh pki ca " + parent));
    }

    @Test
    void unlock_keyOfAnotherCa_isRefused() throws Exception {
        PrivateKeys.store(folder.resolve("ca.key"), Fixtures.keys().getPrivate());
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> ca.unlock(null, RANDOM))
                .withMessageContaining("does not belong");
    }

    @Test
    void issue_certificate_standsInTheAccount() throws Exception {
        X509Certificate leaf = issue("node-a");
        IssuedCertificate entry = CaFolder.open(folder).issued().get(0);
        assertThat(entry.serial()).isEqualTo(leaf.getSerialNumber());
        assertThat(entry.node()).isEqualTo("node-a");
        assertThat(entry.names()).containsExactly("node-a.example.org", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(entry.notAfter()).isEqualTo(leaf.getNotAfter().toInstant());
        assertThat(entry.revocation()).isEmpty();
    }

    @Test
    void sign_requestWithABrokenSignature_isNotOnTheAccount() throws Exception {
        byte[] der = CertificateRequest.create(Fixtures.keys(), "node-a", Fixtures.names(), EnumSet.of(Usage.SERVER))
                .encoded()
                .toByteArray();
        der[der.length - 1] ^= 1;
        CertificateRequest broken = CertificateRequest.parse(
                "bad.csr", Pem.block("CERTIFICATE REQUEST", der).getBytes(StandardCharsets.US_ASCII));
        assertThatExceptionOfType(PemException.class)
                .isThrownBy(() -> ca.sign(authority, "node-a", broken, Fixtures.profile(Usage.SERVER)));
        assertThat(ca.issued()).isEmpty();
    }

    @Test
    void issue_manyAtOnce_losesNone() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<X509Certificate>> all =
                    threads.invokeAll(Collections.nCopies(20, (Callable<X509Certificate>) () -> issue("n")));
            for (Future<X509Certificate> one : all) {
                assertThat(ca.issued())
                        .extracting(IssuedCertificate::serial)
                        .contains(one.get().getSerialNumber());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(ca.issued()).hasSize(20);
    }

    @Test
    void publish_afterARevocation_listsIt() throws Exception {
        X509Certificate revoked = issue("node-a");
        X509Certificate kept = issue("node-b");
        Instant at = NOW.plusSeconds(60);
        List<IssuedCertificate> changed =
                ca.revoke(issued -> issued.node().equals("node-a"), Revocation.Cause.KEY_COMPROMISE, at);
        assertThat(changed).extracting(IssuedCertificate::serial).containsExactly(revoked.getSerialNumber());
        X509CRL list = ca.publish(authority, week());
        assertThat(list.isRevoked(revoked)).isTrue();
        assertThat(list.isRevoked(kept)).isFalse();
        assertThat(Pem.revocationLists(ca.revocationListFile())).containsExactly(list);
        list.verify(ca.certificate().getPublicKey());
    }

    @Test
    void publish_again_countsUp() throws Exception {
        byte[] first = ca.publish(authority, week()).getExtensionValue("2.5.29.20");
        byte[] second = ca.publish(authority, week()).getExtensionValue("2.5.29.20");
        assertThat(first).isEqualTo(new byte[] {4, 3, 2, 1, 1});
        assertThat(second).isEqualTo(new byte[] {4, 3, 2, 1, 2});
    }

    @Test
    void revoke_twice_keepsTheFirstTimeAndCause() throws Exception {
        issue("node-a");
        ca.revoke(issued -> true, Revocation.Cause.SUPERSEDED, NOW);
        assertThat(ca.revoke(issued -> true, Revocation.Cause.KEY_COMPROMISE, NOW.plusSeconds(9)))
                .isEmpty();
        Revocation revocation = ca.issued().get(0).revocation().orElseThrow();
        assertThat(revocation.cause()).isEqualTo(Revocation.Cause.SUPERSEDED);
        assertThat(revocation.at()).isEqualTo(NOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{}",
                "{\"version\":\"1\"}",
                "{\"version\":\"2\",\"crlNumber\":\"0\",\"certificates\":[]}",
                "{\"version\":\"1\",\"crlNumber\":\"x\",\"certificates\":[]}",
                "{\"version\":\"1\",\"crlNumber\":0,\"certificates\":[]}",
                "{\"version\":\"1\",\"crlNumber\":\"0\",\"certificates\":{}}",
                "{\"version\":\"1\",\"crlNumber\":\"0\",\"certificates\":[{}]}",
                "{\"version\":\"1\",\"crlNumber\":\"0\",\"certificates\":[],\"more\":\"\"}",
                "{\"version\":\"1\",\"version\":\"1\",\"crlNumber\":\"0\",\"certificates\":[]}",
                "{\"version\":\"1\",\"crlNumber\":\"0\",\"certificates\":[]} {}",
                "{\"version\":\"1\",\"crlNumber\":\"0\",\"certificates\":[{\"serial\":\"1\",\"node\":\"a\",\"notAfter\":\"soon\"}]}",
                "{\"version\":\"1\",\"crlNumber\":\"0\",\"certificates\":[{\"serial\":\"1\",\"node\":\"a\",\"notAfter\":\"2026-01-01T00:00:00Z\",\"revokedAt\":\"2026-01-01T00:00:00Z\",\"cause\":\"dunno\"}]}",
                "\0\0\0{{!sc"
            })
    void issued_brokenIndex_isRefusedAndKept(String text) throws Exception {
        Path index = folder.resolve("index.json");
        Files.writeString(index, text);
        assertThatExceptionOfType(PkiException.class)
                .isThrownBy(() -> issue("node-a"))
                .withMessage(index + ": not a CA's index");
        assertThat(Files.readString(index)).isEqualTo(text);
    }

    @Test
    void issue_whileAnotherHoldsTheLock_waitsForIt() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        LockFile held = LockFile.tryTake(folder.resolve("index.lock")).orElseThrow();
        try {
            Future<X509Certificate> waiting = thread.submit(() -> issue("node-a"));
            assertThat(ca.issued()).isEmpty();
            held.close();
            assertThat(waiting.get().getSubjectX500Principal().getName()).isEqualTo("CN=node-a");
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void atomicFileCreate_whereAFileIs_leavesItAlone() throws Exception {
        Path file = parent.resolve("there");
        Files.writeString(file, "old");
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> AtomicFile.create(file, new byte[] {1}, AtomicFile.Access.OWNER));
        assertThat(file).hasContent("old");
        AtomicFile.write(file, new byte[] {'n'}, AtomicFile.Access.OWNER);
        assertThat(file).hasContent("n");
        assertThat(mode(file)).isEqualTo("rw-------");
        try (var files = Files.list(parent)) {
            assertThat(files).containsExactlyInAnyOrder(file, folder);
        }
    }
}
