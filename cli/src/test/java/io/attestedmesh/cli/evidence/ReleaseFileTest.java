package io.attestedmesh.cli.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseFileTest {
    private static final String A = "aa".repeat(48);
    private static final String REGISTERS = "\"0\":\"A\",\"1\":\"A\",\"2\":\"A\"".replace("A", A);

    @TempDir
    Path folder;

    @Test
    void release_isFoundByAllItsRegisters() throws Exception {
        Path file =
                write("{\"releases\":[{\"name\":\"payments 1.4\",\"pcrs\":{" + REGISTERS + ",\"8\":\"" + A + "\"}}]}");
        Bytes a = Bytes.fromHex(A);
        assertThat(ReleaseFile.read(file).releaseOf(PcrBank.of(Map.of(0, a, 1, a, 2, a, 8, a)), Instant.EPOCH))
                .isEqualTo(KnownRelease.withoutEnd("payments 1.4"));
        assertThatExceptionOfType(RejectedEvidenceException.class)
                .isThrownBy(
                        () -> ReleaseFile.read(file).releaseOf(PcrBank.of(Map.of(0, a, 1, a, 2, a)), Instant.EPOCH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "null",
                "{\"releases\":[]}",
                "{\"releases\":{}}",
                "{\"releases\":[{}]}",
                "{\"releases\":[1]}",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{}}]}",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{\"0\":\"A\",\"1\":\"A\"}}]}",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{\"0\":\"\",\"1\":\"A\",\"2\":\"A\"}}]}",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{\"0\":0,\"1\":\"A\",\"2\":\"A\"}}]}",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{\"00\":\"A\",R}}]}",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{\"32\":\"A\",R}}]}",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{R}}],\"releases\":[]}",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{R},\"comment\":\"\"}]}",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{R}},{\"name\":\"a\",\"pcrs\":{R}}]}",
                "{\"releases\":[{\"name\":\"\",\"pcrs\":{R}}]}",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{R}}]} x",
                "{\"releases\":[{\"name\":\"a\",\"pcrs\":{R}}],\"expires\":1}",
            })
    void anythingElse_isRefused(String content) throws Exception {
        Path file = write(content.replace("R", REGISTERS).replace("A", A));
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> ReleaseFile.read(file))
                .satisfies(e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.hint()).isNotEmpty();
                });
    }

    private Path write(String content) throws Exception {
        return Files.writeString(folder.resolve("releases.json"), content);
    }
}
