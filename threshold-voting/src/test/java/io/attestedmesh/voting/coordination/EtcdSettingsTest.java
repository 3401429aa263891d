package io.attestedmesh.voting.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdSettingsTest {
    private static final URI LOOPBACK = URI.create("http://127.0.0.1:2379");
    private static final EtcdSettings.Tls TLS = new EtcdSettings.Tls(Path.of("ca.crt"), Optional.empty());
    private static final EtcdSettings.Login LOGIN = new EtcdSettings.Login("amesh", () -> "secret");

    private static EtcdSettings of(
            String endpoint, Optional<EtcdSettings.Tls> tls, Optional<EtcdSettings.Login> login) {
        return new EtcdSettings(List.of(URI.create(endpoint)), EtcdSettings.PREFIX, EtcdSettings.TIMEOUT, tls, login);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://a.example:2379",
                "http://a.example",
                "http://:2379",
                "a.example:2379",
                "http://a.example:2379/v3",
                "http://a.example:2379?x",
                "http://a.example:2379#x",
                "ftp://a.example:2379"
            })
    void endpoint_thatIsNone_isRefused(String endpoint) {
        assertThatIllegalArgumentException().isThrownBy(() -> of(endpoint, Optional.empty(), Optional.empty()));
    }

    @Test
    void endpoint_withAUser_isRefusedAndNotRepeated() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("http://root:secret@a.example:2379", Optional.empty(), Optional.empty()))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret"));
    }

    @Test
    void endpoint_plainWithACaFile_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of("http://127.0.0.1:2379", Optional.of(TLS), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:2379", "http://[::1]:2379", "http://localhost:2379/"})
    void login_onLoopback_needsNoTls(String endpoint) {
        assertThat(of(endpoint, Optional.empty(), Optional.of(LOGIN)).login()).contains(LOGIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a.example:2379", "http://127.0.0.1.example:2379", "http://10.0.0.1:2379"})
    void login_elsewhereWithoutTls_isRefused(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> of(endpoint, Optional.empty(), Optional.of(LOGIN)))
                .withMessageContaining("without TLS");
    }

    @Test
    void login_elsewhereWithTls_isAccepted() {
        assertThat(of("https://a.example:2379", Optional.of(TLS), Optional.of(LOGIN))
                        .login())
                .contains(LOGIN);
    }

    @Test
    void endpoints_noneOrTooMany_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> EtcdSettings.plaintext(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdSettings.plaintext(Collections.nCopies(17, LOOPBACK)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "amesh", "/amesh/", "//amesh", "/am esh", "/a/b/c/d/e/f/g/h/i"})
    void prefix_thatIsNone_isRefused(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EtcdSettings(
                        List.of(LOOPBACK), prefix, EtcdSettings.TIMEOUT, Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 3_600_000})
    void timeout_outOfBounds_isRefused(long millis) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdSettings.plaintext(List.of(LOOPBACK)).withTimeout(Duration.ofMillis(millis)));
    }
}
