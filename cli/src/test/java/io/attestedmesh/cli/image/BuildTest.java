package io.attestedmesh.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.command.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh image build}: what of an application does not come into the image. */
class BuildTest {
    private static final int RECORD = 512;

    @TempDir
    Path folder;

    private Path out;

    @BeforeEach
    void write() throws IOException {
        out = folder.resolve("node.eif");
        Files.writeString(folder.resolve("kernel"), "kernel");
        Files.writeString(folder.resolve("init.cpio"), "init");
    }

    @Test
    void build_ofAContainerImageInPlainLayout_warnsThatItsCommandIsGone() throws Exception {
        CommandRun run = built(image("{\"Entrypoint\":[\"/run\"]}"));

        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(run.err()).contains("amesh: warning: ").contains("Entrypoint, Cmd and Env");
    }

    @Test
    void build_ofAContainerImageInNitroLayout_doesNotWarnOfTheCommand() throws Exception {
        CommandRun run = built(image("{\"Cmd\":[\"/run\"]}"), "--app-layout", "nitro");

        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
        assertThat(run.err()).doesNotContain("Entrypoint");
    }

    @Test
    void build_inNitroLayoutWithoutACommand_isRefused() throws Exception {
        Path app = Files.createDirectories(folder.resolve("app"));
        Files.writeString(app.resolve("run"), "run");

        for (Path each : new Path[] {image("{\"Env\":[\"A=b\"]}"), app}) {
            CommandRun run = built(each, "--app-layout", "nitro");

            assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
            assertThat(run.err()).contains("names no command to start").contains("Entrypoint or Cmd");
        }
        assertThat(out).doesNotExist();
    }

    @Test
    void build_ofFilesOfOtherOwners_saysHowMany() throws Exception {
        Path app = Files.write(folder.resolve("app.tar"), tar(1000));

        assertThat(built(app).err()).contains("1 files of other owners are root's now");
        assertThat(built(Files.write(app, tar(0)), "--force").err()).doesNotContain("other owners");
    }

    @Test
    void build_ofNoFiles_isRefusedForBothRamdisks() throws Exception {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Path app = Files.write(folder.resolve("app.tar"), tar(0));

        for (CommandRun run : new CommandRun[] {built(empty), built(app, "--init-ramdisk", empty.toString())}) {
            assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
            assertThat(run.err()).contains("EMPTY");
        }
        assertThat(out).doesNotExist();
    }

    private CommandRun built(Path app, String... more) {
        Stream<String> given = Arrays.asList(more).contains("--init-ramdisk")
                ? Stream.empty()
                : Stream.of("--init-ramdisk", folder + "/init.cpio");
        Stream<String> parts = Stream.of(
                "image",
                "build",
                "--kernel",
                folder + "/kernel",
                "--cmdline",
                "reboot=k",
                "--app",
                app.toString(),
                "--out",
                out.toString());
        return CommandRun.of(Stream.of(parts, given, Arrays.stream(more))
                .flatMap(each -> each)
                .toArray(String[]::new));
    }

    /** An OCI layout with one layer. */
    private Path image(String config) throws Exception {
        Path layout = Files.createTempDirectory(folder, "oci");
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        byte[] layer = tar(0);
        String configuration = blob(
                layout,
                utf8("{\"config\":" + config + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + digest(layer)
                        + "\"]}}"));
        String manifest =
                blob(layout, utf8("{\"config\":" + configuration + ",\"layers\":[" + blob(layout, layer) + "]}"));
        Files.writeString(layout.resolve("index.json"), "{\"manifests\":[" + manifest + "]}");
        return layout;
    }

    private static String blob(Path layout, byte[] content) throws Exception {
        String digest = digest(content);
        Path file = layout.resolve("blobs").resolve(digest.replace(':', '/'));
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return "{\"digest\":\"" + digest + "\",\"size\":" + content.length + "}";
    }

    private static String digest(byte[] content) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    /** One empty file (POSIX, "ustar Interchange Format"). */
    private static byte[] tar(int owner) throws IOException {
        byte[] header = new byte[RECORD];
        put(header, 0, "run");
        put(header, 100, "0000755");
        put(header, 108, String.format("%07o", owner));
        put(header, 116, "0000000");
        put(header, 124, "00000000000");
        put(header, 136, "00000000000");
        put(header, 148, "        ");
        put(header, 156, "0");
        int sum = 0;
        for (byte each : header) {
            sum += each;
        }
        put(header, 148, String.format("%06o", sum));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.write(header);
        archive.write(new byte[2 * RECORD]);
        return archive.toByteArray();
    }

    private static void put(byte[] header, int offset, String text) {
        byte[] bytes = utf8(text);
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
