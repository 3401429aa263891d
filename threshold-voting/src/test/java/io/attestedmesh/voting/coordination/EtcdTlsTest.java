package io.attestedmesh.voting.coordination;

import static io.attestedmesh.voting.coordination.CoordinationContract.ONE;
import static io.attestedmesh.voting.coordination.CoordinationFixture.COMMITTEE;
import static io.attestedmesh.voting.coordination.CoordinationFixture.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.AuthorityProfile;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that shows a certificate and asks for one. */
@Timeout(120)
class EtcdTlsTest {
    private final Validity day = Validity.from(Clock.systemUTC().instant(), Duration.ofDays(1));

    @TempDir
    Path folder;

    private final SecureRandom random = new SecureRandom();
    private CertificateAuthority ca;
    private CertificateAuthority otherCa;
    private EtcdServer etcd;

    @BeforeAll
    static void requireEtcd() {
        assumeThat(EtcdServer.isInstalled())
                .as("etcd is on PATH (Debian's etcd-server)")
                .isTrue();
    }

    @BeforeEach
    void start() throws Exception {
        ca = authority("ca");
        otherCa = authority("other");
        issue(ca, "server", Usage.SERVER, "127.0.0.1");
        etcd = EtcdServer.start(folder, "https", etcdOptions("server"));
    }

    private List<String> etcdOptions(String name) {
        return List.of(
                "--cert-file",
                folder.resolve(name + ".crt").toString(),
                "--key-file",
                folder.resolve(name + ".key").toString(),
                "--client-cert-auth",
                "--trusted-ca-file",
                folder.resolve("ca.crt").toString());
    }

    private CertificateAuthority authority(String name) throws Exception {
        CertificateAuthority made = CertificateAuthority.create(
                AuthorityProfile.named(name, day), PrivateKeys.generate(KeyKind.P256, random), random);
        Files.write(folder.resolve(name + ".crt"), Pem.encode(made.certificate()));
        return made;
    }

    private void issue(CertificateAuthority by, String name, Usage usage, String address) throws Exception {
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, random);
        CertificateProfile profile =
                CertificateProfile.node(name, AlternativeNames.of(List.of(), List.of(address)), EnumSet.of(usage), day);
        Files.write(folder.resolve(name + ".crt"), Pem.encode(by.issue(keys.getPublic(), profile)));
        PrivateKeys.store(folder.resolve(name + ".key"), keys.getPrivate());
    }

    @AfterEach
    void stop() {
        etcd.close();
    }

    private Coordination connect(String trusted, Optional<String> client) throws CoordinationException {
        EtcdSettings.Tls tls = new EtcdSettings.Tls(
                folder.resolve(trusted + ".crt"),
                client.map(name ->
                        new EtcdSettings.ClientFiles(folder.resolve(name + ".crt"), folder.resolve(name + ".key"))));
        EtcdSettings settings = new EtcdSettings(
                List.of(etcd.endpoint()),
                EtcdSettings.PREFIX,
                Duration.ofSeconds(3),
                Optional.of(tls),
                Optional.empty());
        return EtcdCoordination.connect(COMMITTEE, settings, new SimpleMeterRegistry());
    }

    @Test
    void compareAndSet_rightCertificates_writes() throws Exception {
        issue(ca, "client", Usage.CLIENT, "127.0.0.1");
        try (Coordination store = connect("ca", Optional.of("client"))) {
            Eventually.holds(() -> Answers.of(store.swap(id("tx"), 0, ONE)).done());
            assertThat(store.outcome(id("tx"))).isPresent();
        }
    }

    @Test
    void outcome_etcdIsOfAnotherCa_fails() throws Exception {
        issue(ca, "client", Usage.CLIENT, "127.0.0.1");
        try (Coordination store = connect("other", Optional.of("client"))) {
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> store.outcome(id("tx")))
                    .withMessageContaining("certification path");
        }
    }

    @Test
    void outcome_etcdHasAnotherName_fails() throws Exception {
        issue(ca, "client", Usage.CLIENT, "127.0.0.1");
        etcd.close();
        issue(ca, "elsewhere", Usage.SERVER, "192.0.2.1");
        Path another = Files.createDirectory(folder.resolve("another"));
        etcd = EtcdServer.start(another, "https", etcdOptions("elsewhere"));
        try (Coordination store = connect("ca", Optional.of("client"))) {
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> store.outcome(id("tx")))
                    .withMessageContaining("127.0.0.1");
        }
    }

    @Test
    void outcome_clientIsOfAnotherCa_fails() throws Exception {
        issue(otherCa, "client", Usage.CLIENT, "127.0.0.1");
        try (Coordination store = connect("ca", Optional.of("client"))) {
            assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> store.outcome(id("tx")));
        }
    }

    @Test
    void outcome_noClientCertificate_fails() throws Exception {
        try (Coordination store = connect("ca", Optional.empty())) {
            assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> store.outcome(id("tx")));
        }
    }

    @Test
    void connect_noCaFile_fails() {
        assertThatExceptionOfType(CoordinationException.class)
                .isThrownBy(() -> connect("absent", Optional.empty()))
                .withMessageContaining("absent.crt");
    }
}
