package io.attestedmesh.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.PublishedReleases;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.transport.engine.TlsEngine;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir
    Path folder;

    private NodeFolder node;
    private Path config;
    private Instant signersNow;

    @BeforeEach
    void makeNode() throws Exception {
        node = new NodeFolder(folder, NOW);
        node.issue("server", "alice.example", Usage.SERVER, Duration.ofDays(30));
        node.issue("client", "alice.example", Usage.CLIENT, Duration.ofDays(30));
        config = node.configure("alice.example", "");
    }

    private CommandRun doctor(Instant now, String... more) {
        List<String> arguments = new java.util.ArrayList<>(List.of("doctor", "--config", config.toString()));
        arguments.addAll(List.of(more));
        return new CommandRun.Setting().at(now).run(arguments.toArray(String[]::new));
    }

    @Test
    void machineAlone_hasNoFault() {
        CommandRun run = CommandRun.of("doctor");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(run.outLines()).allMatch(line -> line.startsWith("ok ") || line.startsWith("warning "));
        assertThat(run.out())
                .contains("java")
                .contains("tls engine")
                .contains("signature checks")
                .contains("vsock");
    }

    @Test
    void goodNode_hasNoFault() {
        CommandRun run = doctor(NOW);
        assertThat(run.out()).doesNotContain("fault").contains("CN=alice.example until 2026-07-01");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void json_isOneObjectALine() {
        CommandRun run = doctor(NOW, "--json");
        assertThat(run.outLines())
                .hasSizeGreaterThan(7)
                .allMatch(line ->
                        line.startsWith("{\"check\":\"") && line.contains("\"level\":\"") && line.endsWith("}"));
    }

    @Test
    void lastThird_isWarned() {
        CommandRun run = doctor(NOW.plus(Duration.ofDays(21)));
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(run.out()).contains("warning  server certificate").contains("issue a new one");
    }

    @Test
    void expired_isFault() {
        CommandRun run = doctor(NOW.plus(Duration.ofDays(31)));
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("fault    server certificate");
    }

    @Test
    void keyOfAnother_isFault() throws Exception {
        Files.copy(node.path("client.key"), node.path("server.key"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        CommandRun run = doctor(NOW);
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("is not the key of");
    }

    @Test
    void wrongName_isFault() throws Exception {
        config = node.configure("bob.example", "");
        CommandRun run = doctor(NOW);
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("NAME_MISMATCH");
    }

    @Test
    void clientCertificateAsServer_isFault() throws Exception {
        node.issue("server", "alice.example", Usage.CLIENT, Duration.ofDays(30));
        CommandRun run = doctor(NOW);
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("fault    server certificate path");
    }

    @Test
    void absentFile_isFault() throws Exception {
        Files.delete(node.path("server.crt"));
        CommandRun run = doctor(NOW);
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("cannot be read");
    }

    @Test
    void unknownEngine_isFaultThatNamesThoseThereAre() throws Exception {
        CommandRun run = doctor(NOW, "--set", "tls.engine=openssl");
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("conscrypt, bcjsse, boringssl, jdk");
    }

    private void attests() throws Exception {
        config = Files.writeString(folder.resolve("attested.toml"), """
                [node]
                name = "alice.example"
                mode = "full-auto"
                [tls]
                ca = "ca.crt"
                issuer-certificate = "ca.crt"
                issuer-key = "ca.key"
                [attestation]
                simulated = "insecure-cloud"
                insecure-any-release = true
                """);
    }

    @Test
    void engineWithoutExporter_isFault_whereSessionsAreDemanded() throws Exception {
        attests();
        CommandRun run = doctor(NOW, "--set", "tls.engine=bcjsse");
        assertThat(run.out()).contains("fault    level").contains("bcjsse").contains("conscrypt");
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    }

    @Test
    void engineWithoutExporter_isWarnedOf_whereCertificatesAreEnough() throws Exception {
        attests();
        CommandRun run = doctor(NOW, "--set", "tls.engine=bcjsse", "--set", "attestation.level=certificate");
        assertThat(run.out()).contains("warning  level").doesNotContain("fault    level");
    }

    @Test
    void engineWithExporter_isGoodForSessions() throws Exception {
        Assumptions.assumeTrue(TlsEngine.preferred().hasExporter());
        attests();
        assertThat(doctor(NOW).out()).contains("ok       level                session");
    }

    @Test
    void brokenConfiguration_isUsageError() throws Exception {
        Files.writeString(config, "[node]\nnom = \"alice.example\"\n");
        assertThat(doctor(NOW).status()).isEqualTo(ExitStatus.USAGE);
    }

    private PublishedReleases publish(Duration ago) throws Exception {
        signersNow = NOW.minus(ago);
        InstantSource time = () -> signersNow;
        PublishedReleases published = new PublishedReleases(folder, time.withZone(ZoneOffset.UTC));
        EnclaveImage image = EnclaveImage.of("payments", Bytes.of((byte) 1));
        published.publish(PublishedReleases.release("1.4.0", image));
        config = node.configure("alice.example", """

                [releases]
                root = "trust-root.json"
                source = "bundle.json"
                state = "releases.state"
                """);
        return published;
    }

    @Test
    void goodList_isShownWithItsSignersAndEnd_andNothingIsWritten() throws Exception {
        publish(Duration.ZERO);

        CommandRun run = doctor(NOW);

        assertThat(run.out())
                .contains(
                        "ok       releases             payments version 1, 1 releases, signed by rita-release, sam-security"
                                + ", until 2026-07-01T12:00:00Z")
                .contains("ok       trust root           version 1, until 2027-06-01T12:00:00Z");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(folder.resolve("releases.state")).doesNotExist();
    }

    @Test
    void listThatEndsWithinAWeek_isWarnedOf() throws Exception {
        publish(Duration.ofDays(24));

        CommandRun run = doctor(NOW);

        assertThat(run.out()).contains("warning  releases ").contains("publish the next version");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void rootThatEndsWithinAWeek_isWarnedOf() throws Exception {
        PublishedReleases published = publish(Duration.ofDays(364));
        signersNow = NOW;
        published.publish(PublishedReleases.release("1.4.0", EnclaveImage.of("payments", Bytes.of((byte) 1))));

        CommandRun run = doctor(NOW);

        assertThat(run.out())
                .contains("ok       releases ")
                .contains("warning  trust root ")
                .contains("amesh root");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void expiredList_isFaultWithItsReason() throws Exception {
        publish(Duration.ofDays(31));

        CommandRun run = doctor(NOW);

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("fault    releases ").contains("LIST_EXPIRED");
    }

    @Test
    void sourceThatIsAway_isFault() throws Exception {
        Files.delete(publish(Duration.ZERO).bundle());

        CommandRun run = doctor(NOW);

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("fault    releases ").contains("cannot be fetched");
    }

    @Test
    void bundleThatIsNone_isFault() throws Exception {
        Files.writeString(publish(Duration.ZERO).bundle(), "{}");

        CommandRun run = doctor(NOW);

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("fault    releases ").contains("amesh release publish");
    }

    @Test
    void absentRoot_isFault() throws Exception {
        Files.delete(publish(Duration.ZERO).root());

        CommandRun run = doctor(NOW);

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("fault    releases ").contains("trust-root.json");
    }

    @Test
    void damagedState_isFault() throws Exception {
        publish(Duration.ZERO);
        Files.writeString(folder.resolve("releases.state"), "{");

        CommandRun run = doctor(NOW);

        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("fault    releases ").contains("STATE_INVALID");
    }

    @Test
    void noState_isWarnedOf() throws Exception {
        publish(Duration.ZERO);
        Files.writeString(config, Files.readString(config).replace("state = \"releases.state\"", ""));

        assertThat(doctor(NOW).out()).contains("warning  releases state ");
    }

    @Test
    void telemetryAddress_isFreeOrWarnedOf() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandRun run = doctor(NOW, "--set", "telemetry.listen=127.0.0.1:" + taken.getLocalPort());
            assertThat(run.out()).contains("warning  telemetry ").contains("fine if this node is running");
            assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        }
        assertThat(doctor(NOW, "--set", "telemetry.listen=127.0.0.1:0").out()).contains("ok       telemetry ");
        assertThat(doctor(NOW).out()).contains("ok       telemetry            nothing listens");
    }
}
