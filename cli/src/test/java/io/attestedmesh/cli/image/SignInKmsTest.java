package io.attestedmesh.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.enclave.secrets.KmsServer;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh image sign} with a key in KMS. */
class SignInKmsTest {
    /** Who calls, and that nothing of this machine says where. */
    private static final Map<String, String> SDK = Map.of(
            "aws.accessKeyId", KmsServer.OPERATOR,
            "aws.secretAccessKey", "of no account",
            "aws.configFile", "/nowhere",
            "aws.sharedCredentialsFile", "/nowhere",
            "aws.disableEc2Metadata", "true");

    @TempDir
    Path folder;

    private KmsServer server;
    private Path out;

    @BeforeEach
    void start() throws Exception {
        server = new KmsServer(
                SimulatedNitro.inMemory(Clock.systemUTC(), new SecureRandom()).trustedRoot(), Clock.systemUTC());
        Files.write(folder.resolve("ca.pem"), Pem.encode(server.certificate()));
        SDK.forEach(System::setProperty);
        for (String file : List.of("kernel", "init", "app")) {
            Files.writeString(Files.createDirectories(folder.resolve("app")).resolve(file), file);
        }
        done(CommandRun.of(
                "image",
                "build",
                "--kernel",
                file("app/kernel"),
                "--cmdline",
                "quiet",
                "--init-ramdisk",
                file("app/init"),
                "--app",
                file("app"),
                "--out",
                file("image.eif")));
        for (String name : List.of("signer", "other")) {
            done(CommandRun.of("pki", "self-signed", name, "--dns", name + ".example", "--out", file(name)));
        }
        out = folder.resolve("signed.eif");
    }

    @AfterEach
    void stop() {
        server.close();
        SDK.keySet().forEach(System::clearProperty);
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static void done(CommandRun run) {
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
    }

    private CommandRun sign(String key, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "image",
                "sign",
                file("image.eif"),
                "--certificate",
                file("signer/party.crt"),
                "--kms-key",
                key,
                "--endpoint",
                server.endpoint().toString(),
                "--ca",
                file("ca.pem"),
                "--out",
                out.toString()));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray(String[]::new));
    }

    /** The key's, and who may use it. */
    private void serve(String name, String action) throws Exception {
        server.signsWith(PrivateKeys.load(folder.resolve(name + "/party.key")));
        server.policy("{\"Statement\":[{\"Principal\":{\"AWS\":\"" + KmsServer.OPERATOR_ROLE + "\"},\"Action\":[\""
                + action + "\"]}]}");
    }

    @Test
    void sign_byTheKeysArn_isVerifiedWithItsCertificate() throws Exception {
        serve("signer", "kms:Sign");
        done(sign(KmsServer.KEY.value()));
        done(CommandRun.of("image", "verify", out.toString(), "--certificate", file("signer/party.crt")));
    }

    @Test
    void sign_byAnotherKeyThanTheCertificates_isRefused() throws Exception {
        serve("other", "kms:Sign");
        CommandRun run = sign(KmsServer.KEY.value());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("not that of the certificate");
        assertThat(out).doesNotExist();
    }

    @Test
    void sign_thatThePolicyForbids_isRejected() throws Exception {
        serve("signer", "kms:Decrypt");
        CommandRun run = sign(KmsServer.KEY.value());
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.err()).contains("ACCESS_DENIED").contains("kms:Sign");
        assertThat(out).doesNotExist();
    }

    @Test
    void sign_byAKeyThatKmsDoesNotKnow_fails() throws Exception {
        serve("signer", "kms:Sign");
        CommandRun run = sign("alias/image", "--region", "eu-central-1");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("not signed").contains("NotFoundException");
        assertThat(out).doesNotExist();
    }

    @Test
    void sign_byAnAliasOfNoRegion_asksForOne() {
        assumeTrue(System.getenv("AWS_REGION") == null, "this machine says a region by itself");
        CommandRun run = sign("alias/image");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("no AWS region").contains("--region");
        assertThat(out).doesNotExist();
    }
}
