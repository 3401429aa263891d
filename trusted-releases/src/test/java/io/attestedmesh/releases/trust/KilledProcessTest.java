package io.attestedmesh.releases.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kill -9 while lists are being accepted, 50 times over one state file. */
class KilledProcessTest {
    private static final int KILLS = 50;

    /** Accepting one list takes some of these. */
    private static final int LONGEST_LIFE_MILLIS = 40;

    private final Signer signer = KilledProcess.newSigner();
    private final Clock clock = Clock.fixed(Publisher.NOW, ZoneOffset.UTC);
    private SignedRoot anchor;

    @TempDir
    Path folder;

    @BeforeEach
    void writeWhatTheProcessNeeds() throws Exception {
        anchor = Publisher.signed(Publisher.signRoot(
                new TrustRoot(
                        Publisher.LIST,
                        1,
                        Publisher.NOW,
                        Publisher.NOW.plus(Publisher.LIFE_OF_A_ROOT),
                        Publisher.keys(1, List.of(signer)),
                        1,
                        Optional.empty()),
                signer));
        Files.write(
                folder.resolve(KilledProcess.ROOT), anchor.envelope().encode().toByteArray());
        Files.write(folder.resolve(KilledProcess.KEY), signer.privateKey().getEncoded());
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void killed_atFiftyRandomTimes_hasTheListConfirmedOrTheNext() throws Exception {
        Random random = new Random(384);
        long confirmed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            confirmed = Math.max(confirmed, confirmedBeforeKill(random));
            confirmed = requireNothingLost(confirmed);
        }
        assertThat(confirmed).isGreaterThanOrEqualTo(KILLS);
    }

    private long confirmedBeforeKill(Random random) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledProcess.class.getName(),
                        folder.toString())
                .redirectError(folder.resolve("stderr").toFile())
                .start();
        long last;
        try (BufferedReader confirmations = process.inputReader(StandardCharsets.US_ASCII)) {
            String first = confirmations.readLine();
            assertThat(first).as(Files.readString(folder.resolve("stderr"))).isNotNull();
            last = Long.parseLong(first);
            requireLocked();
            process.waitFor(random.nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS);
            // By its handle: the process itself would close the pipe too.
            process.toHandle().destroyForcibly();
            // What it wrote is in the pipe; its last line may have been cut.
            StringBuilder rest = new StringBuilder();
            for (int c = confirmations.read(); c >= 0; c = confirmations.read()) {
                rest.append((char) c);
            }
            for (String line :
                    rest.substring(0, rest.lastIndexOf("\n") + 1).lines().toList()) {
                last = Long.parseLong(line);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return last;
    }

    private TrustedReleases open() throws Exception {
        return TrustedReleases.open(Requirements.of(anchor), Optional.of(folder.resolve(KilledProcess.STATE)), clock);
    }

    private void requireLocked() {
        assertThatExceptionOfType(IOException.class).isThrownBy(this::open).withMessageContaining("is in use");
    }

    /** The version in force is the one confirmed, or the one that was being accepted. */
    private long requireNothingLost(long confirmed) throws Exception {
        try (TrustedReleases releases = open()) {
            long version = releases.current().orElseThrow().version();
            assertThat(version).isBetween(confirmed, confirmed + 1);
            assertThat(releases.get()
                            .releaseOf(Publisher.code(7), Publisher.NOW)
                            .name())
                    .isEqualTo("app " + version + ".0.7");
            if (version > 1) {
                assertThat(Client.rejection(() -> releases.offer(KilledProcess.bundle(anchor, version - 1, signer)
                                        .encode()))
                                .reason())
                        .isEqualTo(ReleasesReason.LIST_ROLLBACK);
            }
            return version;
        }
    }
}
