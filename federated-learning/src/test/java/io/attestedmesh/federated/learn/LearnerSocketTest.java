package io.attestedmesh.federated.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LearnerSocketTest {
    @TempDir
    private Path folder;

    @Test
    void folderThatIsMissing_isMade_forItsOwnerAlone() throws Exception {
        Path made = folder.resolve("a");
        try (LearnerSocket socket = LearnerSocket.bind(made.resolve("s"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .isEqualTo("rwx------");
            assertThat(socket.file()).exists();
        }
        assertThat(made.resolve("s")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwx--x---", "rwx-----x", "rwxr-xr-x", "rwxrwxrwx"})
    void folderThatOthersEnter_isRefused(String mode) throws Exception {
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(mode));
        assertThatThrownBy(() -> LearnerSocket.bind(open.resolve("s"))).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void folderOfAnotherUser_isRefused_andLeftEmpty() throws Exception {
        Path theirs = Files.createDirectory(
                folder.resolve("theirs"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            Files.setAttribute(theirs, "unix:uid", 65_534);
        } catch (IOException e) {
            Assumptions.abort("only root gives a folder away: " + e);
        }

        assertThatThrownBy(() -> LearnerSocket.bind(theirs.resolve("s")))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("a folder of its user");
        assertThat(theirs).isEmptyDirectory();
    }

    @Test
    void socketThatWasLeft_isReplaced() throws Exception {
        Path file = folder.resolve("s");
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(file));
        }
        assertThat(file).exists();
        try (LearnerSocket socket = LearnerSocket.bind(file);
                SocketChannel process = SocketChannel.open(UnixDomainSocketAddress.of(file));
                SocketChannel accepted = socket.accept(Optional.empty(), Duration.ofSeconds(10))) {
            assertThat(accepted.isConnected()).isTrue();
            assertThat(process.isConnected()).isTrue();
        }
    }

    @Test
    void fileThatIsNoSocket_isLeftAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("s"), "notes");
        assertThatThrownBy(() -> LearnerSocket.bind(file)).isInstanceOf(IOException.class);
        assertThat(file).hasContent("notes");
    }

    @Test
    void pathTooLongForASocket_isRefused() {
        assertThatThrownBy(() -> LearnerSocket.bind(folder.resolve("s".repeat(200))))
                .isInstanceOf(IOException.class);
    }
}
