package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasurementsTest {
    private static final Map<Integer, Bytes> EXPECTED = Map.of(0, value("aa"), 1, value("bb"), 2, value("cc"));

    @TempDir
    Path folder;

    private static Bytes value(String digits) {
        return Bytes.fromHex(digits.repeat(48));
    }

    /** {@code <aa>} stands for 48 bytes. */
    private Path file(String json) throws Exception {
        return Files.writeString(
                folder.resolve("m.json"),
                json.replace("<aa>", "\"" + "aa".repeat(48) + "\"")
                        .replace("<bb>", "\"" + "bB".repeat(48) + "\"")
                        .replace("<cc>", "\"" + "cc".repeat(48) + "\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Measurements\":{\"HashAlgorithm\":\"Sha384 { ... }\",\"PCR0\":<aa>,\"PCR1\":<bb>,\"PCR2\":<cc>}}",
                "{\"EifVersion\":4,\"Measurements\":{\"PCR0\":<aa>,\"PCR1\":<bb>,\"PCR2\":<cc>},\"IsSigned\":false}",
                "{\"HashAlgorithm\":\"Sha384 { ... }\",\"PCR0\":<aa>,\"PCR1\":<bb>,\"PCR2\":<cc>}",
                "{\"pcr0\":<aa>,\"pcr1\":<bb>,\"pcr2\":<cc>}",
                "{\"pcrs\":{\"0\":<aa>,\"1\":<bb>,\"2\":<cc>}}"
            })
    void read_shapesOfBuildTools_giveTheSameRegisters(String json) throws Exception {
        assertThat(Measurements.read(file(json))).isEqualTo(EXPECTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "not json",
                "{\"PCR0\":<aa>",
                "{\"PCR0\":<aa>} more",
                "{\"PCR0\":<aa>,\"PCR0\":<aa>}",
                "{\"PCR0\":<aa>,\"pcr0\":<aa>}",
                "{\"PCR0\":\"aa\"}",
                "{\"PCR0\":17}",
                "{\"PCR0\":null}",
                "{\"PCR0\":<aa>,\"note\":\"x\"}",
                "{\"Measurements\":[<aa>]}",
                "{\"Measurements\":{}}",
                "{\"Measurements\":{\"HashAlgorithm\":\"Sha256 { ... }\",\"PCR0\":<aa>}}",
                "{\"PCR100\":<aa>}"
            })
    void read_anythingElse_isRefused(String json) throws Exception {
        Path file = file(json);
        assertThatThrownBy(() -> Measurements.read(file))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.USAGE))
                .hasMessageContaining("holds no measurements");
    }

    @Test
    void read_fileWithASecret_doesNotQuoteIt() throws Exception {
        Path file = file("sesame");
        assertThatThrownBy(() -> Measurements.read(file))
                .hasMessageContaining("no JSON from line 1, column ")
                .message()
                .doesNotContain("sesame");
    }

    @Test
    void read_bytesOfNoEncodingOfJson_areRefused() throws Exception {
        Path file = Files.write(folder.resolve("m.json"), new byte[] {0, 0, 0, '{', '{', '!', 's', 'c'});
        assertThatThrownBy(() -> Measurements.read(file))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("no text in an encoding of JSON");
    }

    @Test
    void read_hugeFile_isRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("m.json"), " ".repeat(1024 * 1024 + 1));
        assertThatThrownBy(() -> Measurements.read(file)).hasMessageContaining("more than 1048576 bytes");
    }
}
