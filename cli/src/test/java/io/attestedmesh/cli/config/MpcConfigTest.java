package io.attestedmesh.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.mpc.kms.KmsLimits;
import io.attestedmesh.mpc.party.WireFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code [mpc]} and the parties of {@code [[peers]]}. */
class MpcConfigTest {
    private static final String BOB = """
            [[peers]]
            name = "bob.example"
            party = 2
            address = "127.0.0.1:7444"
            """;
    private static final String MPC = "[mpc]\nparty = 1\n";

    @TempDir
    Path folder;

    private MeshConfig load(String... parts) throws Exception {
        return load(Overrides.NONE, parts);
    }

    private MeshConfig load(Overrides overrides, String... parts) throws Exception {
        Path file = Files.writeString(folder.resolve("amesh.toml"), MeshConfigTest.MANUAL + String.join("", parts));
        return MeshConfig.load(file, overrides);
    }

    private CommandException refused(String... parts) {
        return MeshConfigTest.refused(() -> load(parts));
    }

    private static WireFormat formatOfBob(MeshConfig config) {
        return config.peers().get(0).party().orElseThrow().format();
    }

    @Test
    void formatNotSaid_isOurOwn() throws Exception {
        MeshConfig config = load(BOB, MPC);
        assertThat(formatOfBob(config)).isEqualTo(WireFormat.AMESH);
        assertThat(config.mpc().orElseThrow().kms()).isEmpty();
        assertThat(formatOfBob(load(BOB, "party-format = \"amesh\"\n", MPC))).isEqualTo(WireFormat.AMESH);
    }

    @Test
    void formatKms_isRead() throws Exception {
        MeshConfig config = load(BOB, "party-format = \"kms\"\n", MPC, "kms = true\n");
        assertThat(formatOfBob(config)).isEqualTo(WireFormat.KMS);
        assertThat(config.mpc().orElseThrow().kms()).contains(KmsLimits.DEFAULT);
    }

    @Test
    void kms_isServedToPartiesOfOurOwnFormatToo() throws Exception {
        MeshConfig config = load(Overrides.of(Map.of("AMESH_MPC_KMS", "true"), List.of()), BOB, MPC);
        assertThat(formatOfBob(config)).isEqualTo(WireFormat.AMESH);
        assertThat(config.mpc().orElseThrow().kms()).isPresent();
    }

    @Test
    void kmsMessageBytes_areRead() throws Exception {
        MeshConfig config = load(BOB, MPC, "kms = true\nkms-message-bytes = 1073741824\n");
        KmsLimits limits = config.mpc().orElseThrow().kms().orElseThrow();
        assertThat(limits.messageBytes()).isEqualTo(1 << 30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "kms = false\n"})
    void kmsMessageBytes_withoutKms_areRefused(String kms) {
        CommandException e = refused(BOB, MPC, kms, "kms-message-bytes = 1048576\n");
        assertThat(e).hasMessage("[mpc] kms-message-bytes stands without kms");
        assertThat(e.hint()).contains("kms = true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1048575", "1073741825", "\"1 MiB\"", "1e9", "true"})
    void kmsMessageBytes_thatAreNone_areRefused(String bytes) {
        assertThat(refused(BOB, MPC, "kms = true\nkms-message-bytes = " + bytes + "\n"))
                .hasMessageContaining("from 1048576 to 1073741824");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"yes\"", "1", "\"\""})
    void kms_thatIsNoBoolean_isRefused(String value) {
        assertThat(refused(BOB, MPC, "kms = " + value + "\n")).hasMessage("[mpc] kms is not a boolean");
    }

    @Test
    void partyOfFormatKms_whereKmsIsNotServed_isRefused() {
        CommandException e = refused(BOB, "party-format = \"kms\"\n", MPC);
        assertThat(e)
                .hasMessage("[[peers]] bob.example has party-format kms, and this node does not serve that format");
        assertThat(e.hint()).contains("kms = true");
    }

    @Test
    void unknownFormat_isRefusedWithTheNearestOne() {
        CommandException e = refused(BOB, "party-format = \"kmss\"\n", MPC, "kms = true\n");
        assertThat(e).hasMessage("[[peers]] 1 party-format is none of amesh, kms");
        assertThat(e.hint()).isEqualTo("is it kms?");
    }

    @Test
    void formatOfAPeerThatIsNoParty_isRefused() {
        CommandException e = refused("[[peers]]\nname = \"carol.example\"\nparty-format = \"kms\"\n", BOB, MPC);
        assertThat(e).hasMessage("[[peers]] 1 party is missing");
        assertThat(e.hint()).contains("party-format");
    }

    @Test
    void partyWithoutMpc_isRefused() {
        assertThat(refused(BOB, "party-format = \"kms\"\n")).hasMessageContaining("this node is none");
    }
}
