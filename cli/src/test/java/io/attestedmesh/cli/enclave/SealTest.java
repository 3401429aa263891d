package io.attestedmesh.cli.enclave;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Person;
import io.attestedmesh.cli.command.Terminal;
import io.attestedmesh.cli.config.SecretsSection;
import io.attestedmesh.enclave.secrets.AttestedKms;
import io.attestedmesh.enclave.secrets.AwsSettings;
import io.attestedmesh.enclave.secrets.KmsServer;
import io.attestedmesh.enclave.secrets.NamedVersion;
import io.attestedmesh.enclave.secrets.Opener;
import io.attestedmesh.enclave.secrets.SealedEnvelope;
import io.attestedmesh.enclave.secrets.SecretsException;
import io.attestedmesh.transport.pki.Pem;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh enclave seal}, and what opens it. */
class SealTest {
    private static final Clock CLOCK = Clock.fixed(SigningDesk.NOW, ZoneOffset.UTC);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final EnclaveImage RELEASED = EnclaveImage.of("released", Bytes.of(new byte[] {1}));
    private static final EnclaveImage OTHER = EnclaveImage.of("other", Bytes.of(new byte[] {2}));
    private static final NamedVersion OF = new NamedVersion("database", 3);

    @TempDir
    Path folder;

    private final SimulatedNitro cloud = SimulatedNitro.inMemory(CLOCK, RANDOM);
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private KmsServer server;
    private SigningDesk desk;

    @BeforeEach
    void start() throws Exception {
        server = new KmsServer(cloud.trustedRoot(), CLOCK);
        desk = new SigningDesk(folder);
        Files.write(folder.resolve("ca.pem"), Pem.encode(server.certificate()));
        Files.writeString(folder.resolve("password.txt"), "correct horse");
        credentials(KmsServer.OPERATOR);
    }

    @AfterEach
    void stop() {
        server.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private static void credentials(String accessKey) {
        System.setProperty("aws.accessKeyId", accessKey);
        System.setProperty("aws.secretAccessKey", "of no account");
    }

    private String seal() {
        return "enclave seal @password.txt --key-id " + KmsServer.KEY + " --name database --version 3"
                + " --out @database.sealed --endpoint " + server.endpoint() + " --ca @ca.pem";
    }

    /** Signs a list with the released image, and puts the policy that the command prints of it. */
    private void putPolicy() {
        desk.keys().root();
        desk.done("release init acme-kms --out @draft.json");
        desk.done("release add @draft.json --name kms-core --version 1.4.2 --pcr 0="
                + RELEASED.pcr0().hex() + " --pcr 1=" + RELEASED.pcr1().hex() + " --pcr 2="
                + RELEASED.pcr2().hex());
        desk.sign("draft.json", "list.json", "alice", "bob");
        server.policy(desk.done("enclave key-policy @list.json --root @root.1.json --role " + KmsServer.ENCLAVE_ROLE
                        + " --operator " + KmsServer.OPERATOR_ROLE)
                .out());
    }

    private String opened(EnclaveImage image) throws Exception {
        credentials(KmsServer.ENCLAVE);
        AwsSettings settings = AwsSettings.DEFAULTS
                .withRegion(KmsServer.KEY.region())
                .withEndpoint(server.endpoint())
                .withAuthorities(List.of(server.certificate()));
        SealedEnvelope sealed = SealedEnvelope.parse(Bytes.of(Files.readAllBytes(folder.resolve("database.sealed"))));
        try (AttestedKms kms = AttestedKms.open(settings, cloud.launch(EnclaveSpec.of(image)), RANDOM)) {
            return new String(new Opener(kms, KmsServer.KEY).open(sealed, OF).toByteArray(), UTF_8);
        }
    }

    @Test
    void seal_underThePrintedPolicy_isOpenedByTheReleaseAlone() throws Exception {
        putPolicy();

        CommandRun run = desk.done(seal());

        assertThat(run.err()).contains("Sealed database, version 3").doesNotContain("correct horse");
        assertThat(opened(RELEASED)).isEqualTo("correct horse");
        assertThatThrownBy(() -> opened(OTHER))
                .isInstanceOf(SecretsException.class)
                .hasMessageContaining("ACCESS_DENIED");
    }

    private void openInside(EnclaveImage image, long version, Path to) throws Exception {
        credentials(KmsServer.ENCLAVE);
        SecretsSection section = new SecretsSection(
                KmsServer.KEY,
                Optional.empty(),
                Optional.of(server.endpoint().toString()),
                Optional.of(folder.resolve("ca.pem")),
                List.of(new SecretsSection.Secret(
                        folder.resolve("database.sealed"), new NamedVersion("database", version), to)));
        Terminal terminal = new Terminal(
                InputStream.nullInputStream(),
                new PrintStream(said, true, UTF_8),
                new PrintStream(said, true, UTF_8),
                Map.of(),
                CLOCK,
                Person.NOBODY);
        new SealedFiles(section).open(cloud.launch(EnclaveSpec.of(image)), RANDOM, new StartLog(terminal));
    }

    @Test
    void init_ofTheRelease_opensTheFileForItsOwnerAlone() throws Exception {
        putPolicy();
        desk.done(seal());
        Path to = folder.resolve("secrets/password");

        openInside(RELEASED, 3, to);

        assertThat(to).hasContent("correct horse");
        assertThat(Files.getPosixFilePermissions(to)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(said.toString(UTF_8)).contains("opened database, version 3").doesNotContain("correct horse");
    }

    @Test
    void init_ofAnotherImageOrVersion_opensNothing() throws Exception {
        putPolicy();
        desk.done(seal());
        Path to = folder.resolve("password");

        assertThatThrownBy(() -> openInside(OTHER, 3, to)).isInstanceOfSatisfying(CommandException.class, e -> {
            assertThat(e.status()).isEqualTo(ExitStatus.REJECTED);
            assertThat(e.details()).containsEntry("reason", "ACCESS_DENIED");
        });
        assertThatThrownBy(() -> openInside(RELEASED, 2, to))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("WRONG_VERSION");
        Files.writeString(folder.resolve("database.sealed"), "not sealed");
        assertThatThrownBy(() -> openInside(RELEASED, 3, to))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("MALFORMED_ENVELOPE");
        assertThat(to).doesNotExist();
    }

    @Test
    void seal_withoutPermission_isRejected() {
        desk.rejected("ACCESS_DENIED", seal());

        assertThat(folder.resolve("database.sealed")).doesNotExist();
    }

    @Test
    void seal_atAServerThatNobodyVouchesFor_fails() {
        CommandRun run = desk.run(seal().replace(" --ca @ca.pem", ""));

        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("UNTRUSTED_SERVER");
    }

    @Test
    void seal_overAnotherFile_isRefusedBeforeKmsIsAsked() throws Exception {
        Files.writeString(folder.resolve("database.sealed"), "keep me");

        CommandRun run = desk.run(seal());

        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(folder.resolve("database.sealed")).hasContent("keep me");
    }

    @Test
    void seal_ofWrongWords_isWrong() {
        desk.wrong("is no key ARN", seal().replace(KmsServer.KEY.value(), "alias/mine"));
        desk.wrong("is no endpoint", seal().replace("https:", "http:"));
        desk.wrong("is no name", seal().replace("--name database", "--name a/b"));
        desk.wrong("is not 1 or more", seal().replace("--version 3", "--version 0"));
        desk.wrong("--out is missing", seal().replace(" --out @database.sealed", ""));
    }

    @Test
    void seal_ofAMissingFile_fails() {
        assertThat(desk.run(seal().replace("password.txt", "none.txt")).status())
                .isEqualTo(ExitStatus.FAILED);
    }
}
