package io.attestedmesh.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.Vectors;
import io.attestedmesh.cli.command.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh image}, from files to files. */
class ImageCommandsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ZERO = "0".repeat(96);

    @TempDir
    Path folder;

    private Path image;

    @BeforeEach
    void build() throws Exception {
        Files.writeString(folder.resolve("kernel"), "kernel");
        Files.writeString(folder.resolve("init.cpio"), "init");
        Files.createDirectories(folder.resolve("app/bin"));
        Files.writeString(folder.resolve("app/bin/run"), "run");
        image = folder.resolve("node.eif");
        done(built(image));
    }

    private CommandRun built(Path out, String... more) {
        return CommandRun.of(Stream.concat(
                        Stream.of(
                                "image",
                                "build",
                                "--kernel",
                                folder + "/kernel",
                                "--cmdline",
                                "reboot=k panic=30",
                                "--init-ramdisk",
                                folder + "/init.cpio",
                                "--app",
                                folder + "/app",
                                "--out",
                                out.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private static CommandRun done(CommandRun run) {
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        return run;
    }

    private static void usageError(CommandRun run, String message) {
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("amesh: error: ").contains(message);
    }

    @Test
    void build_twice_givesTheSameBytes() throws Exception {
        Path again = folder.resolve("again.eif");
        Files.setLastModifiedTime(folder.resolve("app/bin/run"), FileTime.fromMillis(0));

        done(built(again, "--name", "node"));

        assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(image));
    }

    @Test
    void build_ofAnotherApplication_changesPcr0AndPcr2Alone() throws Exception {
        Path other = folder.resolve("other.eif");
        JsonNode before = measured(image);
        Files.writeString(folder.resolve("app/bin/run"), "another");

        done(built(other));

        JsonNode after = measured(other);
        assertThat(after.get("0")).isNotEqualTo(before.get("0"));
        assertThat(after.get("1")).isEqualTo(before.get("1"));
        assertThat(after.get("2")).isNotEqualTo(before.get("2"));
        assertThat(after.get("8").textValue()).isEqualTo(ZERO);
    }

    @Test
    void build_overAFile_isRefusedWithoutForce() throws Exception {
        byte[] before = Files.readAllBytes(image);
        CommandRun run = built(image, "--version", "2");

        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("already exists");
        assertThat(Files.readAllBytes(image)).isEqualTo(before);
        done(built(image, "--version", "2", "--force"));
        assertThat(Files.readAllBytes(image)).isNotEqualTo(before);
    }

    @Test
    void build_ofWrongParts_saysWhich() throws Exception {
        Path out = folder.resolve("out.eif");
        usageError(built(folder.resolve("app/bin/out.eif")), "lies in");
        usageError(built(out, "--arch", "riscv"), "--arch riscv");
        usageError(built(out, "--app-layout", "flat"), "--app-layout flat");
        Path metadata = Files.writeString(folder.resolve("metadata"), "[]");
        usageError(built(out, "--metadata", metadata.toString()), "METADATA_NOT_JSON");
        Files.writeString(folder.resolve("kernel"), "");
        usageError(built(out), "EMPTY_KERNEL");
        Files.delete(folder.resolve("kernel"));
        assertThat(built(out).status()).isEqualTo(ExitStatus.FAILED);
        assertThat(out).doesNotExist();
    }

    @Test
    void build_withMetadata_showsItAsUntrusted() throws Exception {
        Path out = folder.resolve("out.eif");
        Path metadata = Files.writeString(folder.resolve("metadata"), "{\"commit\":\"\\u001b[31mred\"}");
        done(built(out, "--metadata", metadata.toString(), "--arch", "aarch64"));

        CommandRun text = done(CommandRun.of("image", "inspect", out.toString()));
        assertThat(text.out())
                .contains("aarch64", "nothing vouches for it", "CustomMetadata", "reboot=k panic=30", "not signed")
                .doesNotContain("\u001b");
        JsonNode json = JSON.readTree(done(CommandRun.of("image", "inspect", "--json", out.toString()))
                .out());
        assertThat(json.at("/untrustedMetadata/CustomMetadata/commit").textValue())
                .isEqualTo("\u001b[31mred");
        assertThat(json.get("sections")).hasSize(5);
    }

    @Test
    void measure_ofGoodAndBadFiles_tellsAllAndExits2() throws Exception {
        Path bad = folder.resolve("bad.eif");
        byte[] flipped = Files.readAllBytes(image);
        flipped[flipped.length - 1] ^= 1;
        Files.write(bad, flipped);

        CommandRun run = CommandRun.of("image", "measure", bad.toString(), image.toString(), "--json");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        JsonNode refused = JSON.readTree(run.outLines().get(0));
        assertThat(refused.get("file").textValue()).isEqualTo(bad.toString());
        assertThat(refused.get("reason").textValue()).isEqualTo("CRC_MISMATCH");
        assertThat(refused.get("error").textValue()).contains("malformed");
        assertThat(refused.has("pcrs")).isFalse();
        JsonNode good = JSON.readTree(run.outLines().get(1));
        assertThat(good.get("pcrs").properties()).extracting(Map.Entry::getKey).containsExactly("0", "1", "2", "8");
        assertThat(good.has("error")).isFalse();
    }

    @Test
    void measure_ofTheSharedVectors_isWhatTheySay() throws Exception {
        JsonNode expected = JSON.readTree(
                        Vectors.folder("eif/vec").resolve("tiny.json").toFile())
                .get("pcrs");

        JsonNode signed = measured(Vectors.folder("eif/vec").resolve("tiny-signed.eif"));

        for (String index : new String[] {"0", "1", "2", "8"}) {
            assertThat(signed.get(index)).isEqualTo(expected.get("PCR" + index));
        }
    }

    @Test
    void measure_inTheFormatOfNitroCli_hasItsMembers() throws Exception {
        CommandRun run = done(CommandRun.of("image", "measure", "--format", "nitro-cli", image.toString()));

        JsonNode described = JSON.readTree(run.out());
        assertThat(described.get("EifVersion").intValue()).isEqualTo(4);
        assertThat(described.at("/Measurements/HashAlgorithm").textValue()).isEqualTo("Sha384 { ... }");
        assertThat(described.at("/Measurements/PCR0")).isEqualTo(measured(image).get("0"));
        assertThat(described.at("/Measurements").has("PCR8")).isFalse();
        assertThat(described.get("IsSigned").booleanValue()).isFalse();
        assertThat(described.get("CheckCRC").booleanValue()).isTrue();
        assertThat(described.at("/Metadata/BuildTool").textValue()).isEqualTo("amesh");
        usageError(
                CommandRun.of("image", "measure", "--format", "nitro-cli", image.toString(), image.toString()),
                "one file");
        usageError(CommandRun.of("image", "measure", "--format", "xml", image.toString()), "--format xml");
    }

    @Test
    void measure_ofAFolderOrNothing_goesOnWithTheOthers() throws Exception {
        CommandRun run =
                CommandRun.of("image", "measure", "--json", folder.toString(), folder + "/none", image.toString());

        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(JSON.readTree(run.outLines().get(0)).get("reason").textValue())
                .isEqualTo("NOT_A_FILE");
        assertThat(JSON.readTree(run.outLines().get(1)).get("reason").textValue())
                .isEqualTo("UNREADABLE");
        assertThat(JSON.readTree(run.outLines().get(2)).get("pcrs")).hasSize(4);
        assertThat(CommandRun.of("image", "measure", folder.toString()).status())
                .isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void sign_thenVerify_acceptsTheSigner() throws Exception {
        Path signed = signed("signer");

        CommandRun verified = done(CommandRun.of(
                "image", "verify", signed.toString(), "--certificate", folder + "/signer/party.crt", "--json"));

        JsonNode line = JSON.readTree(verified.out());
        assertThat(line.get("result").textValue()).isEqualTo("accepted");
        assertThat(line.at("/pcrs/8").textValue()).isNotEqualTo(ZERO);
        for (String index : new String[] {"0", "1", "2"}) {
            assertThat(line.get("pcrs").get(index)).isEqualTo(measured(image).get(index));
        }
        JsonNode described =
                JSON.readTree(done(CommandRun.of("image", "inspect", "--format", "nitro-cli", signed.toString()))
                        .out());
        assertThat(described.get("IsSigned").booleanValue()).isTrue();
        assertThat(described.get("SignatureCheck").booleanValue()).isTrue();
        assertThat(described.at("/SigningCertificate/IssuerName/commonName").textValue())
                .isEqualTo("signer");
    }

    @Test
    void verify_withoutCertificate_warnsThatAnybodyCanSign() throws Exception {
        CommandRun verified =
                done(CommandRun.of("image", "verify", signed("signer").toString()));

        assertThat(verified.err()).contains("whose certificate that is, nobody checked");
    }

    @Test
    void verify_ofWhatDoesNotFit_exits1WithTheReason() throws Exception {
        Path signed = signed("signer");
        signed("other");

        assertRejected("NOT_SIGNED", "image", "verify", image.toString());
        assertRejected(
                "OTHER_SIGNER", "image", "verify", signed.toString(), "--certificate", folder + "/other/party.crt");
        assertRejected("CERTIFICATE_EXPIRED", "image", "verify", signed.toString(), "--time", "2100-01-01T00:00:00Z");
        assertRejected(
                "CERTIFICATE_NOT_YET_VALID", "image", "verify", signed.toString(), "--time", "2000-01-01T00:00:00Z");
        usageError(CommandRun.of("image", "verify", signed.toString(), "--time", "yesterday"), "no instant");
    }

    @Test
    void sign_withWrongKeys_isRefused() throws Exception {
        signed("signer");
        signed("other");
        Path out = folder.resolve("out.eif");
        String[] base = {
            "image", "sign", image.toString(), "--certificate", folder + "/signer/party.crt", "--out", out.toString()
        };

        usageError(CommandRun.of(with(base, "--key", folder + "/other/party.key")), "not that of the certificate");
        usageError(CommandRun.of(base), "which key signs");
        usageError(
                CommandRun.of(with(base, "--key", folder + "/signer/party.key", "--kms-key", "alias/a")),
                "exclude each other");
        usageError(CommandRun.of(with(base, "--kms-key", "alias/a", "--endpoint", "http://127.0.0.1:1")), "endpoint");
        assertThat(out).doesNotExist();
    }

    @Test
    void releaseAdd_withAnImage_takesItsRegisters() throws Exception {
        Path draft = folder.resolve("draft.json");
        done(CommandRun.of("release", "init", "test", "--out", draft.toString()));

        done(releaseAdd(draft, "1.0.0"));

        JsonNode pcrs = JSON.readTree(draft.toFile()).at("/releases/0/pcrs");
        assertThat(pcrs.get("0")).isEqualTo(measured(image).get("0"));
        assertThat(pcrs.get("2")).isEqualTo(measured(image).get("2"));
        assertThat(pcrs.has("8")).isFalse();
        done(releaseAdd(draft, "1.0.2", "--pcr", "3=" + "ab".repeat(48)));
        JsonNode both = JSON.readTree(draft.toFile()).at("/releases/1/pcrs");
        assertThat(both.get("0")).isEqualTo(measured(image).get("0"));
        assertThat(both.get("3").textValue()).isEqualTo("ab".repeat(48));
        CommandRun signer = releaseAdd(draft, "1.0.3", "--pcr", "8=" + "ab".repeat(48));
        assertThat(signer.status()).isEqualTo(ExitStatus.REJECTED);
        CommandRun contradicted = releaseAdd(draft, "1.0.1", "--pcr", "0=" + "ab".repeat(48));
        assertThat(contradicted.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(contradicted.err()).contains("REGISTER_MISMATCH");
    }

    private CommandRun releaseAdd(Path draft, String version, String... more) {
        return CommandRun.of(with(
                new String[] {
                    "release",
                    "add",
                    draft.toString(),
                    "--name",
                    "node",
                    "--version",
                    version,
                    "--image",
                    image.toString()
                },
                more));
    }

    private Path signed(String signer) throws Exception {
        done(CommandRun.of("pki", "self-signed", signer, "--dns", signer + ".example", "--out", folder + "/" + signer));
        Path out = folder.resolve(signer + ".eif");
        done(CommandRun.of(
                "image",
                "sign",
                image.toString(),
                "--certificate",
                folder + "/" + signer + "/party.crt",
                "--key",
                folder + "/" + signer + "/party.key",
                "--out",
                out.toString()));
        return out;
    }

    private static void assertRejected(String reason, String... command) throws Exception {
        CommandRun run = CommandRun.of(with(command, "--json"));
        assertThat(run.status()).as(run.out() + run.err()).isEqualTo(ExitStatus.REJECTED);
        assertThat(JSON.readTree(run.out()).get("reason").textValue()).isEqualTo(reason);
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new);
    }

    private static JsonNode measured(Path file) throws Exception {
        return JSON.readTree(done(CommandRun.of("image", "measure", file.toString(), "--json"))
                        .out())
                .get("pcrs");
    }
}
