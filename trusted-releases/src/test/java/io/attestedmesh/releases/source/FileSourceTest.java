package io.attestedmesh.releases.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
    private static final int MAX = 100;
    private static final Bytes BUNDLE = Bytes.of("bundle".getBytes(UTF_8));

    @TempDir
    Path folder;

    private Path file;
    private ReleaseSource source;

    @BeforeEach
    void prepare() {
        file = folder.resolve("bundle.json");
        source = SourceLocation.parse(file.toString()).open(SourceSettings.upTo(MAX));
    }

    @Test
    void fetch_isTheContent() throws IOException {
        Files.write(file, BUNDLE.toByteArray());

        assertThat(source.fetch()).isEqualTo(new Fetched(BUNDLE, Optional.empty(), Optional.empty()));
    }

    @Test
    void fetch_ofAFolderWithASlash_isItsBundle() throws IOException {
        Files.write(file, BUNDLE.toByteArray());

        assertThat(SourceLocation.parse(folder + "/")
                        .open(SourceSettings.upTo(MAX))
                        .fetch()
                        .content())
                .isEqualTo(BUNDLE);
    }

    @Test
    void fetch_afterItWasReplaced_isTheNewContent() throws IOException {
        Files.write(file, BUNDLE.toByteArray());
        source.fetch();

        AtomicFile.write(file, "newer".getBytes(UTF_8), AtomicFile.Access.PUBLIC);

        assertThat(source.fetch().content()).isEqualTo(Bytes.of("newer".getBytes(UTF_8)));
    }

    @Test
    void fetch_throughALinkThatMoved_isTheNewContent() throws IOException {
        Path old = Files.write(folder.resolve("v7"), BUNDLE.toByteArray());
        Path next = Files.write(folder.resolve("v8"), "newer".getBytes(UTF_8));
        Files.createSymbolicLink(file, old);
        source.fetch();

        Files.delete(file);
        Files.createSymbolicLink(file, next);

        assertThat(source.fetch().content()).isEqualTo(Bytes.of("newer".getBytes(UTF_8)));
    }

    @Test
    void fetch_ofExactlyTheLimit_isAccepted() throws IOException {
        Files.write(file, new byte[MAX]);

        assertThat(source.fetch().content().size()).isEqualTo(MAX);
    }

    @Test
    void fetch_ofAByteMoreThanTheLimit_fails() throws IOException {
        Files.write(file, new byte[MAX + 1]);

        assertRefused("larger than 100 bytes");
    }

    @Test
    void fetch_ofAMissingFile_fails() {
        assertRefused("does not exist");
    }

    @Test
    void fetch_ofARemovedFile_fails() throws IOException {
        Files.write(file, BUNDLE.toByteArray());
        source.fetch();

        Files.delete(file);

        assertRefused("does not exist");
    }

    @Test
    void fetch_ofALinkToNowhere_fails() throws IOException {
        Files.createSymbolicLink(file, folder.resolve("gone"));

        assertRefused("does not exist");
    }

    @Test
    void fetch_ofAFolder_saysWhatToWrite() throws IOException {
        Files.createDirectory(file);

        assertRefused("write a slash behind it");
    }

    @Test
    @Timeout(20)
    void fetch_ofAPipe_failsAndDoesNotWait() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();

        assertRefused("a pipe or a device");
    }

    @Test
    @Timeout(20)
    void fetch_ofAnEndlessDevice_fails() {
        ReleaseSource zeros = SourceLocation.parse("/dev/zero").open(SourceSettings.upTo(MAX));

        assertThatThrownBy(zeros::fetch).isInstanceOf(IOException.class).hasMessageContaining("a pipe or a device");
    }

    @Test
    void describe_escapesWhatAFileMayBeCalled() {
        assertThat(SourceLocation.parse("a\nb").open(SourceSettings.upTo(MAX)).describe())
                .isEqualTo("a\\u000ab");
    }

    private void assertRefused(String why) {
        assertThatThrownBy(source::fetch).isInstanceOf(IOException.class).hasMessageContaining(why);
    }
}
