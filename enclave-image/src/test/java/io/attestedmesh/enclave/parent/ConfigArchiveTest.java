package io.attestedmesh.enclave.parent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigArchiveTest {
    @TempDir
    private Path folder;

    /** An archive by hand, of files with one byte each. */
    static Bytes archive(String... names) {
        ByteBuffer out = ByteBuffer.allocate(100_000).put("AMCONF1\n".getBytes(StandardCharsets.US_ASCII));
        out.putShort((short) names.length);
        for (String name : names) {
            byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
            out.putShort((short) bytes.length).put(bytes).putInt(1).put((byte) 7);
        }
        return Bytes.of(out.array()).slice(0, out.position());
    }

    private static ArchiveReason reasonOf(Bytes encoded) {
        return catchThrowableOfType(RejectedArchiveException.class, () -> ConfigArchive.parse(encoded))
                .reason();
    }

    @Test
    void ofFolder_writesTheFormatSortedAndReadsItBack() throws IOException {
        Files.createDirectories(folder.resolve("tls"));
        Files.write(folder.resolve("tls/server.key"), new byte[] {7});
        Files.write(folder.resolve("amesh.toml"), new byte[] {7});
        ConfigArchive read = ConfigArchive.parse(ConfigArchive.ofFolder(folder).encoded());
        assertThat(read.encoded()).isEqualTo(archive("amesh.toml", "tls/server.key"));
        assertThat(read.files())
                .isEqualTo(Map.of("amesh.toml", Bytes.of((byte) 7), "tls/server.key", Bytes.of((byte) 7)));
    }

    @Test
    void unpack_givesFilesToTheOwnerAlone() throws IOException {
        Path target = folder.resolve("run");
        ConfigArchive.parse(archive("amesh.toml", "tls/server.key")).unpack(target);
        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(target.resolve("tls")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(target.resolve("tls/server.key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(target.resolve("tls/server.key")).hasBinaryContent(new byte[] {7});
    }

    @Test
    void unpack_ontoSomethingThatExists_fails() throws IOException {
        ConfigArchive archive = ConfigArchive.parse(archive("a"));
        assertThatThrownBy(() -> archive.unpack(folder)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void ofFolder_withLink_isRefused() throws IOException {
        Files.createSymbolicLink(folder.resolve("key"), Path.of("/etc/hostname"));
        assertThat(catchThrowableOfType(RejectedArchiveException.class, () -> ConfigArchive.ofFolder(folder))
                        .reason())
                .isEqualTo(ArchiveReason.NOT_A_FILE);
    }

    @Test
    void ofFolder_beyondTheSize_isRefused() throws IOException {
        Files.write(folder.resolve("big"), new byte[ConfigArchive.MAX_SIZE]);
        assertThat(catchThrowableOfType(RejectedArchiveException.class, () -> ConfigArchive.ofFolder(folder))
                        .reason())
                .isEqualTo(ArchiveReason.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../x",
                "a/../b",
                "a/..",
                "..",
                ".",
                "./a",
                "a//b",
                "a/",
                "",
                "a\\b",
                "a b",
                "a\u0000",
                "\u00e9",
                "a/b/c/d/e/f/g/h/i"
            })
    void parse_unsafeName_isRefused(String name) {
        assertThat(reasonOf(archive(name))).isEqualTo(ArchiveReason.UNSAFE_NAME);
    }

    @Test
    void parse_nameTooLong_isRefused() {
        assertThat(reasonOf(archive("a".repeat(201)))).isEqualTo(ArchiveReason.UNSAFE_NAME);
    }

    @Test
    void parse_nameTwice_isRefused() {
        assertThat(reasonOf(archive("a", "a"))).isEqualTo(ArchiveReason.NOT_SORTED);
    }

    @Test
    void parse_namesNotSorted_isRefused() {
        assertThat(reasonOf(archive("b", "a"))).isEqualTo(ArchiveReason.NOT_SORTED);
    }

    @Test
    void parse_fileThatIsAlsoAFolder_isRefused() {
        assertThat(reasonOf(archive("a", "a-b", "a/b"))).isEqualTo(ArchiveReason.FILE_AND_FOLDER);
    }

    @Test
    void parse_cutAnywhere_isRefused() {
        Bytes whole = archive("a", "b/c");
        for (int size = 0; size < whole.size(); size++) {
            assertThat(reasonOf(whole.slice(0, size)))
                    .as("%d bytes", size)
                    .isIn(ArchiveReason.TRUNCATED, ArchiveReason.WRONG_FORMAT);
        }
    }

    @Test
    void parse_moreAfterTheEnd_isRefused() {
        assertThat(reasonOf(Bytes.concat(archive("a"), Bytes.of((byte) 0)))).isEqualTo(ArchiveReason.TRAILING_BYTES);
    }

    @Test
    void parse_tooManyFiles_isRefusedByTheCountAlone() {
        Bytes head = Bytes.of("AMCONF1\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(reasonOf(Bytes.concat(head, Bytes.of((byte) 0xff, (byte) 0xff))))
                .isEqualTo(ArchiveReason.TOO_MANY_FILES);
    }

    @Test
    void parse_tooLarge_isRefused() {
        assertThat(reasonOf(Bytes.of(new byte[ConfigArchive.MAX_SIZE + 1]))).isEqualTo(ArchiveReason.TOO_LARGE);
    }
}
