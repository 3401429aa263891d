package io.attestedmesh.enclave.parent;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a parent sends: an archive, all of whose files stay in their folder, or {@link RejectedArchiveException}. */
class ConfigArchiveFuzzTest {
    static Stream<byte[]> archives() {
        return Stream.of(
                        ConfigArchiveTest.archive(),
                        ConfigArchiveTest.archive("amesh.toml", "tls/server.key"),
                        ConfigArchiveTest.archive("../a"),
                        ConfigArchiveTest.archive("a", "a/b"))
                .map(Bytes::toByteArray);
    }

    @MethodSource("archives")
    @FuzzTest
    void parse_keepsEveryFileInItsFolder(byte[] input) {
        ConfigArchive archive;
        try {
            archive = ConfigArchive.parse(Bytes.of(input));
        } catch (RejectedArchiveException e) {
            assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\n");
            return;
        }
        Path folder = Path.of("/run/amesh");
        assertThat(archive.files().keySet())
                .allSatisfy(name -> assertThat(folder.resolve(name).normalize())
                        .isEqualTo(folder.resolve(name))
                        .startsWithRaw(folder));
    }
}
