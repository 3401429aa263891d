package io.attestedmesh.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.cli.command.CommandException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VotingConfigTest {
    private static final String BASE = """
            network = "payments"
            threshold = 4
            members = ["a.example", "b.example", "c.example", "d.example", "e.example"]
            """;

    @TempDir
    Path folder;

    private VotingSection read(String lines) throws Exception {
        String toml = """
                [node]
                name = "a.example"
                listen = "127.0.0.1:7443"
                mode = "manual"

                [tls]
                ca = "ca.crt"
                server-certificate = "s.crt"
                server-key = "s.key"
                client-certificate = "c.crt"
                client-key = "c.key"

                [voting]
                """ + lines;
        Path file = Files.writeString(folder.resolve("amesh.toml"), toml);
        return MeshConfig.load(file, Overrides.NONE).voting().orElseThrow();
    }

    @Test
    void least_hasDefaults() throws Exception {
        VotingSection voting = read(BASE);

        assertThat(voting.committee().safeLiars()).isEqualTo(2);
        assertThat(voting.committee().epoch()).isEqualTo(1);
        assertThat(voting.admin()).hasToString("127.0.0.1:7460");
        assertThat(voting.deadline()).isEqualTo(Duration.ofSeconds(30));
        assertThat(voting.ledger()).isEmpty();
        assertThat(voting.coordination()).isEmpty();
    }

    @Test
    void stores_areRead() throws Exception {
        VotingSection voting = read(BASE + """
                ledger = "jdbc:postgresql://db.example/votes?sslmode=verify-full"
                ledger-user = "amesh"
                ledger-password-file = "db.password"
                etcd = ["https://10.0.0.1:2379", "https://10.0.0.2:2379"]
                etcd-ca = "etcd-ca.crt"
                """);

        assertThat(voting.ledger().orElseThrow().passwordFile()).contains(folder.resolve("db.password"));
        assertThat(voting.coordination().orElseThrow().endpoints()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    admin = "0.0.0.0:7460"                         | no loopback address
                    admin = "10.0.0.1:7460"                        | no loopback address
                    ledger = "jdbc:mysql://db/votes"               | neither "file" nor a database
                    ledger = "jdbc:postgresql://db/votes"          | ledger-user
                    ledger-user = "amesh"                          | is a file, which has no user
                    etcd-ca = "ca.crt"                             | without it there is no etcd
                    etcd-user = "amesh"                            | without it there is no etcd
                    operator-key = "00"                            | is no Ed25519 key
                    operator-key = "0000000000000000000000000000000000000000000000000000000000000000" | is no Ed25519 key
                    spool = 1                                      | spool
                    epoch = 0                                      | epoch
                    deadline = "soon"                              | deadline
                    thresold = 4                                   | threshold
                    """)
    void key_wrong_refusedWithWhy(String line, String why) {
        assertThatThrownBy(() -> read(BASE + line + "\n"))
                .isInstanceOf(CommandException.class)
                .satisfies(e -> assertThat(e.getMessage() + " " + ((CommandException) e).hint())
                        .contains(why));
    }

    @ParameterizedTest
    @CsvSource({"1, does not fit", "2, does not fit", "6, does not fit"})
    void threshold_halfOrMoreThanAll_refused(int threshold, String why) {
        assertThatThrownBy(() -> read(BASE.replace("threshold = 4", "threshold = " + threshold)))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({"network", "threshold", "members"})
    void required_missing_refused(String key) {
        String without =
                BASE.lines().filter(line -> !line.startsWith(key)).reduce("", (all, line) -> all + line + "\n");

        assertThatThrownBy(() -> read(without))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(key);
    }

    @Test
    void etcd_halfOfAPair_refused() {
        String etcd = BASE + "etcd = [\"https://10.0.0.1:2379\"]\netcd-ca = \"ca.crt\"\n";

        assertThatThrownBy(() -> read(etcd + "etcd-certificate = \"c.crt\"\n")).hasMessageContaining("come together");
        assertThatThrownBy(() -> read(etcd + "etcd-user = \"amesh\"\n")).hasMessageContaining("come together");
    }
}
