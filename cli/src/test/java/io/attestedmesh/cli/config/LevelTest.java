package io.attestedmesh.cli.config;

import static io.attestedmesh.cli.config.MeshConfigTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.transport.engine.TlsEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What evidence must prove about a connection is written down, or is all that can be had. */
class LevelTest {
    private static final String FULL_AUTO = """
            [node]
            name = "alice.example"
            mode = "full-auto"
            [tls]
            ca = "ca.crt"
            issuer-certificate = "ca.crt"
            issuer-key = "ca.key"
            [attestation]
            simulated = "insecure-cloud"
            insecure-any-release = true
            """;

    private static final String MANUAL = """
            [node]
            name = "alice.example"
            mode = "manual"
            [tls]
            ca = "ca.crt"
            server-certificate = "server.crt"
            server-key = "server.key"
            [attestation]
            insecure-any-release = true
            """;

    private static final String BOB = """
            [[peers]]
            name = "bob.example"
            """;

    private static final String CAROL = """
            [[peers]]
            name = "carol.example"
            """;

    @TempDir
    Path folder;

    private MeshConfig load(String content) throws Exception {
        return load(content, Overrides.NONE);
    }

    private MeshConfig load(String content, Overrides overrides) throws Exception {
        return MeshConfig.load(Files.writeString(folder.resolve("amesh.toml"), content), overrides);
    }

    @Test
    void attestedPeers_withoutLevel_haveSession() throws Exception {
        MeshConfig config = load(FULL_AUTO + BOB);

        assertThat(config.level(config.peers().get(0))).isEqualTo(Freshness.SESSION);
        assertThat(config.demandsSession()).isTrue();
        assertThat(config.settlesForCertificates()).isFalse();
    }

    @Test
    void anyNode_withoutLevel_hasSession_inModeManualCertificate() throws Exception {
        assertThat(load(FULL_AUTO).levelOfAnyNode()).isEqualTo(Freshness.SESSION);
        assertThat(load(MANUAL).levelOfAnyNode()).isEqualTo(Freshness.CERTIFICATE);
        assertThat(load(MANUAL).demandsSession()).isFalse();
        assertThat(load(MANUAL).settlesForCertificates()).isFalse();
    }

    @Test
    void peer_hasItsOwnLevel_beforeThatOfAll() throws Exception {
        String all = FULL_AUTO + "level = \"certificate\"\n" + BOB + CAROL + "level = \"session\"\n";

        MeshConfig config = load(all);

        assertThat(config.level(config.peers().get(0))).isEqualTo(Freshness.CERTIFICATE);
        assertThat(config.level(config.peers().get(1))).isEqualTo(Freshness.SESSION);
        assertThat(config.demandsSession()).isTrue();
        assertThat(config.settlesForCertificates()).isTrue();
    }

    @Test
    void level_isOverridden_asAnyKey() throws Exception {
        Overrides overrides = Overrides.of(Map.of("AMESH_ATTESTATION_LEVEL", "certificate"), List.of());

        assertThat(load(FULL_AUTO, overrides).demandsSession()).isFalse();
    }

    @Test
    void manualPeer_hasCertificate_whateverAllHave() throws Exception {
        MeshConfig config = load(FULL_AUTO + "level = \"session\"\n" + BOB + "mode = \"manual\"\n");

        assertThat(config.level(config.peers().get(0))).isEqualTo(Freshness.CERTIFICATE);
        assertThat(config.demandsSession()).isFalse();
    }

    @Test
    void manualPeer_withLevelSession_isRefused() {
        CommandException e = refused(() -> load(FULL_AUTO + BOB + "mode = \"manual\"\nlevel = \"session\"\n"));

        assertThat(e).hasMessageContaining("bob.example").hasMessageContaining("mode manual");
        assertThat(e.hint()).contains("leave out its level");
    }

    @Test
    void manualNode_withLevelSession_isRefused() {
        CommandException e = refused(() -> load(MANUAL + "level = \"session\"\n"));

        assertThat(e).hasMessageContaining("evidence of both sides");
        assertThat(e.hint()).contains("level = \"certificate\"");
    }

    @Test
    void manualNode_withAnAttestedPeer_mustSayCertificate() throws Exception {
        String peer = BOB + "mode = \"full-auto\"\n";

        CommandException e = refused(() -> load(MANUAL + peer));

        assertThat(e.hint()).contains("level = \"certificate\"");
        MeshConfig said = load(MANUAL + peer + "level = \"certificate\"\n");
        assertThat(said.level(said.peers().get(0))).isEqualTo(Freshness.CERTIFICATE);
    }

    @Test
    void profileKms_withoutLevel_isRefused() {
        String kms = FULL_AUTO + "profile = \"kms\"\n";
        for (String toml : new String[] {kms, kms + BOB, kms + BOB + "level = \"certificate\"\n" + CAROL}) {
            CommandException e = refused(() -> load(toml));
            assertThat(e).hasMessageContaining("profile kms");
            assertThat(e.hint()).contains("level = \"certificate\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"certificate", "session"})
    void profileKms_withLevel_hasThat(String level) throws Exception {
        MeshConfig config = load(FULL_AUTO + "profile = \"kms\"\nlevel = \"" + level + "\"\n" + BOB);

        assertThat(config.level(config.peers().get(0)).label()).isEqualTo(level);
    }

    @ParameterizedTest
    @CsvSource({
        "level = 7",
        "level = \"SESSION\"",
        "level = \"none\"",
        "level = \"\"",
        "module-id = 7",
        "module-id = \"\"",
        "module-id = \"i-0 enc0\"",
        "module-ids = \"i-0-enc0\"",
    })
    void peer_withWhatIsNoLevelOrModule_isRefused(String line) {
        refused(() -> load(FULL_AUTO + BOB + line + "\n"));
    }

    @Test
    void moduleId_isRead() throws Exception {
        MeshConfig config = load(FULL_AUTO + BOB + "module-id = \"i-0123456789abcdef0-enc0123456789abcdef\"\n");

        assertThat(config.peers().get(0).moduleId()).contains("i-0123456789abcdef0-enc0123456789abcdef");
    }

    @Test
    void engineWithoutExporter_isRefusedForSessions_withThoseThatDo() throws Exception {
        Assumptions.assumeTrue(TlsEngine.byName("conscrypt").unavailable().isEmpty());
        MeshConfig config = load(FULL_AUTO);

        CommandException e = refused(() -> SessionSupport.require(config, TlsEngine.byName("bcjsse")));

        assertThat(e).hasMessageContaining("bcjsse");
        assertThat(e.hint()).contains("conscrypt").contains("level = \"certificate\"");
    }

    @Test
    void engineWithoutExporter_isEnoughForCertificates() throws Exception {
        MeshConfig config = load(FULL_AUTO + "level = \"certificate\"\n");

        assertThatCode(() -> SessionSupport.require(config, TlsEngine.byName("bcjsse")))
                .doesNotThrowAnyException();
        assertThat(config.settlesForCertificates()).isTrue();
    }
}
