package io.attestedmesh.enclave.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class ImagePropertiesTest {
    private static Path folder;

    @BeforeContainer
    static void makeFolder() throws IOException {
        folder = Files.createTempDirectory("images");
    }

    @AfterContainer
    static void deleteFolder() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** Build, read, build again out of what was read: the same bytes, and the registers of the formula. */
    @Property(tries = 200)
    void write_ofWhatWasRead_isTheSameFile(
            @ForAll @Size(min = 1, max = 2000) byte[] kernel,
            @ForAll @CharRange(from = ' ', to = '~') @StringLength(max = 200) String commandLine,
            @ForAll @Size(max = 4) List<byte[]> ramdisks,
            @ForAll Architecture architecture,
            @ForAll @CharRange(from = ' ', to = '\uffff') @StringLength(max = 50) String name)
            throws Exception {
        ImageMetadata metadata = ImageMetadata.of(
                new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8),
                "1",
                "test",
                "0",
                Optional.empty());
        Path first = folder.resolve("first.eif");
        ImageWriter.write(
                new ImageWriter.Parts(architecture, file("kernel", kernel), commandLine, metadata, files(ramdisks)),
                first,
                true);

        EnclaveImage read = ImageReader.read(first);
        Path second = folder.resolve("second.eif");
        ImageWriter.write(
                new ImageWriter.Parts(
                        read.architecture(),
                        file("kernel", part(first, read, 0)),
                        read.commandLine(),
                        read.metadata().orElseThrow(),
                        files(parts(first, read, 3))),
                second,
                true);

        assertThat(Files.readAllBytes(second)).isEqualTo(Files.readAllBytes(first));
        assertThat(read.architecture()).isEqualTo(architecture);
        assertThat(read.register(0))
                .isEqualTo(
                        Pcr.extendOfZero(joined(kernel, commandLine, ramdisks).sha384()));
        assertThat(read.register(2))
                .isEqualTo(Pcr.extendOfZero(
                        Bytes.concat(ramdisks.stream().skip(1).map(Bytes::of).toArray(Bytes[]::new))
                                .sha384()));
    }

    private static Bytes joined(byte[] kernel, String commandLine, List<byte[]> ramdisks) {
        List<Bytes> all = new ArrayList<>();
        all.add(Bytes.of(kernel));
        all.add(Bytes.of(commandLine.getBytes(StandardCharsets.UTF_8)));
        ramdisks.forEach(each -> all.add(Bytes.of(each)));
        return Bytes.concat(all.toArray(Bytes[]::new));
    }

    private static byte[] part(Path file, EnclaveImage image, int index) throws IOException {
        Section section = image.sections().get(index);
        return Bytes.of(Files.readAllBytes(file))
                .slice((int) section.start(), (int) section.end())
                .toByteArray();
    }

    private static List<byte[]> parts(Path file, EnclaveImage image, int from) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        for (int i = from; i < image.sections().size(); i++) {
            parts.add(part(file, image, i));
        }
        return parts;
    }

    private static List<Path> files(List<byte[]> contents) throws IOException {
        List<Path> files = new ArrayList<>();
        for (byte[] each : contents) {
            files.add(file("ramdisk" + files.size(), each));
        }
        return files;
    }

    private static Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }
}
