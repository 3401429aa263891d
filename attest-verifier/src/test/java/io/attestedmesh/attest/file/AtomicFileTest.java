package io.attestedmesh.attest.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.file.AtomicFile.Access;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    private static final byte[] OLD = {'o', 'l', 'd'};
    private static final byte[] NEW = {'n', 'e', 'w'};

    @TempDir
    Path folder;

    @Test
    void write_overAFile_replacesItAndLeavesNothingElse() throws Exception {
        Path file = folder.resolve("state");
        AtomicFile.write(file, OLD, Access.OWNER);
        AtomicFile.write(file, NEW, Access.OWNER);

        assertThat(file).hasBinaryContent(NEW);
        assertThat(names()).containsExactly("state");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void write_nameWithoutFolder_isOfTheCurrentFolder() throws Exception {
        Path file = Path.of("AtomicFileTest." + ProcessHandle.current().pid());
        try {
            AtomicFile.write(file, NEW, Access.PUBLIC);
            assertThat(file).hasBinaryContent(NEW);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void write_overAFolder_failsAndLeavesNoDraft() throws Exception {
        Path file = Files.createDirectory(folder.resolve("state"));
        Files.createFile(file.resolve("something"));

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> AtomicFile.write(file, NEW, Access.OWNER));
        assertThat(names()).containsExactly("state");
    }

    @Test
    void write_noFolder_fails() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> AtomicFile.write(folder.resolve("none/state"), NEW, Access.OWNER));
    }

    @Test
    void create_overAFile_leavesIt() throws Exception {
        Path file = folder.resolve("key");
        AtomicFile.create(file, OLD, Access.OWNER);

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> AtomicFile.create(file, NEW, Access.OWNER));
        assertThat(file).hasBinaryContent(OLD);
        assertThat(names()).containsExactly("key");
    }

    @Test
    void createFolder_public_isEnteredByOthersAndWrittenByTheOwner() throws Exception {
        Path deep = folder.resolve("tile/entries");
        AtomicFile.createFolder(deep, Access.PUBLIC);

        assertThat(Files.getPosixFilePermissions(deep.getParent()))
                .contains(PosixFilePermission.OWNER_WRITE)
                .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
        assertThat(deep).isDirectory();
    }

    @Test
    void createFolder_owner_isNobodyElses() throws Exception {
        Path deep = folder.resolve("keys/old");
        AtomicFile.createFolder(deep, Access.OWNER);

        for (Path made : List.of(deep, deep.getParent())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void createFolder_aFileInTheWay_fails() throws Exception {
        Files.write(folder.resolve("tile"), OLD);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> AtomicFile.createFolder(folder.resolve("tile/0"), Access.PUBLIC));
    }

    @Test
    void deleteDrafts_removesThoseOfThatFileAlone() throws Exception {
        String unique = "123e4567-e89b-42d3-a456-426614174000";
        for (String name : List.of(
                "state",
                ".state." + unique,
                ".state.lock." + unique,
                ".other." + unique,
                ".state.swp",
                "state." + unique)) {
            Files.write(folder.resolve(name), OLD);
        }

        AtomicFile.deleteDrafts(folder.resolve("state"));

        assertThat(names())
                .containsExactlyInAnyOrder(
                        "state", ".state.lock." + unique, ".other." + unique, ".state.swp", "state." + unique);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    @Test
    void write_overAPipe_leavesIt() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> AtomicFile.write(pipe, NEW, Access.PUBLIC))
                .withMessageContaining("is not replaced");
        assertThat(Files.isRegularFile(pipe)).isFalse();
        assertThat(names()).containsExactly("pipe");
    }

    @Test
    void write_overALink_replacesTheLinkAlone() throws Exception {
        Path file = Files.write(folder.resolve("file"), OLD);
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        AtomicFile.write(link, NEW, Access.PUBLIC);

        assertThat(link).isRegularFile().hasBinaryContent(NEW);
        assertThat(file).hasBinaryContent(OLD);
    }

    @Test
    void write_noFolder_namesTheFolder() {
        Path file = folder.resolve("none/state");

        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> AtomicFile.write(file, NEW, Access.OWNER))
                .withMessage(folder.resolve("none").toString());
    }
}
