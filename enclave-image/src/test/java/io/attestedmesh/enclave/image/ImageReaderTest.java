package io.attestedmesh.enclave.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.evidence.Vectors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageReaderTest {
    /** Published for an image whose application ramdisk is empty (EIF: PCR2 over no bytes). */
    private static final String EMPTY_APPLICATION =
            "21b9efbc184807662e966d34f390821309eeac6802309798826296bf3e8bec7c10edb30948c90ba67310f7b964fc500a";

    @TempDir
    private Path folder;

    static List<HostileImages.Case> hostile() {
        return HostileImages.all();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void read_ofWhatBreaksARule_isRefusedForThatRule(HostileImages.Case image) {
        assertThatThrownBy(() -> Images.read(folder, image.file().toByteArray()))
                .isInstanceOfSatisfying(
                        MalformedImageException.class,
                        e -> assertThat(e.reason()).isEqualTo(image.reason()));
    }

    @Test
    void read_ofAPlainImage_measuresItsSections() throws Exception {
        EnclaveImage image = Images.read(folder, Images.file(Images.plain()));

        Bytes kernel = utf8(Images.KERNEL);
        Bytes commandLine = utf8(Images.COMMAND_LINE);
        assertThat(image.register(0))
                .isEqualTo(Pcr.extendOfZero(Bytes.concat(kernel, commandLine, utf8("RAMDISK-ONE"), utf8("RAMDISK-TWO"))
                        .sha384()));
        assertThat(image.register(1))
                .isEqualTo(Pcr.extendOfZero(
                        Bytes.concat(kernel, commandLine, utf8("RAMDISK-ONE")).sha384()));
        assertThat(image.register(2))
                .isEqualTo(Pcr.extendOfZero(utf8("RAMDISK-TWO").sha384()));
        assertThat(image.register(8)).isEqualTo(Bytes.of(new byte[48]));
        assertThat(image.commandLine()).isEqualTo(Images.COMMAND_LINE);
        assertThat(image.architecture()).isEqualTo(Architecture.X86_64);
        assertThat(image.metadata().orElseThrow().text("ImageName")).contains("tiny");
        assertThat(image.sections()).hasSize(5);
    }

    @Test
    void read_withoutApplication_hasThePublishedPcr2() throws Exception {
        List<Images.Raw> sections = Images.plain();
        sections.set(4, Images.Raw.of(SectionType.RAMDISK, ""));
        assertThat(Images.read(folder, Images.file(sections)).register(2).hex()).isEqualTo(EMPTY_APPLICATION);

        sections.remove(4);
        assertThat(Images.read(folder, Images.file(sections)).register(2).hex()).isEqualTo(EMPTY_APPLICATION);
    }

    @Test
    void read_withoutAnyRamdisk_bootsWhatTheKernelHas() throws Exception {
        EnclaveImage image = Images.read(folder, Images.file(Images.plain().subList(0, 3)));

        assertThat(image.register(1)).isEqualTo(image.register(0));
        assertThat(image.register(2).hex()).isEqualTo(EMPTY_APPLICATION);
    }

    /** Sections around the size of the buffers, so that their ends fall on and beside it. */
    @Test
    void read_ofSectionsLargerThanABuffer_measuresEveryByte() throws Exception {
        Random random = new Random(7);
        for (int size : new int[] {
            Measurer.BUFFER_SIZE - 1, Measurer.BUFFER_SIZE, Measurer.BUFFER_SIZE + 1, 3 * Measurer.BUFFER_SIZE + 5
        }) {
            byte[] boot = new byte[size];
            byte[] application = new byte[size + 3];
            random.nextBytes(boot);
            random.nextBytes(application);
            List<Images.Raw> sections = Images.plain();
            sections.set(3, new Images.Raw(3, 0, Bytes.of(boot)));
            sections.set(4, new Images.Raw(3, 0, Bytes.of(application)));

            EnclaveImage image = Images.read(folder, Images.file(sections));

            Bytes start = Bytes.concat(utf8(Images.KERNEL), utf8(Images.COMMAND_LINE), Bytes.of(boot));
            assertThat(image.register(0))
                    .isEqualTo(Pcr.extendOfZero(
                            Bytes.concat(start, Bytes.of(application)).sha384()));
            assertThat(image.register(1)).isEqualTo(Pcr.extendOfZero(start.sha384()));
            assertThat(image.register(2))
                    .isEqualTo(Pcr.extendOfZero(Bytes.of(application).sha384()));
        }
    }

    @Test
    void read_ofMetadata_changesNoRegister() throws Exception {
        List<Images.Raw> sections = Images.plain();
        EnclaveImage before = Images.read(folder, Images.file(sections));
        sections.set(2, Images.Raw.of(SectionType.METADATA, "{\"ImageName\":\"another\"}"));

        EnclaveImage after = Images.read(folder, Images.file(sections));

        assertThat(after.registers()).isEqualTo(before.registers());
        assertThat(after.crc()).isNotEqualTo(before.crc());
    }

    @Test
    void read_ofAnyFlippedBit_isRefused() throws Exception {
        byte[] good = Images.file(Images.plain());
        for (int at = 0; at < good.length; at++) {
            byte[] flipped = good.clone();
            flipped[at] ^= (byte) (1 << (at % 8));
            assertThatThrownBy(() -> Images.read(folder, flipped))
                    .as("byte " + at)
                    .isInstanceOf(MalformedImageException.class);
        }
    }

    @Test
    void read_ofAnyPrefix_isRefused() throws Exception {
        byte[] good = Images.file(Images.plain());
        for (int size = 0; size < good.length; size++) {
            byte[] prefix = Arrays.copyOf(good, size);
            assertThatThrownBy(() -> Images.read(folder, prefix))
                    .as("%d bytes", size)
                    .isInstanceOf(MalformedImageException.class);
        }
    }

    @Test
    void read_whereThereIsNoFile_isAnIoException() {
        assertThatThrownBy(() -> ImageReader.read(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void isImage_looksAtTheMagicAlone() throws Exception {
        Path file = folder.resolve("file");
        assertThat(ImageReader.isImage(Files.writeString(file, ".eifwhatever"))).isTrue();
        assertThat(ImageReader.isImage(Files.writeString(file, "{\"PCR0\":1}"))).isFalse();
        assertThat(ImageReader.isImage(Files.writeString(file, ""))).isFalse();
    }

    @Test
    void read_ofTheSharedVectors_hasTheirRegisters() throws Exception {
        JsonNode expected = Vectors.json("eif/vec/tiny.json").get("pcrs");

        EnclaveImage plain = ImageReader.read(Vectors.path("eif/vec/tiny.eif"));
        EnclaveImage signed = ImageReader.read(Vectors.path("eif/vec/tiny-signed.eif"));

        for (int index : new int[] {0, 1, 2}) {
            String value = expected.get("PCR" + index).textValue();
            assertThat(plain.register(index).hex()).isEqualTo(value);
            assertThat(signed.register(index).hex()).isEqualTo(value);
        }
        assertThat(plain.register(8)).isEqualTo(Bytes.of(new byte[48]));
        assertThat(signed.register(8).hex()).isEqualTo(expected.get("PCR8").textValue());
    }

    private static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
