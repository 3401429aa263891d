package io.attestedmesh.transport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.transport.HandDriven;
import io.attestedmesh.transport.TestPki;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCredentialsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    private final HandDriven time = new HandDriven(NOW);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Upkeep upkeep = new Upkeep(time.clock(), time, meters);
    private TestPki pki;
    private Path certificate;
    private Path key;

    @BeforeEach
    void files() throws Exception {
        pki = new TestPki(NOW);
        certificate = folder.resolve("server.crt");
        key = folder.resolve("server.key");
    }

    private Credential write(String name) throws Exception {
        Credential credential = pki.issue(name);
        Files.write(certificate, Pem.encode(credential.chain()));
        PrivateKeys.store(key, credential.privateKey());
        return credential;
    }

    private void lookAgain() {
        time.advance(ReloadedFiles.DEFAULT_INTERVAL);
    }

    private double reloads(String result) {
        return meters.get("amesh.files.reloads").tag("result", result).counter().count();
    }

    @Test
    void changedFiles_areServedAtTheNextLook() throws Exception {
        Credential first = write("a.test");
        FileCredentials credentials = FileCredentials.watch(certificate, key, upkeep);
        AtomicInteger changes = new AtomicInteger();
        credentials.onChange(changes::incrementAndGet);
        Credential second = write("a.test");
        assertThat(credentials.current().leaf()).isEqualTo(first.leaf());
        lookAgain();
        assertThat(credentials.current().leaf()).isEqualTo(second.leaf());
        assertThat(changes).hasValue(1);
        assertThat(reloads("ok")).isEqualTo(1);
    }

    @Test
    void sameContent_isNotRead_andNobodyIsTold() throws Exception {
        write("a.test");
        FileCredentials credentials = FileCredentials.watch(certificate, key, upkeep);
        AtomicInteger changes = new AtomicInteger();
        credentials.onChange(changes::incrementAndGet);
        Files.write(certificate, Files.readAllBytes(certificate));
        lookAgain();
        assertThat(changes).hasValue(0);
        assertThat(reloads("ok")).isZero();
    }

    @Test
    void brokenCertificate_keepsTheOldOne_andHealsByItself() throws Exception {
        Credential first = write("a.test");
        FileCredentials credentials = FileCredentials.watch(certificate, key, upkeep);
        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        lookAgain();
        assertThat(credentials.current().leaf()).isEqualTo(first.leaf());
        assertThat(reloads("broken")).isEqualTo(1);
        assertThat(credentials.healthy()).isTrue();
        Credential second = write("a.test");
        lookAgain();
        assertThat(credentials.current().leaf()).isEqualTo(second.leaf());
    }

    @Test
    void newKeyBesideOldCertificate_isNotServed() throws Exception {
        Credential first = write("a.test");
        FileCredentials credentials = FileCredentials.watch(certificate, key, upkeep);
        PrivateKeys.store(key, pki.issue("b.test").privateKey());
        lookAgain();
        assertThat(credentials.current()).isEqualTo(first);
    }

    @Test
    void filesBrokenThreeTimes_areUnhealthy_andTheOldOneStays() throws Exception {
        Credential first = write("a.test");
        FileCredentials credentials = FileCredentials.watch(certificate, key, upkeep);
        Files.delete(certificate);
        lookAgain();
        lookAgain();
        assertThat(credentials.healthy()).isTrue();
        lookAgain();
        assertThat(credentials.healthy()).isFalse();
        assertThat(meters.get("amesh.credential.healthy").gauge().value()).isZero();
        assertThat(credentials.current().leaf()).isEqualTo(first.leaf());
    }

    @Test
    void expiredCertificate_isUnhealthy() throws Exception {
        write("a.test");
        FileCredentials credentials = FileCredentials.watch(certificate, key, upkeep);
        assertThat(meters.get("amesh.credential.remaining").gauge().value()).isEqualTo(86_400.0);
        time.advance(Duration.ofDays(1).plusSeconds(1));
        assertThat(credentials.healthy()).isFalse();
    }

    @Test
    void closedSource_looksNoMore() throws Exception {
        Credential first = write("a.test");
        FileCredentials credentials = FileCredentials.watch(certificate, key, upkeep);
        credentials.close();
        write("a.test");
        lookAgain();
        assertThat(credentials.current().leaf()).isEqualTo(first.leaf());
    }

    @Test
    void keyThatOthersCanRead_isRefused() throws Exception {
        write("a.test");
        Files.setPosixFilePermissions(key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> FileCredentials.watch(certificate, key, upkeep))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("others can read");
    }

    @Test
    void keyOfAnotherCertificate_isRefusedAtStart() throws Exception {
        write("a.test");
        PrivateKeys.store(key, pki.issue("b.test").privateKey());
        assertThatThrownBy(() -> FileCredentials.watch(certificate, key, upkeep))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("not the one of the first certificate");
    }

    @Test
    void missingFile_isRefusedAtStart() {
        assertThatThrownBy(() -> FileCredentials.watch(certificate, key, upkeep))
                .isInstanceOf(IOException.class);
    }

    @Test
    void encryptedKey_isReadWithItsPassword_whichIsWiped() throws Exception {
        Credential credential = write("a.test");
        PrivateKeys.store(key, credential.privateKey(), "secret".toCharArray(), new SecureRandom());
        char[] password = "secret".toCharArray();
        FileCredentials credentials =
                FileCredentials.watch(certificate, key, () -> password, Duration.ofSeconds(1), upkeep);
        assertThat(credentials.current().leaf()).isEqualTo(credential.leaf());
        assertThat(password).containsOnly('\0');
    }

    @Test
    void encryptedKey_withoutPassword_isRefused() throws Exception {
        Credential credential = write("a.test");
        PrivateKeys.store(key, credential.privateKey(), "secret".toCharArray(), new SecureRandom());
        assertThatThrownBy(() -> FileCredentials.watch(certificate, key, upkeep))
                .isInstanceOf(PkiException.class);
    }

    @Test
    void listenerThatThrows_keepsNobodyFromHearing_andHearsAgain() throws Exception {
        write("a.test");
        FileCredentials credentials = FileCredentials.watch(certificate, key, upkeep);
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        credentials.onChange(() -> {
            if (first.incrementAndGet() == 1) {
                throw new IllegalStateException("a listener's mistake");
            }
        });
        credentials.onChange(second::incrementAndGet);
        write("a.test");
        lookAgain();
        assertThat(second).hasValue(1);
        assertThat(reloads("broken")).isEqualTo(1);
        lookAgain();
        assertThat(first).hasValue(2);
        Credential third = write("a.test");
        lookAgain();
        assertThat(credentials.current().leaf()).isEqualTo(third.leaf());
    }

    @Test
    void listenerThatAlwaysThrows_isUnhealthy() throws Exception {
        write("a.test");
        FileCredentials credentials = FileCredentials.watch(certificate, key, upkeep);
        credentials.onChange(() -> {
            throw new IllegalStateException("a listener's mistake");
        });
        write("a.test");
        lookAgain();
        lookAgain();
        assertThat(credentials.healthy()).isTrue();
        lookAgain();
        assertThat(credentials.healthy()).isFalse();
    }
}
