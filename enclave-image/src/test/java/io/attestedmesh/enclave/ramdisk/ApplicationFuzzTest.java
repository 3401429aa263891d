package io.attestedmesh.enclave.ramdisk;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever an archive holds: a ramdisk, all of whose names stay inside, or the exception that says why not. */
class ApplicationFuzzTest {
    @TempDir
    static Path folder;

    static Stream<byte[]> archives() throws IOException {
        Bytes script = Bytes.of("#!/bin/true\n".getBytes(StandardCharsets.US_ASCII));
        return Stream.of(
                Tar.of()
                        .folder("bin", 0755)
                        .file("bin/app", 04755, script)
                        .link("bin/same", "bin/app")
                        .symbolicLink("init", "bin/app")
                        .bytes(),
                Tar.of().file("bin/a", 0644, "a").file("bin/.wh.a", 0644, "").bytes(),
                Tar.of().file("n".repeat(150), 0644, "a").bytes(),
                Tar.of().typed((byte) 'L', script).file("a", 0644, "a").bytes(),
                Tar.of()
                        .file("config.json", 0644, "{\"config\":{\"Cmd\":[\"app\"]},\"rootfs\":{\"diff_ids\":[]}}")
                        .file("manifest.json", 0644, "[{\"Config\":\"config.json\",\"Layers\":[]}]")
                        .bytes(),
                Tar.of()
                        .file("oci-layout", 0644, "{\"imageLayoutVersion\":\"1.0.0\"}")
                        .file("index.json", 0644, "{\"schemaVersion\":2,\"manifests\":[]}")
                        .bytes());
    }

    @MethodSource("archives")
    @FuzzTest
    void archive_isARamdiskOrIsRefused(byte[] input) throws Exception {
        Path file = Files.write(folder.resolve("app.tar"), input);
        Path temporary = Files.createDirectories(folder.resolve("temporary"));
        ByteArrayOutputStream ramdisk = new ByteArrayOutputStream();
        try (Application application = Application.read(file, "amd64", temporary)) {
            Ramdisk.write(application.files(), ramdisk);
        } catch (RamdiskException e) {
            assertThat(e.getMessage()).isNotEmpty().hasSizeLessThan(500).doesNotContain("\n");
            return;
        } finally {
            assertThat(temporary).isEmptyDirectory();
        }
        try (CpioArchiveInputStream read =
                new CpioArchiveInputStream(new ByteArrayInputStream(ramdisk.toByteArray()))) {
            for (CpioArchiveEntry entry = read.getNextEntry(); entry != null; entry = read.getNextEntry()) {
                assertThat(entry.getName().split("/", -1)).doesNotContain("", ".", "..");
            }
        }
    }
}
