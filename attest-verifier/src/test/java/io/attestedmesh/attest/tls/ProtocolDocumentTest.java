package io.attestedmesh.attest.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The test vector of docs/protocol.md. */
final class ProtocolDocumentTest {
    private final String page;

    ProtocolDocumentTest() throws IOException {
        page = Files.readString(Path.of(System.getProperty("project.root"), "docs", "protocol.md"));
    }

    private Bytes vector(String name) {
        Matcher line = Pattern.compile("(?m)^" + Pattern.quote(name) + " +([0-9a-f]+)$")
                .matcher(page);
        assertThat(line.find()).as(name).isTrue();
        return Bytes.fromHex(line.group(1));
    }

    private SessionTranscript transcript() {
        return new SessionTranscript(
                vector("exporter"),
                vector("client's public key"),
                vector("server's public key"),
                vector("client's nonce"),
                vector("server's nonce"));
    }

    @Test
    void userData_isThatOfTheVector() {
        assertThat(transcript().userData(Usage.CLIENT)).isEqualTo(vector("user_data of client"));
        assertThat(transcript().userData(Usage.SERVER)).isEqualTo(vector("user_data of server"));
    }

    @Test
    void claims_areKeyOfTheSide_nonceOfTheOther_andUserData() {
        assertThat(transcript().claims(Usage.CLIENT).publicKey()).isEqualTo(Optional.of(vector("client's public key")));
        assertThat(transcript().claims(Usage.CLIENT).nonce()).isEqualTo(Optional.of(vector("server's nonce")));
        assertThat(transcript().claims(Usage.SERVER).nonce()).isEqualTo(Optional.of(vector("client's nonce")));
        assertThat(transcript().claims(Usage.SERVER).userDataPrefix())
                .isEqualTo(Optional.of(vector("user_data of server")));
    }

    @Test
    void transcript_withAPartOfAnotherLength_isNone() {
        Bytes part = vector("exporter");
        Bytes shorter = part.slice(1, part.size());
        Bytes key = vector("client's public key");
        assertThatThrownBy(() -> new SessionTranscript(shorter, key, key, part, part))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SessionTranscript(part, key, key, shorter, part))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SessionTranscript(part, key, key, part, shorter))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SessionTranscript(part, Bytes.EMPTY, key, part, part))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SessionTranscript(part, key, Bytes.EMPTY, part, part))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
