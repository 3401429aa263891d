package io.attestedmesh.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.config.ConfigSource;
import io.attestedmesh.cli.config.MeshConfig;
import io.attestedmesh.cli.config.Overrides;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.Upkeep;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running node takes over of a file that has changed. */
class FollowedConfigTest {
    private static final TlsEngine WITHOUT_EXPORTER = TlsEngine.byName("bcjsse");

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

    @TempDir
    Path folder;

    @BeforeEach
    void makeCa() throws Exception {
        assertThat(new NodeFolder(folder, Clock.systemUTC().instant()).path("ca.crt"))
                .exists();
    }

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    private ConfigSource levelOfBob(String level) throws IOException {
        Path file = Files.writeString(folder.resolve("amesh.toml"), """
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
                [[peers]]
                name = "bob.example"
                level = "%s"
                """.formatted(level));
        return new ConfigSource(file, Overrides.NONE);
    }

    private FollowedConfig follow(MeshConfig started, ConfigSource now) throws Exception {
        return FollowedConfig.follow(
                started, now, WITHOUT_EXPORTER, new Upkeep(Clock.systemUTC(), scheduler, new SimpleMeterRegistry()));
    }

    @Test
    void levelOfAPeer_isTakenOver() throws Exception {
        MeshConfig started = levelOfBob("session").load();

        try (FollowedConfig followed = follow(started, levelOfBob("certificate"))) {
            assertThat(followed.roster()
                            .entryOf(new PeerIdentity("bob.example"))
                            .orElseThrow()
                            .freshness())
                    .isEqualTo(Freshness.CERTIFICATE);
        }
    }

    @Test
    void levelThatTheEngineCannotCarry_isNotTakenOver() throws Exception {
        MeshConfig started = levelOfBob("certificate").load();
        ConfigSource changed = levelOfBob("session");

        assertThatThrownBy(() -> follow(started, changed))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bcjsse");
    }
}
